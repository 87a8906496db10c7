// SPDX-License-Identifier: MIT
#include "model/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "model/limits.h"
#include "support/small_network.h"

namespace impasto::model {
namespace {

using test::fileOf;
using testing::HasSubstr;

/// Why a file is refused; the error must name the file.
std::string refusal(std::span<const std::byte> bytes) {
    try {
        parseSafetensors(bytes, "test.safetensors");
    } catch (const Error& error) {
        EXPECT_EQ(error.parts().input, "test.safetensors");
        return error.parts().reason;
    }
    return "accepted";
}

std::string refusal(std::string_view header, std::size_t dataBytes = 0) {
    return refusal(fileOf(header, dataBytes));
}

std::string tensorEntry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

TEST(Safetensors, ReadsEveryStoredType) {
    const std::string header = R"({"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},)"
                               R"("brain":{"dtype":"BF16","shape":[1,2],"data_offsets":[4,8]},)"
                               R"("single":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}   )";
    std::vector<std::byte> bytes = fileOf(header, 12);
    const std::uint16_t halves[] = {0x3c00, 0xc100, 0x3f80, 0xc020};
    const float single = 0.1f;
    std::memcpy(bytes.data() + bytes.size() - 12, halves, 8);
    std::memcpy(bytes.data() + bytes.size() - 4, &single, 4);
    const SafetensorsFile file = parseSafetensors(bytes, "test");
    EXPECT_EQ(file.tensors.at("half").data, (std::vector<float>{1.0f, -2.5f}));
    EXPECT_EQ(file.tensors.at("brain").data, (std::vector<float>{1.0f, -2.5f}));
    EXPECT_EQ(file.tensors.at("brain").shape, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(file.tensors.at("single").data, (std::vector<float>{0.1f}));
    EXPECT_TRUE(file.tensors.at("single").shape.empty());
}

TEST(Safetensors, RoundTripsBitForBit) {
    SafetensorsFile file;
    file.metadata = {{"name", "quo\"te"}, {"note", "Größe\n"}};
    file.tensors["z"] = {{2, 1, 2}, {-0.0f, 0x1p-24f, 65504.0f, 1.0f / 1024}};
    file.tensors["a"] = {{1}, {-65504.0f}};
    for (const StoredType type : {StoredType::F16, StoredType::F32}) {
        const auto bytes = writeSafetensors(file, type);
        const SafetensorsFile back = parseSafetensors(bytes, "test");
        EXPECT_EQ(back.metadata, file.metadata);
        ASSERT_EQ(back.tensors.size(), 2u);
        for (const auto& [name, tensor] : file.tensors) {
            EXPECT_EQ(back.tensors.at(name).shape, tensor.shape);
            for (std::size_t i = 0; i < tensor.data.size(); ++i)
                EXPECT_EQ(std::bit_cast<std::uint32_t>(back.tensors.at(name).data.at(i)),
                          std::bit_cast<std::uint32_t>(tensor.data[i]));
        }
        EXPECT_EQ(writeSafetensors(back, type), bytes);
    }
}

TEST(Safetensors, DataStartsAtAMultipleOfEight) {
    for (std::size_t length = 1; length < 12; ++length) {
        SafetensorsFile file;
        file.tensors[std::string(length, 'n')] = {{1}, {1.0f}};
        EXPECT_EQ(writeSafetensors(file, StoredType::F32).size() % 8, 4u);
    }
}

TEST(Safetensors, WritingRefusesWhatF16CannotHold) {
    SafetensorsFile file;
    file.tensors["w"] = {{1}, {65505.0f}};
    EXPECT_THROW(writeSafetensors(file, StoredType::F16), Error);
    EXPECT_NO_THROW(writeSafetensors(file, StoredType::F32));
    file.tensors["w"] = {{1}, {1.0f}};
    file.metadata["name"] = "\xff";
    EXPECT_THROW(writeSafetensors(file, StoredType::F32), Error);
}

TEST(Safetensors, EveryTruncationIsRefused) {
    const auto bytes = test::smallBytes();
    ASSERT_EQ(refusal(bytes), "accepted");
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
        ASSERT_NE(refusal(cut), "accepted") << length;
    }
}

TEST(Safetensors, SaysWhatIsWrongWithTheHeaderLength) {
    EXPECT_THAT(refusal(std::vector<std::byte>{}), HasSubstr("empty"));
    EXPECT_THAT(refusal(std::vector<std::byte>(7)), HasSubstr("ends within the header's length"));
    std::vector<std::byte> bytes = fileOf("{}", 0);
    for (const std::uint64_t length : {limits::kHeaderBytes + 1, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
        std::memcpy(bytes.data(), &length, 8);
        EXPECT_THAT(refusal(bytes), HasSubstr("more than the limit"));
    }
    const std::uint64_t tooLong = 3;
    std::memcpy(bytes.data(), &tooLong, 8);
    EXPECT_THAT(refusal(bytes), HasSubstr("truncated"));
}

TEST(Safetensors, RefusesHeadersThatAreNotStrictJson) {
    EXPECT_THAT(refusal(""), HasSubstr("'{'"));
    EXPECT_THAT(refusal(" {}"), HasSubstr("'{'"));
    EXPECT_THAT(refusal("[]"), HasSubstr("'{'"));
    EXPECT_THAT(refusal("{"), HasSubstr("parse error"));
    EXPECT_THAT(refusal("{}x"), HasSubstr("parse error"));
    EXPECT_THAT(refusal("{\"a\":1e999}"), HasSubstr("number overflow"));
    EXPECT_THAT(refusal("{\"\xff\":1}"), HasSubstr("UTF-8"));
    EXPECT_THAT(refusal("{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}"), HasSubstr("nested deeper"));
    EXPECT_THAT(refusal("{\"a\":" + std::string(1'000'000, '[')), HasSubstr("nested deeper"));
}

TEST(Safetensors, RefusesDuplicateKeysAtEveryLevel) {
    const std::string entry = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
    EXPECT_THAT(refusal(R"({"a":)" + entry + R"(,"a":)" + entry + "}", 4), HasSubstr("duplicate key 'a'"));
    EXPECT_THAT(refusal(R"({"__metadata__":{"k":"1","k":"2"}})"), HasSubstr("duplicate key 'k'"));
    EXPECT_THAT(refusal(R"({"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4),
                HasSubstr("duplicate key 'dtype'"));
    EXPECT_THAT(refusal(R"({"a":)" + entry + R"(,"\u0061":)" + entry + "}", 4), HasSubstr("duplicate key 'a'"));
}

TEST(Safetensors, RefusesWrongEntries) {
    EXPECT_THAT(refusal(R"({"a":3})"), HasSubstr("is not an object"));
    EXPECT_THAT(refusal(R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4), HasSubstr("'dtype' is missing"));
    EXPECT_THAT(refusal(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}})", 4),
                HasSubstr("unknown field 'x'"));
    EXPECT_THAT(refusal(tensorEntry("F64", "[1]", "[0,8]"), 8), HasSubstr("F64 is not"));
    EXPECT_THAT(refusal(tensorEntry("F32", "[-1]", "[0,4]"), 4), HasSubstr("non-negative"));
    EXPECT_THAT(refusal(tensorEntry("F32", "[1.0]", "[0,4]"), 4), HasSubstr("non-negative integer"));
    EXPECT_THAT(refusal(tensorEntry("F32", "[0]", "[0,0]")), HasSubstr("zero"));
    EXPECT_THAT(refusal(tensorEntry("F32", "1", "[0,4]"), 4), HasSubstr("array"));
    EXPECT_THAT(refusal(tensorEntry("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4), HasSubstr("at most 8"));
    EXPECT_THAT(refusal(tensorEntry("F32", "[1]", "[0]"), 4), HasSubstr("2 elements"));
    EXPECT_THAT(refusal(tensorEntry("F32", "[1]", "[-4,0]"), 4), HasSubstr("non-negative"));
    EXPECT_THAT(refusal(tensorEntry("F32", "[1]", "[4,0]"), 4), HasSubstr("do not span"));
    EXPECT_THAT(refusal(tensorEntry("F32", "[1]", "[0,8]"), 8), HasSubstr("do not span"));
    EXPECT_THAT(refusal(R"({"__metadata__":3})"), HasSubstr("is not an object"));
    EXPECT_THAT(refusal(R"({"__metadata__":{"name":3}})"), HasSubstr("is not a string"));
}

TEST(Safetensors, RefusesShapesWhoseProductOverflows) {
    // 2^32 · 2^32 is 0 in 64 bits, which would match empty offsets.
    EXPECT_NE(refusal(tensorEntry("F32", "[4294967296,4294967296]", "[0,0]")), "accepted");
    EXPECT_THAT(refusal(tensorEntry("F32", "[65536,65536,65536,65536]", "[0,0]")), HasSubstr("more elements"));
    EXPECT_NE(refusal(tensorEntry("F32", "[18446744073709551615]", "[0,4]"), 4), "accepted");
    EXPECT_THAT(refusal(tensorEntry("F32", "[1073741824]", "[0,4294967296]"), 4), HasSubstr("truncated"));
}

TEST(Safetensors, RefusesGapsOverlapsTrailingAndOutOfRangeData) {
    const auto two = [](const std::string& first, const std::string& second) {
        return R"({"a":{"dtype":"F32","shape":[1],"data_offsets":)" + first +
               R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + second + "}}";
    };
    EXPECT_EQ(refusal(two("[0,4]", "[4,8]"), 8), "accepted");
    EXPECT_EQ(refusal(two("[4,8]", "[0,4]"), 8), "accepted");
    EXPECT_THAT(refusal(two("[0,4]", "[5,9]"), 9), HasSubstr("leaves a gap"));
    EXPECT_THAT(refusal(two("[1,5]", "[5,9]"), 9), HasSubstr("leaves a gap"));
    EXPECT_THAT(refusal(two("[0,4]", "[0,4]"), 4), HasSubstr("overlaps"));
    EXPECT_THAT(refusal(two("[0,4]", "[2,6]"), 6), HasSubstr("overlaps"));
    EXPECT_THAT(refusal(two("[0,4]", "[4,8]"), 9), HasSubstr("1 bytes follow"));
    EXPECT_THAT(refusal(two("[0,4]", "[4,8]"), 7), HasSubstr("truncated"));
    EXPECT_NE(refusal(two("[0,4]", "[18446744073709551612,18446744073709551616]"), 8), "accepted");
    EXPECT_NE(refusal(two("[0,4]", "[18446744073709551612,0]"), 8), "accepted");
    EXPECT_THAT(refusal("{}", 1), HasSubstr("follow"));
}

}  // namespace
}  // namespace impasto::model

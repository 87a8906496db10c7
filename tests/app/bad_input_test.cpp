// SPDX-License-Identifier: MIT
// What the real program says about inputs that are not what they should be: one line with the file, the reason and a
// way out, and the right exit status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "base/file.h"
#include "model/safetensors.h"
#include "program.h"

namespace impasto::app::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

const fs::path kSource = IMPASTO_SOURCE_DIR;

Bytes bytesOf(const fs::path& path) {
    return readFile(path, 1u << 26);
}

Bytes noise(std::size_t size) {
    Bytes bytes(size);
    std::uint32_t state = 1;
    for (std::byte& byte : bytes)
        byte = static_cast<std::byte>((state = state * 1664525u + 1013904223u) >> 24);
    return bytes;
}

/// `start` of the file and noise behind it.
Bytes corrupt(const fs::path& path, std::size_t start) {
    Bytes bytes = bytesOf(path);
    const Bytes tail = noise(bytes.size());
    std::copy(tail.begin() + static_cast<std::ptrdiff_t>(start), tail.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(start));
    return bytes;
}

Bytes first(Bytes bytes, std::size_t size) {
    bytes.resize(std::min(size, bytes.size()));
    return bytes;
}

class BadInput : public testing::Test {
  protected:
    fs::path put(const std::string& name, const Bytes& bytes) {
        writeFileAtomically(folder_ / name, bytes);
        return folder_ / name;
    }

    /// One line on standard error that names `input`, and `status`.
    void expectRefused(const std::vector<std::string>& arguments, const std::string& input, int status = 1,
                       const std::map<std::string, std::string>& environment = {}) {
        SCOPED_TRACE(testing::PrintToString(arguments));
        const Ended ended = runProgram(arguments, folder_, environment);
        EXPECT_EQ(ended.status, status) << ended.err;
        const std::vector<std::string> lines = ended.errorLines();
        ASSERT_EQ(lines.size(), 1u) << ended.err;
        EXPECT_THAT(lines[0], testing::StartsWith("impasto: "));
        EXPECT_THAT(lines[0], HasSubstr(input));
        EXPECT_THAT(lines[0], HasSubstr(";")) << "what to do is missing";
        EXPECT_EQ(ended.out, "");
    }
    void expectRefusedInput(const fs::path& path) {
        expectRefused({path.string(), "--output", folder_ / "out.png"}, path.filename().string());
        EXPECT_FALSE(fs::exists(folder_ / "out.png")) << path;
    }

    TemporaryFolder folder_;
};

/// Needs a device to get as far as the input.
class BadInputOnDevice : public BadInput {
  protected:
    void SetUp() override {
        if (!hasDevice())
            GTEST_SKIP() << "no Vulkan device";
    }
};

TEST_F(BadInput, Arguments) {
    expectRefused({"--nonsense"}, "--nonsense", 2);
    expectRefused({"--norm", "bogus"}, "bogus", 2);
    expectRefused({"--size", "0x0"}, "0x0", 2);
    expectRefused({"--style", "waves:-1"}, "waves:-1", 2);
    expectRefused({"--strength", "2"}, "2", 2);
}

TEST_F(BadInput, Images) {
    const fs::path png = kSource / "assets/content/chelsea.png";
    const fs::path jpg = kSource / "assets/content/rocket.jpg";
    expectRefusedInput(folder_ / "missing.png");
    expectRefusedInput(put("empty.png", {}));
    expectRefusedInput(put("short.png", first(bytesOf(png), 20)));
    expectRefusedInput(put("corrupt.png", corrupt(png, 24)));
    expectRefusedInput(put("empty.jpg", {}));
    expectRefusedInput(put("short.jpg", first(bytesOf(jpg), 100)));
    expectRefusedInput(put("noise.jpg", noise(5000)));
}

TEST_F(BadInput, Videos) {
    const fs::path clip = kSource / "assets/clip.mp4";
    expectRefusedInput(folder_ / "missing.mp4");
    expectRefusedInput(put("empty.mp4", {}));
    expectRefusedInput(put("short.mp4", first(bytesOf(clip), 1000)));
    expectRefusedInput(put("noise.mp4", noise(5000)));
}

TEST_F(BadInput, FoldersAndDevices) {
    fs::create_directories(folder_ / "nothing");
    put("nothing/readme.txt", noise(10));
    expectRefusedInput(folder_ / "nothing");
    expectRefused({"webcam:63", "--output", folder_ / "out.png"}, "63");
    expectRefused({"nosuchformat:whatever", "--output", folder_ / "out.png"}, "nosuchformat");
}

TEST_F(BadInput, Presets) {
    expectRefused({"--preset", folder_ / "missing.json"}, "missing.json");
    expectRefused({"--preset", put("empty.json", {})}, "empty.json");
    expectRefused({"--preset", put("noise.json", noise(300))}, "noise.json");
    expectRefused({"--preset", kSource / "assets/content/chelsea.png"}, "chelsea.png");
}

TEST_F(BadInput, NoVulkanDevice) {
    const std::map<std::string, std::string> none = {{"VK_DRIVER_FILES", "/nonexistent/icd.json"},
                                                     {"VK_ICD_FILENAMES", "/nonexistent/icd.json"}};
    const fs::path image = kSource / "assets/content/chelsea.png";
    expectRefused({image, "--output", folder_ / "out.png"}, "Vulkan", 1, none);
    const Ended ended = runProgram({"--self-test"}, folder_, none);
    EXPECT_EQ(ended.status, 3);
    EXPECT_THAT(ended.out, HasSubstr("Vulkan"));
}

TEST_F(BadInputOnDevice, DeviceThatIsNotThere) {
    expectRefused({kSource / "assets/content/chelsea.png", "--device", "99", "--output", folder_ / "out.png"}, "99");
}

TEST_F(BadInputOnDevice, Outputs) {
    const fs::path image = kSource / "assets/content/chelsea.png";
    put("file", noise(3));
    for (const std::string name : {"file/out.png", "file/out.mp4", "out.xyz", "out", "%d%d.png", "%s.png"})
        expectRefused({image, "--output", folder_ / name}, fs::path(name).filename());
    expectRefused({image, "--output", "/proc/impasto.png"}, "/proc/impasto.png");
    expectRefused({image, "--output", "/proc/impasto.mp4"}, "/proc/impasto.mp4");
}

TEST_F(BadInputOnDevice, Styles) {
    const fs::path image = kSource / "assets/content/chelsea.png";
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"no-such-style", "no-such-style"},
        {folder_ / "missing.png", "missing.png"},
        {put("empty.png", {}), "empty.png"},
        {put("noise.jpg", noise(5000)), "noise.jpg"},
    };
    for (const auto& [style, named] : cases)
        expectRefused({image, "--style", style, "--output", folder_ / "out.png"}, named);
}

/// Replaces text in a weights file's header by text of the same length.
Bytes withHeader(Bytes bytes, const std::string& from, const std::string& to) {
    EXPECT_EQ(from.size(), to.size());
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string_view::npos) << from;
    if (at != std::string_view::npos)
        std::memcpy(bytes.data() + at, to.data(), to.size());
    return bytes;
}

Bytes withTensors(const Bytes& bytes, const std::function<void(model::SafetensorsFile&)>& change) {
    model::SafetensorsFile file = model::parseSafetensors(bytes, "micro");
    change(file);
    return model::writeSafetensors(file, model::StoredType::F32);
}

TEST_F(BadInputOnDevice, Weights) {
    const Bytes good = bytesOf(kSource / "weights/micro.safetensors");
    std::string header(reinterpret_cast<const char*>(good.data()) + 8,
                       1u << 16 < good.size() - 8 ? 1u << 16 : good.size() - 8);
    const std::size_t offsets = header.find("\"data_offsets\":[");
    ASSERT_NE(offsets, std::string::npos);
    const std::size_t firstDigit = offsets + std::strlen("\"data_offsets\":[");
    const std::string numbers = header.substr(offsets, header.find(']', offsets) + 1 - offsets);
    std::string moved = numbers;
    moved[firstDigit - offsets] = '9';
    Bytes huge = good;
    std::memset(huge.data(), 0xff, 7);

    std::vector<std::pair<std::string, Bytes>> cases = {
        {"empty", {}},
        {"short", first(good, good.size() / 2)},
        {"header_only", first(good, 9)},
        {"trailing",
         [&] {
             Bytes longer = good;
             longer.resize(good.size() + 4);
             return longer;
         }()},
        {"noise", noise(4096)},
        {"huge_header", huge},
        {"moved_offsets", withHeader(good, numbers, moved)},
        {"nan",
         withTensors(
             good, [](auto& file) { file.tensors.begin()->second.data[0] = std::numeric_limits<float>::quiet_NaN(); })},
        {"infinity",
         withTensors(
             good, [](auto& file) { file.tensors.begin()->second.data[0] = std::numeric_limits<float>::infinity(); })},
        {"wrong_shape", withTensors(good,
                                    [](auto& file) {
                                        for (auto& [name, tensor] : file.tensors) {
                                            if (tensor.shape.size() == 4)
                                                std::swap(tensor.shape[0], tensor.shape[2]);
                                        }
                                    })},
        {"no_tensors", withTensors(good, [](auto& file) { file.tensors.clear(); })},
        {"no_graph", withTensors(good, [](auto& file) { file.metadata.clear(); })},
    };
    const fs::path image = kSource / "assets/content/chelsea.png";
    for (const auto& [name, bytes] : cases) {
        const std::string file = name + ".safetensors";
        expectRefused({image, "--model", put(file, bytes), "--output", folder_ / "out.png"}, file);
    }
    expectRefused({image, "--model", folder_ / "missing.safetensors", "--output", folder_ / "out.png"},
                  "missing.safetensors");
    expectRefused({image, "--model", "nosuchmodel", "--output", folder_ / "out.png"}, "nosuchmodel");
}

}  // namespace
}  // namespace impasto::app::test

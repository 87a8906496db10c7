// SPDX-License-Identifier: MIT
#include "gpu/shader_source.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "embedded.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::uint32_t kSpirvMagic = 0x07230203;

class ShaderSourceTest : public ::testing::Test {
  protected:
    ShaderSourceTest() : folder_(fs::path(::testing::TempDir()) / "impasto_shaders") {
        fs::remove_all(folder_);
        fs::create_directories(folder_ / "test");
    }
    ~ShaderSourceTest() override { fs::remove_all(folder_); }
    void SetUp() override {
        try {
            compileShader(fs::path(IMPASTO_SOURCE_DIR) / "shaders", "test/workgroup.comp", "");
        } catch (const Error& error) {
            if (std::string_view(error.what()).find("without the run-time compiler") != std::string_view::npos)
                GTEST_SKIP() << error.what();
            throw;
        }
    }
    std::string errorOf(const std::string& file, const std::string& defines = "") {
        try {
            compileShader(folder_, file, defines);
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    }
    fs::path folder_;
};

TEST(EmbeddedShaders, AreAllSpirvWithSourceBesideThem) {
    ASSERT_FALSE(shaders::all().empty());
    for (const shaders::Shader& shader : shaders::all()) {
        ASSERT_GT(shader.words.size(), 5u) << shader.name;
        EXPECT_EQ(shader.words[0], kSpirvMagic) << shader.name;
        EXPECT_TRUE(fs::exists(fs::path(IMPASTO_SOURCE_DIR) / "shaders" / shader.file)) << shader.file;
        EXPECT_EQ(shaders::find(shader.name).data(), shader.words.data()) << shader.name << " is there twice";
    }
}

TEST_F(ShaderSourceTest, SourceOfTheFolderTakesThePlaceOfWhatWasBuiltIn) {
    EXPECT_EQ(shaderWords("test/workgroup").size(), shaders::find("test/workgroup").size());
    writeFileAtomically(folder_ / "test/workgroup.comp",
                        std::string_view("#version 450\nlayout(local_size_x = 1) in;\nvoid main() {}\n"));
    const test::ScopedEnvironment variable("IMPASTO_SHADER_DIR", folder_.string());
    const std::vector<std::uint32_t> words = shaderWords("test/workgroup");
    EXPECT_EQ(words.at(0), kSpirvMagic);
    EXPECT_LT(words.size(), shaders::find("test/workgroup").size()) << "an empty main is shorter";
}

TEST_F(ShaderSourceTest, EveryVariantCompilesAtRunTimeWithItsDefines) {
    const test::ScopedEnvironment variable("IMPASTO_SHADER_DIR", IMPASTO_SOURCE_DIR "/shaders");
    EXPECT_EQ(shaderWords("test/affine_texel").at(0), kSpirvMagic);
    EXPECT_NE(shaderWords("test/affine_texel"), shaderWords("test/affine"));
}

TEST_F(ShaderSourceTest, DefinesAndIncludesArrive) {
    writeFileAtomically(folder_ / "shared.glsl", std::string_view("const int kShared = VALUE;\n"));
    writeFileAtomically(folder_ / "test/a.comp",
                        std::string_view("#version 450\n#extension GL_GOOGLE_include_directive : require\n"
                                         "#include \"shared.glsl\"\n#ifndef FLAG\n#error no flag\n#endif\n"
                                         "layout(local_size_x = kShared) in;\nvoid main() {}\n"));
    EXPECT_EQ(errorOf("test/a.comp", "VALUE=8 FLAG"), "no error");
    EXPECT_THAT(errorOf("test/a.comp", "VALUE=8"), HasSubstr("no flag"));
}

TEST_F(ShaderSourceTest, MistakesAreToldWithFileAndLine) {
    writeFileAtomically(folder_ / "test/bad.comp", std::string_view("#version 450\nvoid main() { oops(); }\n"));
    EXPECT_THAT(errorOf("test/bad.comp"), AllOf(HasSubstr("bad.comp:2"), HasSubstr("oops")));
    EXPECT_THAT(errorOf("test/missing.comp"), HasSubstr("missing.comp"));
    writeFileAtomically(folder_ / "test/lost.comp",
                        std::string_view("#version 450\n#extension GL_GOOGLE_include_directive : require\n"
                                         "#include \"nowhere.glsl\"\nvoid main() {}\n"));
    EXPECT_THAT(errorOf("test/lost.comp"), HasSubstr("nowhere.glsl"));
}

}  // namespace
}  // namespace impasto::gpu

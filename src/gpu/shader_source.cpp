// SPDX-License-Identifier: MIT
#include "gpu/shader_source.h"

#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "embedded.h"

#ifdef IMPASTO_RUNTIME_SHADERC
#include <memory>
#include <set>
#include <shaderc/shaderc.hpp>
#include <sstream>
#endif

namespace impasto::gpu {

#ifdef IMPASTO_RUNTIME_SHADERC
namespace {

constexpr std::uint64_t kMaxSourceBytes = 4u << 20;

std::string readText(const std::filesystem::path& path) {
    const std::vector<std::byte> bytes = readFile(path, kMaxSourceBytes);
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// #include beside the file that asks, else from the shader folder, as glslc -I does.
class Includer : public shaderc::CompileOptions::IncluderInterface {
  public:
    explicit Includer(std::filesystem::path folder) : folder_(std::move(folder)) {}

    shaderc_include_result* GetInclude(const char* requested, shaderc_include_type, const char* requesting,
                                       size_t) override {
        auto answer = std::make_unique<Answer>();
        std::filesystem::path path = std::filesystem::path(requesting).parent_path() / requested;
        std::error_code ignored;
        if (!std::filesystem::exists(path, ignored))
            path = folder_ / requested;
        try {
            answer->content = readText(path);
            answer->name = path.string();
        } catch (const Error& error) {
            // An empty name tells the compiler that the content is a message.
            answer->content = error.what();
        }
        answer->result = {answer->name.data(), answer->name.size(), answer->content.data(), answer->content.size(),
                          answer.get()};
        return &answer.release()->result;
    }

    void ReleaseInclude(shaderc_include_result* result) override {
        const std::unique_ptr<Answer> owned(static_cast<Answer*>(result->user_data));
    }

  private:
    struct Answer {
        std::string name;
        std::string content;
        shaderc_include_result result{};
    };
    std::filesystem::path folder_;
};

}  // namespace

std::vector<std::uint32_t> compileShader(const std::filesystem::path& folder, const std::string& file,
                                         const std::string& defines) {
    const std::filesystem::path path = folder / file;
    const std::string source = readText(path);
    shaderc::CompileOptions options;
    options.SetTargetEnvironment(shaderc_target_env_vulkan, shaderc_env_version_vulkan_1_2);
    options.SetOptimizationLevel(shaderc_optimization_level_performance);
    options.SetWarningsAsErrors();
    options.SetIncluder(std::make_unique<Includer>(folder));
    std::istringstream words(defines);
    for (std::string define; words >> define;) {
        const std::size_t equals = define.find('=');
        if (equals == std::string::npos)
            options.AddMacroDefinition(define);
        else
            options.AddMacroDefinition(define.substr(0, equals), define.substr(equals + 1));
    }
    const shaderc::Compiler compiler;
    const auto result = compiler.CompileGlslToSpv(source, shaderc_compute_shader, path.c_str(), options);
    if (result.GetCompilationStatus() != shaderc_compilation_status_success)
        throw Error({"cannot compile the shader", path.string(), result.GetErrorMessage()});
    return {result.begin(), result.end()};
}
#else
std::vector<std::uint32_t> compileShader(const std::filesystem::path& folder, const std::string& file,
                                         const std::string&) {
    throw Error({"cannot compile the shader", (folder / file).string(),
                 "this program was built without the run-time compiler",
                 "unset IMPASTO_SHADER_DIR or build with IMPASTO_RUNTIME_SHADERC=ON"});
}
#endif

std::vector<std::uint32_t> shaderWords(const std::string& name) {
    const char* folder = std::getenv("IMPASTO_SHADER_DIR");
    if (!folder || !*folder) {
        const auto words = shaders::find(name);
        return {words.begin(), words.end()};
    }
    const shaders::Shader& shader = shaders::findShader(name);
    spdlog::info("compiling {} from {}", name, folder);
    return compileShader(folder, std::string(shader.file), std::string(shader.defines));
}

}  // namespace impasto::gpu

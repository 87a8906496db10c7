// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/benchmark.h"
#include "app/defaults.h"
#include "app/headless.h"
#include "app/live_session.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

extern char** environ;

namespace impasto::app {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr auto kStartLimit = std::chrono::seconds(100);
/// The first frame's times are known, and one to compare them with.
constexpr std::uint64_t kFramesLookedAt = 6;

std::int64_t nowNs() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

Error startError(const std::string& reason) {
    return Error({"cannot measure a start", "", reason, ""});
}

/// A new folder that goes with everything in it.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "impasto-start-XXXXXX").string();
        if (!::mkdtemp(name.data()))
            throw startError("no temporary folder could be made");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code code;
        std::filesystem::remove_all(path_, code);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

std::vector<std::string> childEnvironment(const std::string& cache) {
    std::vector<std::string> variables;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view variable(*entry);
        if (!variable.starts_with("XDG_CACHE_HOME=") && !variable.starts_with("MESA_SHADER_CACHE_DIR="))
            variables.emplace_back(variable);
    }
    variables.push_back("XDG_CACHE_HOME=" + cache);
    variables.push_back("MESA_SHADER_CACHE_DIR=" + cache);
    return variables;
}

std::vector<char*> pointersTo(std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    for (std::string& string : strings)
        pointers.push_back(string.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::string readAll(int descriptor) {
    std::string text;
    std::array<char, 4096> chunk{};
    for (ssize_t got = 0; (got = ::read(descriptor, chunk.data(), chunk.size())) > 0;)
        text.append(chunk.data(), static_cast<std::size_t>(got));
    return text;
}

/// Runs this program with `arguments`; what it wrote to its standard output.
std::string runChild(std::vector<std::string> arguments, std::vector<std::string> variables) {
    int ends[2];
    if (::pipe(ends) != 0)
        throw startError("no pipe could be made");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addclose(&actions, ends[0]);
    ::posix_spawn_file_actions_addclose(&actions, ends[1]);
    pid_t child = 0;
    arguments.push_back(std::to_string(nowNs()));
    const int failed = ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, pointersTo(arguments).data(),
                                     pointersTo(variables).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    const std::string text = failed ? "" : readAll(ends[0]);
    ::close(ends[0]);
    int status = 0;
    if (failed || ::waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw startError("the program did not run as a child of itself");
    return text;
}

StartTime parse(const std::string& text, Extent& extent) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object())
        throw startError("the child gave no answer");
    extent = {.height = json.value("height", 0), .width = json.value("width", 0)};
    return {.deviceMs = json.value("device_ms", 0.0),
            .firstPictureMs = json.value("first_picture_ms", 0.0),
            .pipelinesMs = json.value("pipelines_ms", 0.0),
            .firstDispatchMs = json.value("first_dispatch_ms", 0.0)};
}

/// Copies the choices of kernels measured on this machine, which a later start has, too, into the folder of caches
/// `cache`.
void copyKernelChoices(const std::filesystem::path& choices, const std::filesystem::path& cache) {
    const std::filesystem::path copy = cache / choices.lexically_relative(cacheFolder().parent_path());
    std::error_code failed;
    std::filesystem::create_directories(copy.parent_path(), failed);
    if (!failed)
        std::filesystem::copy_file(choices, copy, failed);
    if (failed)
        spdlog::warn("the warm start has the safe kernels: cannot copy {}: {}", choices.string(), failed.message());
}

}  // namespace

StartTimes measureStarts(const CommandLine& line, const Settings& settings, const std::filesystem::path& choices) {
    const TemporaryFolder cache;
    std::vector<std::string> arguments{"impasto",
                                       settings.source.empty() ? bundledClip() : settings.source,
                                       "--benchmark",
                                       "--model",
                                       settings.model,
                                       "--precision",
                                       settings.precision == nn::Precision::Fp16 ? "fp16" : "fp32"};
    if (line.device >= 0)
        arguments.insert(arguments.end(), {"--device", std::to_string(line.device)});
    arguments.push_back("--started-ns");
    StartTimes times{.model = settings.model, .networkExtent = {}, .cold = {}, .warm = {}};
    times.cold = parse(runChild(arguments, childEnvironment(cache.path())), times.networkExtent);
    copyKernelChoices(choices, cache.path());
    runChild(arguments, childEnvironment(cache.path()));
    times.warm = parse(runChild(arguments, childEnvironment(cache.path())), times.networkExtent);
    return times;
}

void runStartChild(const CommandLine& line) {
    const auto sinceStartMs = [&] { return static_cast<double>(nowNs() - *line.startedNs) / 1e6; };
    StartTime start;
    gpu::Device device(deviceOptions(line));
    start.deviceMs = sinceStartMs();
    gpu::PipelineLibrary pipelines(device);
    LiveSession session(device, pipelines, line.settings);
    const auto waitFor = [&](auto&& reached) {
        const auto begin = Clock::now();
        while (!reached()) {
            if (Clock::now() - begin > kStartLimit)
                throw startError("no picture came");
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    };
    waitFor([&] { return session.picture() != nullptr; });
    start.firstPictureMs = sinceStartMs();
    waitFor([&] { return session.stats()->framesDone >= kFramesLookedAt && session.stats()->gpuTimeMs > 0; });
    const auto stats = session.stats();
    start.pipelinesMs = stats->pipelineBuildMs;
    start.firstDispatchMs = std::max(0.0, stats->firstFrameDeviceMs - stats->gpuTimeMs);
    const Json answer = {{"device_ms", start.deviceMs},         {"first_picture_ms", start.firstPictureMs},
                         {"pipelines_ms", start.pipelinesMs},   {"first_dispatch_ms", start.firstDispatchMs},
                         {"width", stats->networkExtent.width}, {"height", stats->networkExtent.height}};
    fmt::print("{}\n", answer.dump());
}

}  // namespace impasto::app

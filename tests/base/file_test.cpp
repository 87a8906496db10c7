// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>

#include "base/error.h"

namespace impasto {
namespace {

namespace fs = std::filesystem;

/// A folder that is gone afterwards.
class FileTest : public testing::Test {
  protected:
    FileTest() {
        std::string pattern = (fs::temp_directory_path() / "impasto-test-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~FileTest() override { fs::remove_all(folder_); }

    std::string read(const fs::path& path) {
        const auto bytes = readFile(path, 1 << 24);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    std::size_t filesIn(const fs::path& folder) {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }

    fs::path folder_;
};

/// Sets an environment variable and puts back what was there.
class ScopedVariable {
  public:
    ScopedVariable(const char* name, const std::string& value) : name_(name) {
        if (const char* before = std::getenv(name))
            before_ = before;
        ::setenv(name, value.c_str(), 1);
    }
    ~ScopedVariable() {
        if (before_)
            ::setenv(name_, before_->c_str(), 1);
        else
            ::unsetenv(name_);
    }

  private:
    const char* name_;
    std::optional<std::string> before_;
};

std::string reasonOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.parts().input + ": " + error.parts().reason;
    }
    return "nothing was thrown";
}

TEST_F(FileTest, WritesMissingFoldersAndLeavesNothingBeside) {
    const fs::path path = folder_ / "a/b/settings.json";
    writeFileAtomically(path, "first");
    EXPECT_EQ(read(path), "first");
    writeFileAtomically(path, "a longer second");
    EXPECT_EQ(read(path), "a longer second");
    writeFileAtomically(path, "");
    EXPECT_EQ(read(path), "");
    EXPECT_EQ(filesIn(path.parent_path()), 1u);
}

TEST_F(FileTest, FailedWritesKeepWhatWasThereAndLeaveNothingBeside) {
    fs::create_directories(folder_ / "taken/inside");
    EXPECT_THROW(writeFileAtomically(folder_ / "taken", "text"), Error);
    EXPECT_TRUE(fs::is_directory(folder_ / "taken/inside"));
    EXPECT_EQ(filesIn(folder_), 1u);

    writeFileAtomically(folder_ / "file", "kept");
    EXPECT_THROW(writeFileAtomically(folder_ / "file/below", "text"), Error);
    EXPECT_EQ(read(folder_ / "file"), "kept");
}

TEST_F(FileTest, ReadersSeeOneWholeVersionWhileTwoThreadsWrite) {
    const fs::path path = folder_ / "shared";
    const std::string versions[] = {std::string(100'000, 'a'), std::string(70'000, 'b')};
    writeFileAtomically(path, versions[0]);
    std::atomic<bool> failed{false};
    const auto write = [&](const std::string& text) {
        for (int i = 0; i < 20; ++i) {
            try {
                writeFileAtomically(path, text);
            } catch (const Error&) {
                failed = true;
            }
        }
    };
    std::thread first(write, versions[0]);
    std::thread second(write, versions[1]);
    for (int i = 0; i < 100; ++i) {
        // Opened before it is measured, so one version is seen throughout.
        std::ifstream file(path, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        EXPECT_TRUE(text == versions[0] || text == versions[1]) << text.size();
    }
    first.join();
    second.join();
    EXPECT_FALSE(failed);
    EXPECT_EQ(filesIn(folder_), 1u);
}

TEST_F(FileTest, ReadingNamesTheFileAndTheReason) {
    const fs::path missing = folder_ / "missing";
    EXPECT_EQ(reasonOf([&] { readFile(missing, 10); }), missing.string() + ": it does not exist");
    EXPECT_EQ(reasonOf([&] { readFile(folder_, 10); }), folder_.string() + ": it is not a regular file");
    writeFileAtomically(folder_ / "eleven", "12345678901");
    EXPECT_THAT(reasonOf([&] { readFile(folder_ / "eleven", 10); }), testing::HasSubstr("more than the limit of 10"));
    EXPECT_EQ(readFile(folder_ / "eleven", 11).size(), 11u);
}

TEST_F(FileTest, FoldersFollowTheEnvironment) {
    const ScopedVariable config("XDG_CONFIG_HOME", "/somewhere/config");
    const ScopedVariable cache("XDG_CACHE_HOME", "");
    const ScopedVariable home("HOME", "/home/painter");
    EXPECT_EQ(configFolder(), "/somewhere/config/impasto");
    EXPECT_EQ(cacheFolder(), "/home/painter/.cache/impasto");
}

TEST_F(FileTest, DataFolderIsTheNamedOneWhenItHoldsData) {
    const ScopedVariable data("IMPASTO_DATA", folder_.string());
    EXPECT_THROW(dataFolder(), Error);
    fs::create_directories(folder_ / "assets");
    fs::create_directories(folder_ / "weights");
    EXPECT_EQ(dataFolder(), folder_);
}

}  // namespace
}  // namespace impasto

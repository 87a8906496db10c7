// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "app/stats.h"

namespace impasto::app {

/// Small pictures of image files, for a file list: loaded on a thread of its own, newest asked for first, kept while
/// there are not too many. Any thread.
class FileThumbnails {
  public:
    FileThumbnails();
    ~FileThumbnails();

    /// Null while it is being loaded, and for what is no picture.
    std::shared_ptr<const Thumbnail> get(const std::filesystem::path& path);

  private:
    void run(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::map<std::string, std::shared_ptr<const Thumbnail>> known_;  ///< null: waiting, or no picture
    std::deque<std::string> wanted_;
    std::jthread thread_;  ///< last: it uses what stands above
};

}  // namespace impasto::app

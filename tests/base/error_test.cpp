// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <gtest/gtest.h>

namespace impasto {
namespace {

TEST(Error, SaysWhatFailedOnWhatWhyAndWhatToDo) {
    const Error error({"cannot open camera", "/dev/video0", "it is busy", "close the other program"});
    EXPECT_STREQ(error.what(), "cannot open camera: /dev/video0: it is busy; close the other program");
    EXPECT_EQ(error.parts().reason, "it is busy");
}

TEST(Error, LeavesOutWhatIsEmpty) {
    EXPECT_STREQ(Error({"cannot start", "", "no memory", ""}).what(), "cannot start: no memory");
    EXPECT_STREQ(Error({"cannot start", "", "", ""}).what(), "cannot start");
}

TEST(Error, IsOneLine) {
    const Error error({"cannot\nread", "a\r\nb", "why", "do"});
    EXPECT_EQ(std::string(error.what()).find_first_of("\r\n"), std::string::npos);
}

}  // namespace
}  // namespace impasto

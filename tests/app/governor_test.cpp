// SPDX-License-Identifier: MIT
// The governor on devices that are formulas.
#include "app/governor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace impasto::app {
namespace {

using Verdict = Governor::Verdict;

const std::vector<std::string> kModels{"nano", "micro", "full"};

/// Time of a frame: proportional to pixels, per network.
struct Device {
    double msPerMegapixel = 100;  ///< of the fastest network, for a picture of 4:3
    double fixedMs = 0;
    double noise = 0;  ///< relative, alternating

    double frameTimeMs(const Governor::Choice& choice, int frame) const {
        const double pixels = choice.shortSide * (choice.shortSide * 4.0 / 3.0) / 1e6;
        const auto model = std::find(kModels.begin(), kModels.end(), choice.model) - kModels.begin();
        const double ms = fixedMs + msPerMegapixel * pixels * std::pow(2.2, static_cast<double>(model));
        return ms * (1 + (frame % 2 ? noise : -noise));
    }
};

struct Change {
    double seconds;
    Governor::Choice choice;
};

struct Ran {
    std::vector<Change> changes;
    double possibleRate = 0;
};

/// Runs the loop for `seconds` of the device's own time, at most at the source's 60 frames per second.
Ran run(Governor& governor, const std::function<double(const Governor::Choice&, int, double)>& frameTimeMs,
        double seconds, double from = 0) {
    Ran ran;
    double now = from;
    governor.begin(now);
    for (int frame = 0; now < from + seconds; ++frame) {
        const double ms = frameTimeMs(governor.choice(), frame, now);
        now += std::max(ms, 1000.0 / 60) / 1000;
        ran.possibleRate = 1000 / ms;
        if (governor.add(now, ms)) {
            ran.changes.push_back({now, governor.choice()});
            governor.begin(now);
        }
    }
    return ran;
}

Ran run(Governor& governor, const Device& device, double seconds) {
    return run(
        governor, [&](const Governor::Choice& choice, int frame, double) { return device.frameTimeMs(choice, frame); },
        seconds);
}

void expectPatience(const Ran& ran) {
    for (std::size_t i = 1; i < ran.changes.size(); ++i)
        EXPECT_GE(ran.changes[i].seconds - ran.changes[i - 1].seconds, 1.0);
}

TEST(Governor, ReachesTheTargetAndStays) {
    for (const double msPerMegapixel : {20.0, 60.0, 150.0, 300.0, 700.0}) {
        for (const double noise : {0.0, 0.1}) {
            Governor governor({.models = {}}, {"nano", 256});
            const Device device{.msPerMegapixel = msPerMegapixel, .noise = noise};
            expectPatience(run(governor, device, 40));
            const Ran later = run(governor, device, 60);
            EXPECT_TRUE(later.changes.empty()) << msPerMegapixel << " " << later.changes.size();
            const bool bounded = governor.choice().shortSide == 160 || governor.choice().shortSide == 736;
            if (!bounded) {
                EXPECT_NEAR(later.possibleRate, 30, 30 * 0.35) << msPerMegapixel;
            }
            EXPECT_TRUE(governor.choice().shortSide % Governor::kStep == 0);
        }
    }
}

TEST(Governor, WithinTheBandNothingMoves) {
    for (const double rate : {25.0, 30.0, 35.0}) {
        Governor governor({}, {"micro", 320});
        const Ran ran = run(
            governor, [&](auto&&...) { return 1000 / rate; }, 30);
        EXPECT_TRUE(ran.changes.empty()) << rate;
        EXPECT_EQ(governor.verdict(), Verdict::Holding);
        EXPECT_NEAR(governor.possibleRate(), rate, 0.1);
    }
}

TEST(Governor, ASlowDeviceIsLeftQuickly) {
    Governor governor({.models = kModels}, {"micro", 512});
    const Device device{.msPerMegapixel = 400};
    const Ran ran = run(governor, device, 6);
    ASSERT_FALSE(ran.changes.empty());
    EXPECT_LT(ran.changes.front().seconds, 2.0);
    EXPECT_LE(ran.changes.front().choice.shortSide, 192);
}

TEST(Governor, TheNetworkFollowsWhenTheSideIsAtItsBound) {
    Governor governor({.models = kModels}, {"full", 160});
    const Ran down = run(governor, Device{.msPerMegapixel = 900}, 20);
    ASSERT_FALSE(down.changes.empty());
    EXPECT_EQ(governor.choice(), (Governor::Choice{"nano", 160}));

    Governor faster({.models = kModels}, {"nano", 256});
    run(faster, Device{.msPerMegapixel = 1}, 40);
    EXPECT_EQ(faster.choice(), (Governor::Choice{"full", 736}));
    EXPECT_EQ(faster.verdict(), Verdict::AtMost);
}

TEST(Governor, ALargerNetworkThatIsTooSlowIsNotTriedAgainAndAgain) {
    Governor governor({.models = {"nano", "micro"}}, {"nano", 736});
    const auto timeMs = [](const Governor::Choice& choice, int, double) {
        return choice.model == "nano" ? 10.0 : 60.0;
    };
    const Ran ran = run(governor, timeMs, 120);
    EXPECT_LE(ran.changes.size(), 8u);  // up and down after 0, 15, 45 and 105 seconds
    EXPECT_GE(ran.changes.size(), 2u);
}

TEST(Governor, HopelessDevicesSaySo) {
    Governor governor({.models = {}}, {"nano", 160});
    const Ran ran = run(
        governor, [](auto&&...) { return 200.0; }, 10);
    EXPECT_TRUE(ran.changes.empty());
    EXPECT_EQ(governor.verdict(), Verdict::AtLeast);
    EXPECT_EQ(describe(governor.verdict(), 30), "30 fps is out of reach");
}

TEST(Governor, AFixedNetworkIsLeftAlone) {
    Governor fixedModel({.models = {}}, {"full", 256});
    run(fixedModel, Device{.msPerMegapixel = 4000}, 10);
    EXPECT_EQ(fixedModel.choice(), (Governor::Choice{"full", 160}));
}

TEST(Governor, ALoadThatComesAndGoesIsFollowed) {
    Governor governor({.models = {}}, {"nano", 256});
    const Device quiet{.msPerMegapixel = 150};
    run(governor, quiet, 20);
    const int before = governor.choice().shortSide;
    run(governor, Device{.msPerMegapixel = 450}, 20);
    const int during = governor.choice().shortSide;
    run(governor, quiet, 40);
    EXPECT_LT(during, before);
    EXPECT_NEAR(governor.choice().shortSide, before, Governor::kStep);
}

TEST(Governor, OneHitchIsNoReason) {
    Governor governor({.models = {}}, {"nano", 256});
    const Ran ran = run(
        governor, [](const Governor::Choice&, int frame, double) { return frame % 20 == 7 ? 400.0 : 33.0; }, 30);
    EXPECT_TRUE(ran.changes.empty());
}

TEST(Governor, BoundsThatChangePullTheChoiceIn) {
    Governor governor({.mostSide = 736, .models = {}}, {"nano", 704});
    governor.setParams({.mostSide = 480, .models = {}});
    EXPECT_EQ(governor.choice().shortSide, 480);
}

}  // namespace
}  // namespace impasto::app

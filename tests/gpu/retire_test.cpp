// SPDX-License-Identifier: MIT
#include "gpu/retire.h"

#include <utility>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/device.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

class RetireTest : public test::GpuTest {};

/// Tells when it is destroyed.
class Witness {
  public:
    Witness(int id, std::vector<int>& gone) : id_(id), gone_(&gone) {}
    Witness(Witness&& other) noexcept : id_(other.id_), gone_(std::exchange(other.gone_, nullptr)) {}
    Witness& operator=(Witness&&) = delete;
    ~Witness() {
        if (gone_)
            gone_->push_back(id_);
    }

  private:
    int id_;
    std::vector<int>* gone_;
};

TEST_F(RetireTest, AnObjectGoesOnlyAfterItsValue) {
    Timeline timeline(device());
    std::vector<int> gone;
    Retirement retirement(timeline);
    Queue& queue = device().computeQueue();
    retirement.retire(Witness(1, gone), 1);
    retirement.retire(Witness(3, gone), 3);
    retirement.retire(Witness(2, gone), 2);
    retirement.collect();
    EXPECT_TRUE(gone.empty()) << "nothing was submitted yet";

    timeline.wait(queue.submit(timeline, {}));
    retirement.collect();
    EXPECT_EQ(gone, std::vector<int>({1}));
    timeline.wait(queue.submit(timeline, {}));
    retirement.collect();
    EXPECT_EQ(gone, std::vector<int>({1, 2})) << "a later value before it holds nothing back";
    EXPECT_EQ(retirement.pending(), 1u);
    timeline.wait(queue.submit(timeline, {}));
    retirement.collect();
    EXPECT_EQ(gone, std::vector<int>({1, 2, 3}));
    EXPECT_EQ(retirement.pending(), 0u);
}

TEST_F(RetireTest, TheEndWaitsForWhatIsLeft) {
    Timeline timeline(device());
    std::vector<int> gone;
    std::uint64_t value = 0;
    {
        Retirement retirement(timeline);
        value = device().computeQueue().submit(timeline, {});
        retirement.retire(Witness(1, gone), value);
        retirement.retire(Buffer(device(), {.name = "retired", .sizeBytes = 64}), value);
        retirement.retire(Witness(2, gone), value + 100);
    }
    EXPECT_TRUE(timeline.reached(value));
    EXPECT_EQ(gone.size(), 2u) << "a value never submitted does not hang the program";
}

}  // namespace
}  // namespace impasto::gpu

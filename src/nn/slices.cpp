// SPDX-License-Identifier: MIT
#include "nn/slices.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace impasto::nn {
namespace {

/// More pieces than this per dispatch would cost more in submits than they free.
constexpr int kMaxPieces = 64;

/// A share of a dispatch's workgroups along one axis.
struct Piece {
    std::size_t dispatch = 0;
    std::array<std::uint32_t, 3> base{0, 0, 0};
    std::array<std::uint32_t, 3> groups{1, 1, 1};
    double costMs = 0;
};

std::vector<Piece> cut(std::size_t index, const Dispatch& dispatch, double costMs, double budgetMs) {
    Piece whole{index, {0, 0, dispatch.baseZ}, dispatch.groups, costMs};
    const auto largest = std::max_element(dispatch.groups.begin(), dispatch.groups.end());
    const auto axis = static_cast<std::size_t>(largest - dispatch.groups.begin());
    const int wanted = std::min(kMaxPieces, static_cast<int>(std::ceil(costMs / budgetMs)));
    const int count = std::min(wanted, static_cast<int>(*largest));
    if (count <= 1 || dispatch.indirectBuffer)
        return {whole};
    std::vector<Piece> pieces;
    for (int i = 0; i < count; ++i) {
        const auto begin = static_cast<std::uint32_t>(static_cast<std::int64_t>(*largest) * i / count);
        const auto end = static_cast<std::uint32_t>(static_cast<std::int64_t>(*largest) * (i + 1) / count);
        Piece piece = whole;
        piece.base[axis] += begin;
        piece.groups[axis] = end - begin;
        piece.costMs = costMs / count;
        pieces.push_back(piece);
    }
    return pieces;
}

void recordPiece(vk::CommandBuffer commands, const Dispatch& dispatch, const Piece& piece) {
    const gpu::Pipeline& pipeline = *dispatch.pipeline;
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, pipeline.handle());
    commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, pipeline.layout(), 0, dispatch.descriptors, {});
    commands.pushConstants<std::byte>(pipeline.layout(), vk::ShaderStageFlagBits::eCompute, 0, dispatch.pushConstants);
    if (dispatch.indirectBuffer) {
        // Mesa 22.3's lavapipe keeps the base of the last dispatch for an indirect one; an empty dispatch resets it.
        commands.dispatch(0, 1, 1);
        commands.dispatchIndirect(dispatch.indirectBuffer, dispatch.indirectOffset);
        return;
    }
    commands.dispatchBase(piece.base[0], piece.base[1], piece.base[2], piece.groups[0], piece.groups[1],
                          piece.groups[2]);
}

/// The picture that the dispatch before left in a buffer.
void recordCopy(vk::CommandBuffer commands, const Dispatch::PictureCopy& copy) {
    gpu::recordBarrier(commands);
    commands.copyBufferToImage(copy.from, copy.to->handle(), vk::ImageLayout::eGeneral,
                               copy.to->wholeRegion(static_cast<std::uint32_t>(copy.rowPixels)));
}

}  // namespace

void SlicedCommands::readTimesMs(const gpu::Timestamps& timestamps, std::vector<double>& scratch,
                                 std::vector<double>& timesMs) const {
    timesMs.assign(dispatchCount, 0.0);
    scratch.resize(timedDispatch.size() + 1);
    if (!timestamps.readMs(0, scratch))
        return;
    for (std::size_t i = 0; i < timedDispatch.size(); ++i) {
        if (timedDispatch[i] >= 0)
            timesMs[static_cast<std::size_t>(timedDispatch[i])] += scratch[i + 1] - scratch[i];
    }
}

std::uint32_t timestampsNeeded(std::size_t dispatchCount) {
    return static_cast<std::uint32_t>(dispatchCount) * 2 * kMaxPieces;
}

void recordWhole(vk::CommandBuffer commands, const Dispatch& dispatch) {
    recordPiece(commands, dispatch, {0, {0, 0, dispatch.baseZ}, dispatch.groups, 0});
    if (dispatch.copyAfter)
        recordCopy(commands, *dispatch.copyAfter);
}

SlicedCommands recordSlices(const SliceParams& params) {
    IMPASTO_CHECK(params.costsMs.size() == params.dispatches.size());
    SlicedCommands result;
    result.dispatchCount = params.dispatches.size();
    double sliceMs = 0;
    int running = -1;  // the dispatch recorded last
    std::uint32_t written = 0;
    const auto beginSlice = [&] {
        result.slices.push_back(params.pool.allocate());
        (*result.slices.back()).begin(vk::CommandBufferBeginInfo{});
        sliceMs = 0;
    };
    // Between two dispatches: what the one wrote the other may read, and one's time ends where the other's begins.
    const auto recordBoundary = [&] {
        const vk::CommandBuffer commands = *result.slices.back();
        if (!params.timestamps.writesAreBarriers())
            gpu::recordBarrier(commands);
        if (written > 0)
            result.timedDispatch.push_back(running);
        params.timestamps.recordWrite(commands, written++);
        running = -1;
    };
    beginSlice();
    params.timestamps.recordReset(*result.slices.back(), 0, params.timestamps.count());
    if (params.prologue)
        params.prologue(*result.slices.back());

    for (std::size_t i = 0; i < params.dispatches.size(); ++i) {
        const Dispatch& dispatch = params.dispatches[i];
        if (!dispatch.runsIn(params.needs))
            continue;
        ++result.recordedCount;
        bool firstPiece = true;
        for (const Piece& piece : cut(i, dispatch, params.costsMs[i], params.budgetMs)) {
            if (sliceMs > 0 && sliceMs + piece.costMs > params.budgetMs) {
                recordBoundary();
                (*result.slices.back()).end();
                beginSlice();
                firstPiece = true;
            }
            if (firstPiece)
                recordBoundary();
            firstPiece = false;
            recordPiece(*result.slices.back(), dispatch, piece);
            running = static_cast<int>(i);
            sliceMs += piece.costMs;
        }
        if (dispatch.copyAfter)
            recordCopy(*result.slices.back(), *dispatch.copyAfter);
    }
    recordBoundary();
    if (params.epilogue)
        params.epilogue(*result.slices.back());
    (*result.slices.back()).end();
    return result;
}

double guessCostMs(const Dispatch& dispatch, bool softwareDevice) {
    const double multiplyAddsPerMs = softwareDevice ? 8e6 : 1e8;
    const double bytesPerMs = softwareDevice ? 1e6 : 1e7;
    return static_cast<double>(dispatch.multiplyAdds) / multiplyAddsPerMs +
           static_cast<double>(dispatch.bytesMoved) / bytesPerMs;
}

}  // namespace impasto::nn

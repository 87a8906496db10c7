// SPDX-License-Identifier: MIT
#include <array>
#include <chrono>
#include <cstring>

#include "gpu/commands.h"
#include "gpu/descriptors.h"
#include "gpu/image.h"
#include "gpu/pipeline.h"
#include "gpu/retire.h"
#include "gpu/timestamps.h"
#include "support/gpu_device.h"
#include "ui/colour_target.h"
#include "ui/draw_list_renderer.h"

namespace impasto::ui {
namespace {

constexpr std::uint32_t kWidth = 65;
constexpr std::uint32_t kHeight = 47;
constexpr vk::Format kFormat = vk::Format::eR8G8B8A8Unorm;
using Pixel = std::array<int, 4>;

class RendererTest : public test::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        context_ = ImGui::CreateContext();
        textures_.emplace(device(), 2);
        renderer_.emplace(DrawListRenderer::Params{.device = device(),
                                                   .textures = *textures_,
                                                   .format = kFormat,
                                                   .finalLayout = vk::ImageLayout::eTransferSrcOptimal});
        timeline_.emplace(device());
        retirement_.emplace(*timeline_);
        list_.emplace(ImGui::GetDrawListSharedData());
        list_->_ResetForNewFrame();
        list_->PushClipRect({0, 0}, {kWidth, kHeight});
        white_ = makeTexture({{255, 255, 255, 255}}, 1, 1);
        list_->PushTextureID(white_);
    }
    void TearDown() override {
        list_.reset();
        if (context_)
            ImGui::DestroyContext(context_);
    }

    ImTextureID makeTexture(const std::vector<Pixel>& pixels, int width, int height) {
        std::vector<std::uint8_t> rgba;
        for (const Pixel& pixel : pixels) {
            for (const int value : pixel)
                rgba.push_back(static_cast<std::uint8_t>(value));
        }
        return textures_->create({.name = "test", .width = width, .height = height, .rgba = rgba});
    }

    /// Draws the list over `clear` and reads the target back.
    void draw(ImVec4 clear = {0, 0, 0, 1}, int slot = 0) {
        ImDrawData data;
        ImDrawList* lists[] = {&*list_};
        list_->_PopUnusedDrawCmd();
        data.Valid = true;
        data.CmdLists = lists;
        data.CmdListsCount = 1;
        data.TotalVtxCount = list_->VtxBuffer.Size;
        data.TotalIdxCount = list_->IdxBuffer.Size;
        data.DisplaySize = {kWidth, kHeight};
        data.FramebufferScale = {1, 1};
        const ColourTarget target(device(), renderer_->renderPass(), kFormat, {kWidth, kHeight});
        const gpu::Buffer result(
            device(), {.name = "result", .sizeBytes = kWidth * kHeight * 4, .memory = gpu::MemoryKind::Readback});
        std::memset(result.mapped().data(), 0xAB, result.mapped().size());
        gpu::runOnce(device(), device().graphicsQueue(), [&](vk::CommandBuffer commands) {
            textures_->recordUploads(commands, *retirement_, 0);
            renderer_->record(commands, data,
                              {.framebuffer = *target.framebuffer, .extent = {kWidth, kHeight}, .clearColor = clear},
                              slot);
            const vk::BufferImageCopy region(0, 0, 0, {vk::ImageAspectFlagBits::eColor, 0, 0, 1}, {},
                                             {kWidth, kHeight, 1});
            commands.copyImageToBuffer(*target.image, vk::ImageLayout::eTransferSrcOptimal, result.handle(), region);
        });
        pixels_.assign(result.mapped().begin(), result.mapped().end());
    }
    Pixel at(std::uint32_t x, std::uint32_t y) const {
        Pixel pixel{};
        for (std::size_t i = 0; i < 4; ++i)
            pixel[i] = std::to_integer<int>(pixels_[(y * kWidth + x) * 4 + i]);
        return pixel;
    }
    static void expectNear(const Pixel& got, const Pixel& wanted, int tolerance) {
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_NEAR(got[i], wanted[i], tolerance) << "channel " << i;
    }

    ImGuiContext* context_ = nullptr;
    std::optional<Textures> textures_;
    std::optional<DrawListRenderer> renderer_;
    std::optional<gpu::Timeline> timeline_;
    std::optional<gpu::Retirement> retirement_;
    std::optional<ImDrawList> list_;
    ImTextureID white_ = nullptr;
    std::vector<std::byte> pixels_;
};

TEST_F(RendererTest, RectanglesLandOnTheirPixelsUnchanged) {
    list_->AddRectFilled({3, 5}, {20, 11}, IM_COL32(200, 100, 50, 255));
    draw({0.2f, 0.4f, 0.6f, 1});
    expectNear(at(3, 5), {200, 100, 50, 255}, 0);
    expectNear(at(19, 10), {200, 100, 50, 255}, 0);
    expectNear(at(2, 5), {51, 102, 153, 255}, 1);
    expectNear(at(20, 10), {51, 102, 153, 255}, 1);
    expectNear(at(3, 11), {51, 102, 153, 255}, 1);
    expectNear(at(kWidth - 1, kHeight - 1), {51, 102, 153, 255}, 1);
}

TEST_F(RendererTest, AlphaBlendsEncodedValues) {
    list_->AddRectFilled({0, 0}, {kWidth, kHeight}, IM_COL32(255, 255, 255, 128));
    draw();
    expectNear(at(30, 30), {128, 128, 128, 255}, 1);
}

TEST_F(RendererTest, ClipRectanglesCut) {
    list_->PushClipRect({10, 10}, {20, 20}, true);
    list_->AddRectFilled({0, 0}, {kWidth, kHeight}, IM_COL32_WHITE);
    list_->PopClipRect();
    // Outside of the target on every side: must neither draw nor upset the scissor.
    list_->PushClipRect({-100, -100}, {-10, -10});
    list_->AddRectFilled({0, 0}, {kWidth, kHeight}, IM_COL32_WHITE);
    list_->PopClipRect();
    draw();
    expectNear(at(10, 10), {255, 255, 255, 255}, 0);
    expectNear(at(19, 19), {255, 255, 255, 255}, 0);
    expectNear(at(9, 10), {0, 0, 0, 255}, 0);
    expectNear(at(20, 19), {0, 0, 0, 255}, 0);
}

TEST_F(RendererTest, TexturesAreShownTexelByTexel) {
    const ImTextureID texture =
        makeTexture({{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {9, 8, 7, 255}}, 2, 2);
    list_->AddImage(texture, {10, 20}, {12, 22});
    draw();
    expectNear(at(10, 20), {255, 0, 0, 255}, 0);
    expectNear(at(11, 20), {0, 255, 0, 255}, 0);
    expectNear(at(10, 21), {0, 0, 255, 255}, 0);
    expectNear(at(11, 21), {9, 8, 7, 255}, 0);
    expectNear(at(12, 21), {0, 0, 0, 255}, 0);
}

TEST_F(RendererTest, PicturesDrawnSmallerAreAveraged) {
    // Columns of black and white, six to a pixel: single taps would give either, the mean is grey.
    constexpr int kSide = 96;
    std::vector<Pixel> stripes;
    for (int i = 0; i < kSide * kSide; ++i)
        stripes.push_back(i % 2 ? Pixel{255, 255, 255, 255} : Pixel{0, 0, 0, 255});
    list_->AddImage(makeTexture(stripes, kSide, kSide), {0, 0}, {16, 16});
    draw();
    for (std::uint32_t x = 1; x < 15; ++x)
        expectNear(at(x, 8), {128, 128, 128, 255}, 26);
}

TEST_F(RendererTest, FrameTexturesShowImagesOfOthers) {
    gpu::Image image(device(), {.name = "other", .width = 4, .height = 4});
    gpu::runOnce(device(), device().graphicsQueue(), [&](vk::CommandBuffer commands) {
        image.recordInitialLayout(commands);
        commands.clearColorImage(image.handle(), vk::ImageLayout::eGeneral,
                                 vk::ClearColorValue(std::array{0.0f, 1.0f, 0.0f, 1.0f}),
                                 vk::ImageSubresourceRange(vk::ImageAspectFlagBits::eColor, 0, 1, 0, 1));
    });
    for (int slot : {0, 1, 0}) {
        textures_->beginFrame(slot);
        for (std::uint32_t i = 0; i < Textures::kMaxFrameTextures; ++i)
            list_->AddImage(textures_->forFrame(image), {0, 0}, {8, 8});
        draw({0, 0, 0, 1}, slot);
        expectNear(at(4, 4), {0, 255, 0, 255}, 0);
        list_->_ResetForNewFrame();
        list_->PushClipRect({0, 0}, {kWidth, kHeight});
        list_->PushTextureID(white_);
    }
}

TEST_F(RendererTest, ManyVerticesThenASteadyFrameAllocatesNothing) {
    const auto fill = [this] {
        for (int i = 0; i < 6000; ++i) {
            const float x = static_cast<float>(i % 60);
            list_->AddRectFilled({x, 0}, {x + 1, 40}, IM_COL32(i % 60, 0, 0, 255));
        }
    };
    fill();
    draw();
    expectNear(at(59, 20), {59, 0, 0, 255}, 0);
    const std::uint64_t before = device().counters().memoryAllocations;
    draw();
    // The read-back buffer is the test's own; the offscreen target does not go through the counter.
    EXPECT_EQ(device().counters().memoryAllocations - before, 1u);
}

TEST_F(RendererTest, DispatchesAfterARenderPassAreTimedRight) {
    const gpu::Timestamps times(device(), 2);
    if (!times.available())
        GTEST_SKIP() << "the compute queue has no timestamps";
    constexpr std::uint32_t kCount = 4'000'000;
    const gpu::Buffer input(device(), {.name = "input", .sizeBytes = kCount * 4});
    const gpu::Buffer output(device(), {.name = "output", .sizeBytes = kCount * 4});
    struct Push {
        float scale = 1;
        float offset = 0;
        std::uint32_t count = kCount;
    } const push;
    const gpu::Pipeline& affine =
        pipelines().get({.shader = "test/affine",
                         .bindings = {gpu::BindingKind::StorageBuffer, gpu::BindingKind::StorageBuffer},
                         .pushConstantBytes = sizeof(Push)});
    gpu::DescriptorPool sets(device());
    const gpu::Binding bindings[] = {gpu::BufferBinding{input.handle()}, gpu::BufferBinding{output.handle()}};
    const vk::DescriptorSet set = sets.create(affine, bindings);
    double wallMs = 0;
    for (int run = 0; run < 2; ++run) {  // the first one builds the kernel
        draw();
        const auto start = std::chrono::steady_clock::now();
        gpu::runOnce(device(), device().graphicsQueue(), [&](vk::CommandBuffer commands) {
            times.recordReset(commands, 0, 2);
            times.recordWrite(commands, 0);
            commands.bindPipeline(vk::PipelineBindPoint::eCompute, affine.handle());
            commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, affine.layout(), 0, set, {});
            commands.pushConstants<Push>(affine.layout(), vk::ShaderStageFlagBits::eCompute, 0, push);
            commands.dispatch((kCount + 63) / 64, 1, 1);
            times.recordWrite(commands, 1);
        });
        wallMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }
    EXPECT_GT(times.readMs(0, 2).at(1), 0.3 * wallMs);
}

}  // namespace
}  // namespace impasto::ui

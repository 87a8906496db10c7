// SPDX-License-Identifier: MIT
#include <algorithm>

#include "app/session_implementation.h"
#include "model/graph.h"

namespace impasto::app {

void Session::Implementation::fill(Stats& stats) const {
    const gpu::DeviceReport& device = params_.device.report();
    stats.deviceName = device.properties.name;
    stats.driver = device.properties.driver;
    stats.softwareDevice = params_.device.isSoftware();
    stats.models = models_;
    stats.pipelineBuildMs = params_.pipelines.buildTimeMs();
    stats.modelLoading = loadingModel_;
    gallery_.styles(stats.gallery);
    stats.hiddenStyles = gallery_.hidden();
    stats.sourceStyle.preview = gallery_.sourcePreview();
    messages_.newest(stats.messages);
    stats.driftWeights.clear();
    if (requested_.drift)
        stats.driftWeights = weights();
    stats.laboratory = measurements_.stats();
    tuning_.fill(stats.kernels);
    if (!engine_)
        return;
    const model::Graph& graph = engine_->network().graph;
    stats.model = engine_->model();
    stats.preferredSizes = graph.preferredSizes;
    stats.trainedCells = graph.trainedCells;
    stats.conditionalStyles = graph.conditionalStyles;
    stats.learnedStyle = graph.learnedStyle;
    stats.sites = engine_->sites();
    for (GalleryStyle& style : stats.gallery)
        style.hasConditionalRow = style.bundled && std::ranges::count(graph.conditionalStyles, style.id) > 0;
    stats.sourceExtent = source_;
    if (const nn::Stylizer* stylizer = engine_->stylizer()) {
        stats.networkExtent = engine_->networkExtent();
        stats.gpuTimeMs = stylizer->gpuTimeMs();
        stats.firstFrameDeviceMs = stylizer->firstGpuTimeMs();
        stats.arenaBytes = stylizer->arenaBytes();
        stats.arenaBytesUnaliased = stylizer->arenaBytesUnaliased();
        stats.saturatedValues = stylizer->saturatedValues();
        const std::vector<nn::Stylizer::Layer>& layers = stylizer->layers();
        stats.layers.resize(layers.size());
        for (std::size_t i = 0; i < layers.size(); ++i) {
            stats.layers[i].name = layers[i].name;
            stats.layers[i].channels = layers[i].channels;
        }
        const std::vector<nn::OperationTime>& operations = stylizer->operationTimes();
        stats.operations.resize(operations.size());
        for (std::size_t i = 0; i < operations.size(); ++i) {
            stats.operations[i].name = operations[i].name;
            stats.operations[i].timeMs = operations[i].timeMs;
        }
    }
}

}  // namespace impasto::app

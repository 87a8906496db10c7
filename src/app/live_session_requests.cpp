// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "app/live_session_implementation.h"
#include "app/preset.h"
#include "app/snapshot.h"
#include "app/statistics_recorder.h"
#include "app/user_folders.h"
#include "base/file.h"

namespace impasto::app {

void LiveSession::Implementation::request(Requests requests) {
    const std::lock_guard lock(mutex_);
    requests_.snapshot |= requests.snapshot;
    if (requests.snapshot) {
        requests_.snapshotExtent = requests.snapshotExtent;
        requests_.takeSnapshot = std::move(requests.takeSnapshot);
    }
    if (requests.record != Requests::Record::Nothing)
        requests_.record = requests.record;
    if (!requests.recordPath.empty())
        requests_.recordPath = std::move(requests.recordPath);
    if (requests.virtualCamera != Requests::Switch::Leave) {
        requests_.virtualCamera = requests.virtualCamera;
        requests_.virtualCameraDevice = std::move(requests.virtualCameraDevice);
    }
    if (requests.batch != Requests::Switch::Leave) {
        requests_.batch = requests.batch;
        requests_.batchInput = std::move(requests.batchInput);
        requests_.batchOutput = std::move(requests.batchOutput);
        requests_.batchStyles = std::move(requests.batchStyles);
    }
    requests_.lookForDevices |= requests.lookForDevices;
    if (!requests.snapshotPath.empty())
        requests_.snapshotPath = std::move(requests.snapshotPath);
    if (requests.seekSeconds >= 0)
        requests_.seekSeconds = requests.seekSeconds;
    requests_.step |= requests.step;
    requests_.stepBack |= requests.stepBack;
    requests_.exportStatistics |= requests.exportStatistics;
    requests_.snapshotLayer |= requests.snapshotLayer;
    if (requests.watch)
        requests_.watch = requests.watch;
    requests_.retune |= requests.retune;
    for (GalleryEdit& edit : requests.galleryEdits)
        requests_.galleryEdits.push_back(std::move(edit));
    for (std::string& path : requests.addStyles)
        requests_.addStyles.push_back(std::move(path));
    wake_.notify_all();
}

/// Compressing and the disk are waited for on another thread, the write before this one here.
template <typename Write>
void LiveSession::Implementation::writeBeside(Write write) {
    if (snapshot_.valid())
        snapshot_.wait();
    snapshot_ = std::async(std::launch::async, [write = std::move(write), &messages = session_->messages()] {
        try {
            write(messages);
        } catch (const Error& error) {
            messages.add(Message::Kind::Error, error.what());
        }
    });
}

void LiveSession::Implementation::serve(const Requests& requests) {
    if (requests.watch)
        session_->watch(*requests.watch);
    if (requests.seekSeconds >= 0 && player_)
        player_->seek(requests.seekSeconds);
    if (requests.step && player_)
        player_->step(1);
    if (requests.stepBack && player_)
        player_->step(-1);
    for (const std::string& path : requests.addStyles) {
        try {
            session_->addStyle(path);
        } catch (const Error& error) {
            fail(error);
        }
    }
    if (requests.retune)
        session_->retune();
    if (requests.exportStatistics)
        exportStatistics();
    for (const GalleryEdit& edit : requests.galleryEdits) {
        try {
            editGallery(edit);
        } catch (const Error& error) {
            fail(error);
        }
    }
    if (requests.snapshot)
        saveSnapshot(requests);
    if (requests.snapshotLayer)
        saveLayer();
    if (requests.record != Requests::Record::Nothing)
        record(requests);
    if (requests.virtualCamera != Requests::Switch::Leave)
        outputs_->setVirtualCamera(
            requests.virtualCamera == Requests::Switch::On ? requests.virtualCameraDevice : std::string(),
            playing_.info);
    if (requests.batch == Requests::Switch::On)
        batch_->start({requests.batchInput, requests.batchOutput, requests.batchStyles, current_});
    else if (requests.batch == Requests::Switch::Off)
        batch_->cancel();
    if (requests.lookForDevices)
        lookForDevices();
}

/// What is seen: both sides of a split.
media::FramePtr LiveSession::Implementation::downloaded(const Picture& picture) {
    return picture.hasOther ? session_->downloadSplit(picture, current_.wipePosition) : session_->download(picture);
}

void LiveSession::Implementation::lookForDevices() {
    cameras_ = cameraInputs();
    virtualCameras_ = virtualCameraDevices();
}

void LiveSession::Implementation::record(const Requests& requests) {
    if (requests.record == Requests::Record::Stop)
        outputs_->stopRecording();
    else if (!picture_)
        session_->messages().add(Message::Kind::Warning, "there is no picture to record yet");
    else
        outputs_->startRecording(current_, requests.recordPath, downloaded(*picture_), playing_);
}

void LiveSession::Implementation::exportStatistics() {
    Stats stats;
    session_->fill(stats);
    if (!stats.laboratory.site)
        return;
    const std::filesystem::path path = newFileIn(picturesFolder(), ".csv");
    writeFileAtomically(path, std::string_view(toCsv(*stats.laboratory.site)));
    session_->messages().add(Message::Kind::Info, fmt::format("wrote {}", path.string()));
}

void LiveSession::Implementation::editGallery(const GalleryEdit& edit) {
    Gallery& gallery = session_->gallery();
    switch (edit.kind) {
        case GalleryEdit::Kind::Remove:
            return gallery.remove(edit.id);
        case GalleryEdit::Kind::MoveBefore:
            return gallery.move(edit.id, edit.before);
        case GalleryEdit::Kind::ShowAll:
            return gallery.showAll();
    }
}

void LiveSession::Implementation::saveSnapshot(const Requests& requests) {
    if (!picture_)
        return;
    const bool jpeg = current_.snapshotFormat == SnapshotFormat::Jpeg;
    const std::filesystem::path target = requests.snapshotPath.empty()
                                             ? newFileIn(picturesFolder(), jpeg ? ".jpg" : ".png")
                                             : std::filesystem::path(requests.snapshotPath);
    writeBeside([frame = downloaded(*picture_), preset = writePreset(current_), target,
                 extent = requests.snapshotExtent, take = requests.takeSnapshot](MessageLog& messages) {
        const media::FramePtr picture =
            extent.width > 0 ? media::resizeFrame(*frame, extent.width, extent.height) : frame;
        if (take)
            return take(encodeSnapshot(*picture, preset));
        writeSnapshot(*picture, preset, target);
        messages.add(Message::Kind::Info, fmt::format("wrote {}", target.string()));
    });
}

void LiveSession::Implementation::saveLayer() {
    const media::FramePtr channels = picture_ ? session_->downloadLayer(*picture_) : nullptr;
    if (!channels)
        return session_->messages().add(Message::Kind::Warning, "no layer is shown yet");
    writeBeside([channels, preset = writePreset(current_), target = newSnapshotPath()](MessageLog& messages) {
        writeSnapshot(*channels, preset, target);
        messages.add(Message::Kind::Info, fmt::format("wrote {}", target.string()));
    });
}

}  // namespace impasto::app

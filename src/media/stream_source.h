// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "media/input.h"
#include "media/source.h"

namespace impasto::media {

/// The kinds of Source behind openSource. `input`, where given, is `name` already opened.
std::unique_ptr<Source> openStream(const InputName& name, const SourceRequest& request, std::unique_ptr<Input> input);
std::unique_ptr<Source> openStillImage(const InputName& name);

/// A still of a source's first frame: a picture behind a URL must not be fetched again and again.
std::unique_ptr<Source> holdFirstFrame(Source& source);
std::unique_ptr<Source> openFolder(const InputName& name, const SourceRequest& request);

/// Opens container, device or URL with the options the request and the device ask for.
std::unique_ptr<Input> openInput(const InputName& name, const SourceRequest& request);

}  // namespace impasto::media

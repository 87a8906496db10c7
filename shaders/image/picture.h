// SPDX-License-Identifier: MIT
// Constants and push constants of the kernels before and after the network, shared by GLSL and C++. As in
// common/shared.h, only int, uint and float members.
#ifndef IMPASTO_SHADERS_IMAGE_PICTURE_H
#define IMPASTO_SHADERS_IMAGE_PICTURE_H

#include "common/shared.h"

#ifdef __cplusplus
namespace impasto::shaders {
#define IMPASTO_PICTURE_CONST inline constexpr
#else
#define IMPASTO_PICTURE_CONST const
#endif

/// How load_picture resizes along one axis: pixel i of the content is the mean over `extent` source pixels from
/// clamp(i·scale + offset, 0, last).
struct LoadPictureAxis {
    float scale;
    float offset;
    float last;
    float extent;
    int taps;  ///< source pixels that the two pixels of a texel, or the one, touch at most
};

struct LoadPicturePush {
    int sourceWidth;
    int sourceHeight;
    int contentWidth;  ///< the source is resized to this, then padded to target
    int contentHeight;
    int targetWidth;
    int targetHeight;
    int mirror;
    float scale;  ///< of sums of bytes
    float shift;
    LoadPictureAxis x;
    LoadPictureAxis y;
};

/// Pixels of a row that one invocation of image/unpack_planes.comp writes.
IMPASTO_PICTURE_CONST int kPlanePixels = 8;

/// How it finds a YUV picture's samples: planes Y, U, V; planes Y, UV; or Y U Y V in one.
IMPASTO_PICTURE_CONST int kPlanesPlanar = 0;
IMPASTO_PICTURE_CONST int kPlanesInterleaved = 1;
IMPASTO_PICTURE_CONST int kPlanesPacked = 2;

/// In front of the samples of a YUV picture, filled for every frame; impasto::YuvToRgb and YuvColour.
struct PlanesHeader {
    float lumaScale;
    float lumaOffset;
    float redOfV;
    float greenOfU;
    float greenOfV;
    float blueOfU;
    float chromaX;
    float chromaY;
    int mirror;
};

/// impasto::PlaneLayout.
struct PlanesPush {
    int width;
    int height;
    int lumaRow;
    int uBase;
    int vBase;
    int chromaRow;
    int chromaWidth;
    int chromaHeight;
};

struct CompositePush {
    int featureWidth;  ///< of the feature map, before the shuffle
    int featureHeight;
    int contentWidth;  ///< of the network's output, without padding
    int contentHeight;
    int guideWidth;   ///< of the guide map
    int sourceWidth;  ///< of the full picture, as large as the output where guidance is on
    int sourceHeight;
    int mirror;
    int guidanceWord;  ///< where the frame block holds the guidance's strength
    int colourWord;    ///< and the colour mode
};

/// Of the picture that people see.
struct PictureEnds {
    int width;
    int height;
    int rowPixels;  ///< of a row of the buffer that is copied to the image, even; not less than width
};

/// What image/composite.comp is specialized to.
IMPASTO_PICTURE_CONST int kCompositeCopy = 0;
IMPASTO_PICTURE_CONST int kCompositeResize = 1;
IMPASTO_PICTURE_CONST int kCompositeGuided = 2;
/// Rows of pixels one invocation of it writes when guided.
IMPASTO_PICTURE_CONST int kGuidedRows = 2;

struct GuidePush {
    int width;  ///< of the network's input and output, padding included
    int height;
    float scale;  ///< of nn::Entry
    float shift;
};

#ifdef __cplusplus
static_assert(sizeof(ConvPush) + sizeof(PictureEnds) <= 128, "push constants beyond 128 bytes are not guaranteed");
}  // namespace impasto::shaders
#endif
#undef IMPASTO_PICTURE_CONST

#endif

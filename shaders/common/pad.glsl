// SPDX-License-Identifier: MIT
#ifndef PAD_GLSL
#define PAD_GLSL

#include "common/shared.h"

// Reflection without repeating the edge; a position may lie up to size − 1 beyond either end.
int reflectIndex(int i, int size) {
    i = abs(i);
    return i < size ? i : 2 * size - 2 - i;
}

// The clamp keeps reads of lanes beyond the picture inside the buffer; it does not act on valid positions.
int padIndex(int i, int size, int mode) {
    if (mode == kPadReflect)
        i = reflectIndex(i, size);
    return clamp(i, 0, size - 1);
}

#endif

# Tiny kernels that test the Vulkan layer itself; built with the tests only.
list(APPEND IMPASTO_SHADERS
    "test/affine|test/affine.comp"
    "test/affine_texel|test/affine.comp|TEXEL"
    "test/workgroup|test/workgroup.comp"
    "test/invert_image|test/invert_image.comp"
    "test/subgroup|test/subgroup.comp"
    "test/quotient|test/quotient.comp")

# What surrounds the cooperative matrices, for devices without them.
list(APPEND IMPASTO_SHADERS
    "conv/matrix.by_hand.fp16|conv/matrix.comp|MATRIX_BY_HAND"
    "conv/matrix.by_hand.fp16.wide|conv/matrix.comp|MATRIX_BY_HAND WIDE_STORES"
    "conv/matrix.by_hand.fp16.storage|conv/matrix.comp|MATRIX_BY_HAND FEATURE_STORAGE")

# Tiny kernels that test the Vulkan layer itself; built with the tests only.
list(APPEND IMPASTO_SHADERS
    "test/affine|test/affine.comp"
    "test/affine_texel|test/affine.comp|TEXEL"
    "test/workgroup|test/workgroup.comp"
    "test/invert_image|test/invert_image.comp"
    "test/subgroup|test/subgroup.comp")

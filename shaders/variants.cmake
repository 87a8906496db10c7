# Every shader variant of the program: "name|file|DEFINE=VALUE ...".
set(IMPASTO_SHADERS)

# Kernels on feature maps are built for each storage: fp16 or fp32, as texel or as storage buffers; those that write
# feature maps or pictures also with wide stores.
set(storages "fp16|" "fp32|FEATURE_FP32" "fp16.storage|FEATURE_STORAGE" "fp32.storage|FEATURE_FP32 FEATURE_STORAGE")
set(writing_kernels
    "conv/direct|conv/direct.comp|"
    "conv/tiled.k3|conv/tiled.comp|KERNEL=3 STRIDE=1"
    "conv/tiled.k3.rows|conv/tiled.comp|KERNEL=3 STRIDE=1 ROW_WINOGRAD"
    "conv/tiled.k3.picture|conv/tiled.comp|KERNEL=3 STRIDE=1 PICTURE"
    "conv/tiled.k3.rows.picture|conv/tiled.comp|KERNEL=3 STRIDE=1 ROW_WINOGRAD PICTURE"
    "conv/tiled.k3.stride2|conv/tiled.comp|KERNEL=3 STRIDE=2"
    "conv/tiled.k1|conv/tiled.comp|KERNEL=1 STRIDE=1"
    "conv/tiled.phases|conv/tiled.comp|KERNEL=2 STRIDE=1 PHASES"
    "conv/tiled.phases.pairs|conv/tiled.comp|KERNEL=2 STRIDE=1 PHASES PHASE_PAIRS"
    "conv/uniform|conv/uniform.comp|"
    "conv/shared|conv/shared.comp|"
    "conv/winograd_input.2x2|conv/winograd_input.comp|OUTPUTS=2 TAPS=3"
    "conv/winograd_input.4x4|conv/winograd_input.comp|OUTPUTS=4 TAPS=3"
    "conv/winograd_input.phases|conv/winograd_input.comp|OUTPUTS=3 TAPS=2"
    "conv/winograd_multiply|conv/winograd_multiply.comp|"
    "conv/winograd_output.2x2|conv/winograd_output.comp|OUTPUTS=2 TAPS=3"
    "conv/winograd_output.4x4|conv/winograd_output.comp|OUTPUTS=4 TAPS=3"
    "conv/winograd_output.phases|conv/winograd_output.comp|OUTPUTS=3 TAPS=2 PHASES"
    "norm/affine|norm/affine.comp|"
    "norm/mix|norm/mix.comp|"
    "common/elementwise|common/elementwise.comp|"
    "resample/pixel_shuffle|resample/gather.comp|PIXEL_SHUFFLE"
    "resample/pixel_unshuffle|resample/gather.comp|PIXEL_UNSHUFFLE"
    "resample/concat|resample/gather.comp|CONCAT"
    "resample/max_pool|resample/gather.comp|MAX_POOL"
    "resample/resize|resample/gather.comp|RESIZE"
    "image/load_picture|image/load_picture.comp|"
    "image/guide|image/guide.comp|"
    "image/composite|image/composite.comp|")
set(reading_kernels
    "norm/statistics|norm/statistics.comp|"
    "norm/covariance|norm/covariance.comp|"
    "norm/histogram|norm/histogram.comp|"
    "image/feature_view|image/feature_view.comp|"
    "image/colour_statistics|image/colour_statistics.comp|")
foreach(kernel IN LISTS writing_kernels reading_kernels)
    string(REGEX MATCH "^([^|]*)[|]([^|]*)[|](.*)$" unused "${kernel}")
    set(name ${CMAKE_MATCH_1})
    set(file ${CMAKE_MATCH_2})
    set(defines "${CMAKE_MATCH_3}")
    set(storages_of_kernel ${storages})
    if(kernel IN_LIST writing_kernels)
        list(APPEND storages_of_kernel "fp16.wide|WIDE_STORES")
    endif()
    foreach(storage IN LISTS storages_of_kernel)
        string(REGEX MATCH "^([^|]*)[|](.*)$" unused "${storage}")
        list(APPEND IMPASTO_SHADERS "${name}.${CMAKE_MATCH_1}|${file}|${defines} ${CMAKE_MATCH_2}")
    endforeach()
endforeach()

# Cooperative matrices have halves for factors.
list(APPEND IMPASTO_SHADERS "conv/matrix.fp16|conv/matrix.comp|"
    "conv/matrix.fp16.wide|conv/matrix.comp|WIDE_STORES"
    "conv/matrix.fp16.storage|conv/matrix.comp|FEATURE_STORAGE")

list(APPEND IMPASTO_SHADERS "norm/coefficients|norm/coefficients.comp|"
    "image/unpack_planes|image/unpack_planes.comp|"
    "image/unpack_planes.wide|image/unpack_planes.comp|WIDE_STORES"
    "image/colour_map|image/colour_map.comp|"
    "image/gate_blocks|image/gate_blocks.comp|"
    "image/gate_apply|image/gate_apply.comp|")

list(APPEND IMPASTO_SHADERS
    "benchmark/multiply_add|benchmark/multiply_add.comp|"
    "benchmark/copy|benchmark/copy.comp|")

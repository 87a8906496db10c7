list(APPEND IMPASTO_SHADERS "bench/multiply_add|bench/multiply_add.comp|")

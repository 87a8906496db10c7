# One place for what every target of the project shares: warnings as errors, sanitizers, include root.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(impasto_flags INTERFACE)
target_include_directories(impasto_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(impasto_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports false positives of these two inside the standard library at -O2.
    target_compile_options(impasto_flags INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow)
endif()
if(IMPASTO_SANITIZE)
    target_compile_options(impasto_flags INTERFACE -fsanitize=${IMPASTO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(impasto_flags INTERFACE -fsanitize=${IMPASTO_SANITIZE})
endif()

# impasto_library(NAME SOURCES a.cpp ... DEPENDS target ...): static library impasto_NAME of one src folder.
# DEPENDS is public: it is what the folder's headers may include.
function(impasto_library NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE" ${ARGN})
    add_library(impasto_${NAME} STATIC ${ARG_SOURCES})
    target_link_libraries(impasto_${NAME} PUBLIC impasto_flags ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE})
endfunction()

# impasto_test(NAME SOURCES a.cpp ... DEPENDS target ...): a GoogleTest program, its cases known to ctest.
# Tests read their data from ${CMAKE_SOURCE_DIR} through the macro IMPASTO_SOURCE_DIR. Caches and settings they write stay
# in the build folder.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/test-home)
set(IMPASTO_TEST_ENVIRONMENT
    XDG_CACHE_HOME=${CMAKE_BINARY_DIR}/test-home/cache XDG_CONFIG_HOME=${CMAKE_BINARY_DIR}/test-home/config
    XDG_DATA_HOME=${CMAKE_BINARY_DIR}/test-home/data)
function(impasto_test NAME)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    add_executable(test_${NAME} ${ARG_SOURCES})
    target_link_libraries(test_${NAME} PRIVATE impasto_flags ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
    target_compile_definitions(test_${NAME} PRIVATE IMPASTO_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${NAME} COMMAND test_${NAME})
    set_tests_properties(${NAME} PROPERTIES
        TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${IMPASTO_TEST_ENVIRONMENT}")
endfunction()

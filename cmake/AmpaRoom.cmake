# The compile options that every target shares, and the two functions that declare a room and its tests.

add_library(ampa_options INTERFACE)
# Bits are the product: no contraction of a*b+c, no fast-math, on any compiler and any preset.
target_compile_options(ampa_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -ffp-contract=off -fno-fast-math
  $<$<BOOL:${AMPA_WERROR}>:-Werror>
  # Lines and functions, which is what a backtrace wants: all of -g costs a quarter of the compile time.
  $<$<CONFIG:RelWithDebInfo>:-g1>
  $<$<BOOL:${AMPA_SANITIZE}>:-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer>
  # Instrumentation makes GCC 12 see uninitialised variables inside <regex>, where there are none.
  $<$<AND:$<BOOL:${AMPA_SANITIZE}>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>
  $<$<BOOL:${AMPA_COVERAGE}>:--coverage>
  $<$<BOOL:${AMPA_FUZZ}>:-fsanitize=fuzzer-no-link>)
target_link_options(ampa_options INTERFACE
  $<$<BOOL:${AMPA_SANITIZE}>:-fsanitize=address,undefined>
  $<$<BOOL:${AMPA_COVERAGE}>:--coverage>)

# ampa_room(NAME [DEPENDS room-or-target ...] [FOLDERS folder ...] [EXCLUDE file ...]): the static library ampa_NAME of all
# .cpp files of the current folder and the folders given, except those excluded. Headers are included by their path from
# the folder above the rooms (models, systemc, explorer), as in "numerics/quantizer.h".
function(ampa_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;FOLDERS;EXCLUDE" ${ARGN})
  string(REGEX MATCH "^${CMAKE_SOURCE_DIR}/[^/]+" group ${CMAKE_CURRENT_SOURCE_DIR})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(folder ${ROOM_FOLDERS})
    file(GLOB more CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
    list(APPEND sources ${more})
  endforeach()
  foreach(file ${ROOM_EXCLUDE})
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  if(NOT sources)
    add_library(ampa_${name} INTERFACE)
    target_include_directories(ampa_${name} INTERFACE ${group})
    target_link_libraries(ampa_${name} INTERFACE ${ROOM_DEPENDS})
    return()
  endif()
  add_library(ampa_${name} STATIC ${sources})
  target_include_directories(ampa_${name} PUBLIC ${group})
  target_link_libraries(ampa_${name} PUBLIC ${ROOM_DEPENDS} PRIVATE ampa_options)
endfunction()

# ampa_test(NAME [DEPENDS ...] [LABELS ...]): the Catch2 executable ampa_NAME_test of all *_test.cpp files of the
# current folder; every test case is one ctest test.
function(ampa_test name)
  cmake_parse_arguments(TEST "" "" "DEPENDS;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  if(NOT sources)
    message(WARNING "no tests in ${CMAKE_CURRENT_SOURCE_DIR}")
    return()
  endif()
  add_executable(ampa_${name}_test ${sources})
  target_link_libraries(ampa_${name}_test PRIVATE ampa_test_main ${TEST_DEPENDS} Catch2::Catch2 ampa_options)
  target_compile_definitions(ampa_${name}_test PRIVATE AMPA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  catch_discover_tests(ampa_${name}_test TEST_PREFIX "${name}: " PROPERTIES LABELS "${name};${TEST_LABELS}" TIMEOUT 600)
endfunction()

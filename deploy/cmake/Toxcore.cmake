# Finds or fetches c-toxcore >= 0.2.22 as target ngcshare::toxcore, in this order: the copy built by
# deploy/toxcore.sh in .deps/toxcore, a system library that is new enough, the pinned release. The
# header is <tox/tox.h>. Sanitizers are applied to our own code only, never to toxcore.
set(NGCSHARE_TOXCORE_MIN 0.2.22)

# Builds the pinned release as part of this build: static, without audio, video, tests or programs.
# This is a function so that toxcore's options, which have names such as UNITTEST, stay local to it.
function(ngcshare_fetch_toxcore target)
  include(FetchContent)
  enable_language(C)
  set(ENABLE_SHARED OFF)
  set(ENABLE_STATIC ON)
  set(CMAKE_MODULE_PATH)  # toxcore has a Dependencies.cmake too, and would find ours first
  foreach(option BUILD_TOXAV UNITTEST AUTOTEST DHT_BOOTSTRAP BOOTSTRAP_DAEMON BUILD_MISC_TESTS
                 BUILD_FUN_UTILS BUILD_FUZZ_TESTS NSL_LIBRARIES RT_LIBRARIES)
    set(${option} OFF)
  endforeach()
  foreach(unused Opus libvpx GTest benchmark)  # prevents warnings that they were not found
    set(CMAKE_DISABLE_FIND_PACKAGE_${unused} ON)
  endforeach()

  # The commit of tag v0.2.23. The submodule is third_party/cmp, whose one file is compiled in.
  # SOURCE_SUBDIR names no existing folder, so FetchContent does not call add_subdirectory. We call
  # it with EXCLUDE_FROM_ALL, which FetchContent of CMake 3.25 does not support.
  FetchContent_Declare(ctoxcore
    GIT_REPOSITORY https://github.com/TokTok/c-toxcore.git
    GIT_TAG d9ca3c577e5abd4303d180eb5270167b4133ea4c
    GIT_SUBMODULES third_party/cmp
    SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(ctoxcore)
  add_subdirectory(${ctoxcore_SOURCE_DIR} ${ctoxcore_BINARY_DIR} EXCLUDE_FROM_ALL)

  # Copies the public headers to where an installed toxcore has them. toxcore lists each as
  # PATH^PREFIX.
  get_directory_property(headers DIRECTORY ${ctoxcore_SOURCE_DIR} DEFINITION toxcore_API_HEADERS)
  set(include ${CMAKE_BINARY_DIR}/toxcore-include)
  foreach(header ${headers})
    string(REGEX REPLACE "\\^.*" "" header ${header})
    cmake_path(GET header FILENAME name)
    configure_file(${header} ${include}/tox/${name} COPYONLY)
  endforeach()
  target_include_directories(${target} SYSTEM INTERFACE ${include})
  target_link_libraries(${target} INTERFACE toxcore_static)
endfunction()

add_library(ngcshare_toxcore INTERFACE)
add_library(ngcshare::toxcore ALIAS ngcshare_toxcore)
list(PREPEND CMAKE_PREFIX_PATH ${CMAKE_CURRENT_SOURCE_DIR}/.deps/toxcore)
pkg_check_modules(toxcore QUIET IMPORTED_TARGET toxcore>=${NGCSHARE_TOXCORE_MIN})
if(NOT toxcore_FOUND)
  message(STATUS "toxcore >= ${NGCSHARE_TOXCORE_MIN} not found: fetching the pinned release")
  ngcshare_fetch_toxcore(ngcshare_toxcore)
else()
  message(STATUS "toxcore ${toxcore_VERSION}: ${toxcore_LINK_LIBRARIES}")
  if(toxcore_LINK_LIBRARIES MATCHES "libtoxcore\\.a")  # it names no dependencies itself
    target_include_directories(ngcshare_toxcore SYSTEM INTERFACE ${toxcore_INCLUDE_DIRS})
    target_link_directories(ngcshare_toxcore INTERFACE ${toxcore_STATIC_LIBRARY_DIRS})
    target_link_libraries(ngcshare_toxcore INTERFACE ${toxcore_STATIC_LIBRARIES})
  else()
    target_link_libraries(ngcshare_toxcore INTERFACE PkgConfig::toxcore)
  endif()
endif()

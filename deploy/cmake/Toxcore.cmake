# Finds or fetches c-toxcore >= 0.2.22 as target ngcshare::toxcore. In order: the copy that
# deploy/toxcore.sh built in .deps/toxcore, a system one that is new enough, the pinned release.
# Headers are <tox/tox.h>. Only our own code is compiled with sanitizers, never toxcore.
set(NGCSHARE_TOXCORE_MIN 0.2.22)

# The pinned release, built as part of this build: static, without audio, video, tests or programs.
# A function, so that toxcore's options, which have names such as UNITTEST, stay in here.
function(ngcshare_fetch_toxcore target)
  include(FetchContent)
  enable_language(C)
  set(ENABLE_SHARED OFF)
  set(ENABLE_STATIC ON)
  set(CMAKE_MODULE_PATH)  # toxcore has a Dependencies.cmake too, and ours would come first
  foreach(option BUILD_TOXAV UNITTEST AUTOTEST DHT_BOOTSTRAP BOOTSTRAP_DAEMON BUILD_MISC_TESTS
                 BUILD_FUN_UTILS BUILD_FUZZ_TESTS NSL_LIBRARIES RT_LIBRARIES)
    set(${option} OFF)
  endforeach()
  foreach(unused Opus libvpx GTest benchmark)  # or it warns that it can't find them
    set(CMAKE_DISABLE_FIND_PACKAGE_${unused} ON)
  endforeach()

  # The commit of tag v0.2.23. The submodule is third_party/cmp, whose one file is compiled in.
  # SOURCE_SUBDIR names nothing: what FetchContent then leaves to us is add_subdirectory, and with
  # it EXCLUDE_FROM_ALL, which CMake 3.25's FetchContent can't ask for.
  FetchContent_Declare(ctoxcore
    GIT_REPOSITORY https://github.com/TokTok/c-toxcore.git
    GIT_TAG d9ca3c577e5abd4303d180eb5270167b4133ea4c
    GIT_SUBMODULES third_party/cmp
    SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(ctoxcore)
  add_subdirectory(${ctoxcore_SOURCE_DIR} ${ctoxcore_BINARY_DIR} EXCLUDE_FROM_ALL)

  # The public headers where an installed toxcore has them. toxcore lists each as PATH^PREFIX.
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
  if(toxcore_LINK_LIBRARIES MATCHES "libtoxcore\\.a")  # a static library can't say what it needs
    target_include_directories(ngcshare_toxcore SYSTEM INTERFACE ${toxcore_INCLUDE_DIRS})
    target_link_directories(ngcshare_toxcore INTERFACE ${toxcore_STATIC_LIBRARY_DIRS})
    target_link_libraries(ngcshare_toxcore INTERFACE ${toxcore_STATIC_LIBRARIES})
  else()
    target_link_libraries(ngcshare_toxcore INTERFACE PkgConfig::toxcore)
  endif()
endif()

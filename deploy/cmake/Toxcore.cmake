# Finds or fetches c-toxcore as target ngcshare::toxcore, in this order: the copy built by
# deploy/toxcore.sh in .deps/toxcore, a system library that is new enough, the pinned release. The
# header is <tox/tox.h>. Sanitizers are applied to our own code only, never to toxcore.
#
# toxcore 0.2.22 has a fault with which a stranger's packet may take over the program
# (GHSA-42vg-9mg3-399f), so it is used only with deploy/toxcore/announce-answer.patch. The program
# looks by itself at what it is linked with (bot/tox/toxcore_copy.h).
set(NGCSHARE_SAFE_TOXCORE 0.2.23)
set(NGCSHARE_TOXCORE ${PROJECT_SOURCE_DIR}/.deps/toxcore CACHE PATH
    "Where deploy/toxcore.sh has put its copy of toxcore")
option(NGCSHARE_UNSAFE_TOXCORE
       "Accept a system's toxcore 0.2.22; the program then needs --insecure-toxcore" OFF)

# Sets a command that applies those patches of deploy/toxcore/patches that no release has, and does
# without where they do not fit.
function(ngcshare_toxcore_patches command)
  set(folder ${PROJECT_SOURCE_DIR}/deploy/toxcore)
  file(STRINGS ${folder}/patches names REGEX "^[a-z-]+ +[a-z_]+ +- ")
  set(applied true)
  foreach(name ${names})
    string(REGEX REPLACE " .*" "" name ${name})
    set(patch patch -p1 --no-backup-if-mismatch -F 0 --forward -i ${folder}/${name}.patch)
    list(APPEND applied COMMAND ${patch} --dry-run && ${patch} || true)
  endforeach()
  set(${command} ${applied} PARENT_SCOPE)
endfunction()

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
  file(STRINGS ${PROJECT_SOURCE_DIR}/deploy/toxcore/release commit)
  # SOURCE_SUBDIR names no existing folder, so FetchContent does not call add_subdirectory. We call
  # it with EXCLUDE_FROM_ALL, which FetchContent of CMake 3.25 does not support.
  ngcshare_toxcore_patches(patches)
  FetchContent_Declare(ctoxcore
    GIT_REPOSITORY https://github.com/TokTok/c-toxcore.git
    GIT_TAG ${commit}
    GIT_SUBMODULES third_party/cmp
    PATCH_COMMAND ${patches}
    SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(ctoxcore)
  add_subdirectory(${ctoxcore_SOURCE_DIR} ${ctoxcore_BINARY_DIR} EXCLUDE_FROM_ALL)
  target_compile_options(toxcore_static PRIVATE -fstack-protector-strong)
  set(NGCSHARE_TOXCORE_SOURCE ${ctoxcore_SOURCE_DIR}/toxcore PARENT_SCOPE)

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

# Uses an installed toxcore. Sets NGCSHARE_TOXCORE_SOURCE to its sources if they are known.
function(ngcshare_find_toxcore target)
  list(PREPEND CMAKE_PREFIX_PATH ${NGCSHARE_TOXCORE})
  unset(__pkg_config_checked_toxcore CACHE)  # the copy may be another one than last time
  pkg_check_modules(toxcore QUIET IMPORTED_TARGET toxcore>=0.2.22)
  if(NOT toxcore_FOUND)
    message(STATUS "toxcore >= 0.2.22 not found: fetching the pinned release")
    return()
  endif()
  set(is_static OFF)
  set(is_mended OFF)
  if(toxcore_LINK_LIBRARIES MATCHES "libtoxcore\\.a")
    set(is_static ON)
    file(STRINGS "${toxcore_LINK_LIBRARIES}" mark REGEX ngcshare_toxcore_mends LIMIT_COUNT 1)
    if(mark)
      set(is_mended ON)
    endif()
    # Another copy in its place is looked at again.
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${toxcore_LINK_LIBRARIES}")
  endif()
  cmake_path(IS_PREFIX NGCSHARE_TOXCORE "${toxcore_LINK_LIBRARIES}" NORMALIZE is_copy)
  set(found "toxcore ${toxcore_VERSION} (${toxcore_LINK_LIBRARIES})")
  if(toxcore_VERSION VERSION_LESS NGCSHARE_SAFE_TOXCORE AND NOT is_mended)
    set(fault "${found} has the fault GHSA-42vg-9mg3-399f")
    if(NGCSHARE_UNSAFE_TOXCORE)
      message(WARNING "${fault}; it is used because of NGCSHARE_UNSAFE_TOXCORE")
    elseif(is_copy)
      message(FATAL_ERROR "${fault}. Run deploy/toxcore.sh, which replaces it by a mended one")
    else()
      message(STATUS "${fault}: fetching the pinned release (deploy/toxcore.sh builds a mended copy)")
      return()
    endif()
  else()
    message(STATUS "${found}")
  endif()

  if(is_static)  # it names no dependencies itself; by its path, so that a new one is linked anew
    target_include_directories(${target} SYSTEM INTERFACE ${toxcore_INCLUDE_DIRS})
    target_link_libraries(${target} INTERFACE ${toxcore_LINK_LIBRARIES} PkgConfig::sodium)
  else()
    target_link_libraries(${target} INTERFACE PkgConfig::toxcore)
  endif()
  if(EXISTS ${toxcore_PREFIX}/source/toxcore)
    set(NGCSHARE_TOXCORE_SOURCE ${toxcore_PREFIX}/source/toxcore PARENT_SCOPE)
  endif()
  set(ngcshare_toxcore_found ON PARENT_SCOPE)
endfunction()

add_library(ngcshare_toxcore INTERFACE)
add_library(ngcshare::toxcore ALIAS ngcshare_toxcore)
ngcshare_find_toxcore(ngcshare_toxcore)
if(NOT ngcshare_toxcore_found)
  ngcshare_fetch_toxcore(ngcshare_toxcore)
endif()

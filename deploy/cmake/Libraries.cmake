# One folder is one library. ngcshare_library() is the only place where a folder says which others
# and which packages it uses; tests/layout/layout_test.py compares that with every include.
#
#   # Carries bytes between a local socket and a mapping, at the rates that are set.
#   ngcshare_library(bot_tunnel
#     USES bot_base protocol_session
#     PACKAGES asio
#     SOURCES rate_lane.cc tcp_bridge.cc)
#
# The folder bot/tunnel is the library bot_tunnel. USES names libraries of the project, PACKAGES
# what is installed; both are for the folder's own includes, not for those of its headers' headers.
# GENERATED lists sources from the build folder.

set(NGCSHARE_PACKAGE_asio ngcshare_asio)
set(NGCSHARE_PACKAGE_boost ngcshare_boost)
set(NGCSHARE_PACKAGE_cxxopts cxxopts::cxxopts)
set(NGCSHARE_PACKAGE_fmt spdlog::spdlog)
set(NGCSHARE_PACKAGE_json nlohmann_json::nlohmann_json)
set(NGCSHARE_PACKAGE_prometheus prometheus-cpp::core)
set(NGCSHARE_PACKAGE_readline PkgConfig::readline)
set(NGCSHARE_PACKAGE_sodium PkgConfig::sodium)
set(NGCSHARE_PACKAGE_spdlog spdlog::spdlog)
set(NGCSHARE_PACKAGE_sqlite SQLiteCpp sqlite3)
set(NGCSHARE_PACKAGE_toxcore ngcshare::toxcore)
# Headers of the operating system, with nothing to link: a port to another one begins where these
# stand.
set(NGCSHARE_PACKAGE_linux "")
set(NGCSHARE_PACKAGE_posix "")

# Compiles a target as the options in the top CMakeLists.txt say. PRECOMPILED names the target whose
# precompiled headers it shares; both must have the same compile definitions.
function(ngcshare_compile target)
  cmake_parse_arguments(PARSE_ARGV 1 compile "" "PRECOMPILED" "")
  if(NGCSHARE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
  if(NGCSHARE_PRECOMPILE AND compile_PRECOMPILED)
    target_compile_definitions(${target} PRIVATE
      $<TARGET_PROPERTY:${compile_PRECOMPILED},COMPILE_DEFINITIONS>)
    target_precompile_headers(${target} REUSE_FROM ${compile_PRECOMPILED})
  endif()
endfunction()

# Adds a target that only holds precompiled headers.
function(ngcshare_precompiled_headers name)
  cmake_parse_arguments(PARSE_ARGV 1 headers "" "" "PACKAGES;HEADERS")
  if(NOT NGCSHARE_PRECOMPILE)
    return()
  endif()
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/${name}.cc CONTENT "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cc)
  target_link_libraries(${name} PRIVATE ngcshare_flags)
  foreach(package IN LISTS headers_PACKAGES)
    target_include_directories(${name} SYSTEM PRIVATE
      $<TARGET_PROPERTY:${package},INTERFACE_INCLUDE_DIRECTORIES>)
    target_compile_definitions(${name} PRIVATE
      $<TARGET_PROPERTY:${package},INTERFACE_COMPILE_DEFINITIONS>)
    target_compile_options(${name} PRIVATE
      $<TARGET_PROPERTY:${package},INTERFACE_COMPILE_OPTIONS>)
  endforeach()
  target_precompile_headers(${name} PRIVATE ${headers_HEADERS})
endfunction()

# The headers of bot/ that take longest to parse.
set(NGCSHARE_LARGE_HEADERS
  <asio/io_context.hpp> <asio/ip/tcp.hpp> <asio/ip/udp.hpp> <asio/post.hpp>
  <asio/steady_timer.hpp> <filesystem> <functional> <map> <memory> <nlohmann/json.hpp> <optional>
  <spdlog/fmt/fmt.h> <string> <unordered_map> <variant> <vector>)
ngcshare_precompiled_headers(ngcshare_precompiled
  PACKAGES ngcshare_asio nlohmann_json::nlohmann_json spdlog::spdlog
  HEADERS ${NGCSHARE_LARGE_HEADERS})

function(ngcshare_library name)
  cmake_parse_arguments(PARSE_ARGV 1 library "" "" "USES;PACKAGES;SOURCES;GENERATED")
  if(library_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${name}: ${library_UNPARSED_ARGUMENTS} belongs to no keyword")
  endif()
  add_library(${name} STATIC ${library_SOURCES} ${library_GENERATED})
  target_link_libraries(${name} PUBLIC ngcshare_flags ${library_USES})
  foreach(package IN LISTS library_PACKAGES)
    if(NOT DEFINED NGCSHARE_PACKAGE_${package})
      message(FATAL_ERROR "${name}: no package ${package} is known; see Libraries.cmake")
    endif()
    target_link_libraries(${name} PUBLIC ${NGCSHARE_PACKAGE_${package}})
  endforeach()
  # The precompiled headers have Asio, and whatever includes Asio must link it.
  set(precompiled)
  if("asio" IN_LIST library_PACKAGES)
    set(precompiled PRECOMPILED ngcshare_precompiled)
    set_target_properties(${name} PROPERTIES NGCSHARE_LINKS_ASIO ON)
  endif()
  foreach(used IN LISTS library_USES)
    get_target_property(links_asio ${used} NGCSHARE_LINKS_ASIO)
    if(links_asio)
      set_target_properties(${name} PROPERTIES NGCSHARE_LINKS_ASIO ON)
    endif()
  endforeach()
  ngcshare_compile(${name} ${precompiled})
  set_property(GLOBAL APPEND PROPERTY NGCSHARE_LIBRARIES ${name})
endfunction()

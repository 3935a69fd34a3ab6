# Finds the libraries that Debian ships, each as one imported or interface target.
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(cxxopts REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(prometheus-cpp REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(readline REQUIRED IMPORTED_TARGET readline)
# Its definitions of _DEFAULT_SOURCE and the like are set by g++ and clang++ anyway, and a target
# with other definitions cannot share precompiled headers.
set_property(TARGET PkgConfig::readline PROPERTY INTERFACE_COMPILE_OPTIONS "")

# Asio has only headers and no CMake or pkg-config file. What is no template in it is compiled once,
# here, instead of in each source that includes it.
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/asio.cc CONTENT "#include <asio/impl/src.hpp>\n")
add_library(ngcshare_asio STATIC ${CMAKE_BINARY_DIR}/asio.cc)
target_include_directories(ngcshare_asio SYSTEM PUBLIC ${ASIO_INCLUDE_DIR})
target_compile_definitions(ngcshare_asio PUBLIC
  ASIO_NO_DEPRECATED ASIO_SEPARATE_COMPILATION ASIO_STANDALONE)
target_link_libraries(ngcshare_asio PUBLIC Threads::Threads PRIVATE ngcshare_flags)

# Boost.Beast and its Asio, headers only, for the HTTP server.
find_path(BOOST_INCLUDE_DIR boost/beast/http.hpp REQUIRED)
add_library(ngcshare_boost INTERFACE)
target_include_directories(ngcshare_boost SYSTEM INTERFACE ${BOOST_INCLUDE_DIR})
target_link_libraries(ngcshare_boost INTERFACE Threads::Threads)

# Finds the libraries that Debian ships, each as one imported or interface target.
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(cxxopts REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(prometheus-cpp REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(readline REQUIRED IMPORTED_TARGET readline)

# Asio has only headers and no CMake or pkg-config file.
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
add_library(ngcshare_asio INTERFACE)
target_include_directories(ngcshare_asio SYSTEM INTERFACE ${ASIO_INCLUDE_DIR})
target_compile_definitions(ngcshare_asio INTERFACE ASIO_NO_DEPRECATED ASIO_STANDALONE)
target_link_libraries(ngcshare_asio INTERFACE Threads::Threads)

# Boost.Beast and its Asio, headers only, for the HTTP server.
find_path(BOOST_INCLUDE_DIR boost/beast/http.hpp REQUIRED)
add_library(ngcshare_boost INTERFACE)
target_include_directories(ngcshare_boost SYSTEM INTERFACE ${BOOST_INCLUDE_DIR})
target_link_libraries(ngcshare_boost INTERFACE Threads::Threads)

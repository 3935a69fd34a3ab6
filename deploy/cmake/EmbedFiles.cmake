# Writes a C++ source that contains the bytes of FILES, as bot/page/page_files.h declares them.
#
#   cmake -DOUTPUT=page_files.cc -DFOLDER=bot/page "-DFILES=index.html;page.css" -P EmbedFiles.cmake
#
# REQUIRES: no file is empty; each has one of the extensions below.
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

set(arrays "")
set(entries "")
foreach(name IN LISTS FILES)
  string(REGEX REPLACE "^.*\\." "" ending "${name}")
  if(NOT DEFINED type_${ending})
    message(FATAL_ERROR "${name}: no content type is known for it")
  endif()
  # Byte arrays compile fast and, unlike string literals, have no limit in length.
  file(READ "${FOLDER}/${name}" bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(MAKE_C_IDENTIFIER "k_${name}" array)
  string(APPEND arrays "constexpr unsigned char ${array}[] = {${bytes}};\n")
  if(name STREQUAL "index.html")
    set(path "/")
  else()
    set(path "/${name}")
  endif()
  string(APPEND entries "      {\"${path}\", \"${type_${ending}}\", text(${array})},\n")
endforeach()

file(WRITE "${OUTPUT}" "// Written by deploy/cmake/EmbedFiles.cmake.
#include \"bot/page/page_files.h\"

namespace ngcshare {
namespace {

${arrays}
std::string_view text(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::span<const PageFile> page_files() {
  static const PageFile files[] = {
${entries}  };
  return files;
}

}  // namespace ngcshare
")

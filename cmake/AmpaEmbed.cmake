# ampa_embed(TARGET HEADER FUNCTION FILES...): compiles text files into TARGET, so that the command finds them wherever it
# is copied. Generates HEADER, which declares
#   const std::vector<std::pair<std::string_view, std::string_view>>& FUNCTION();   // (file name without suffix, text)
# in namespace ampa::embedded.
function(ampa_embed target header function)
  set(entries "")
  foreach(file ${ARGN})
    get_filename_component(path ${file} ABSOLUTE)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${path} text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    string(APPEND entries "      {\"${name}\", R\"__embed__(${text})__embed__\"},\n")
  endforeach()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(CONFIGURE OUTPUT ${folder}/${header} @ONLY CONTENT
"#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace ampa::embedded {
const std::vector<std::pair<std::string_view, std::string_view>>& @function@();
}
")
  file(GENERATE OUTPUT ${folder}/${function}.cpp CONTENT
"#include \"${header}\"

namespace ampa::embedded {
const std::vector<std::pair<std::string_view, std::string_view>>& ${function}() {
  static const std::vector<std::pair<std::string_view, std::string_view>> files = {
${entries}  };
  return files;
}
}  // namespace ampa::embedded
")
  target_sources(${target} PRIVATE ${folder}/${function}.cpp)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()

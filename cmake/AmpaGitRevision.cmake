# Run as a script: writes the revision that SOURCE_DIR stands at into the C++ file OUTPUT, with -dirty behind it if files
# differ from it; empty outside a repository.
set(revision "")
execute_process(COMMAND git rev-parse HEAD WORKING_DIRECTORY ${SOURCE_DIR}
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git status --porcelain --untracked-files=no WORKING_DIRECTORY ${SOURCE_DIR}
  OUTPUT_VARIABLE changes OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(changes)
  string(APPEND revision "-dirty")
endif()
set(text "#include \"record/git_revision.h\"

namespace ampa::record {
const char* const kGitRevision = \"${revision}\";
}  // namespace ampa::record
")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()

# Run as a script: writes the revision that SOURCE_DIR stands at into the C++ file OUTPUT.
set(revision "")
execute_process(COMMAND git rev-parse HEAD WORKING_DIRECTORY ${SOURCE_DIR}
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
file(WRITE ${OUTPUT} "#include \"record/git_revision.h\"

namespace ampa::record {
const char* const kGitRevision = \"${revision}\";
}  // namespace ampa::record
")

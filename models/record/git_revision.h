#pragma once

namespace ampa::record {

// The commit that ampa was built from, as 40 hexadecimal digits; empty outside a git repository. Defined in a file that
// the build rewrites when HEAD moves.
extern const char* const kGitRevision;

}  // namespace ampa::record

// Why a decision that is stored is of other runs than those that it asks for now.
#pragma once

#include <filesystem>
#include <string>

#include "study/decision.h"
#include "study/lattice.h"

namespace ampa::study {

// Of the first job of the same setting and seed that is another trial now: what its old record's identity and the new
// one differ in, such as "numerics_version: 12 and 13". Empty if there is none, or no record that says so.
std::string other_identity(const Json& stored, const Decision& decision, const Lattice& lattice,
                           const std::filesystem::path& dir);

}  // namespace ampa::study

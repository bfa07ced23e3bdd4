// Checks of what was typed after a flag, where CLI11's own let nan, signs or numbers beyond the type pass.
#pragma once

#include <CLI/CLI.hpp>

namespace ampa::commands {

CLI::Validator is_seed();                             // an integer in [0, 2^64 - 1], in decimal digits
CLI::Validator is_number_in(double min, double max);  // finite

}  // namespace ampa::commands

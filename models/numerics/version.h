// The version of the numerics contract (NUMERICS.md): rises when bits change.
#pragma once

namespace ampa::numerics {

constexpr int kNumericsVersion = 2;

}  // namespace ampa::numerics

// The version of the numerics contract (NUMERICS.md): rises when a rule that decides bits is changed or added.
#pragma once

namespace ampa::numerics {

constexpr int kNumericsVersion = 3;

}  // namespace ampa::numerics

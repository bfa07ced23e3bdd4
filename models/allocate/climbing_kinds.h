// The kinds of operands whose widths climb by AMPA's sensitivities, and the check of what allocators of them are given.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "allocate/ampa_settings.h"
#include "allocate/bit_allocation.h"

namespace ampa::allocate {

// Which field of the sensitivities ranks a kind, which field of the widths it sets and which setting says how many
// climb.
struct ClimbingKind {
  const char* name;
  double LayerSensitivity::*sensitivity;
  Bits LayerBits::*bits;
  double AmpaSettings::*percent;
};

constexpr ClimbingKind kClimbingKinds[] = {
    {"w", &LayerSensitivity::w, &LayerBits::w, &AmpaSettings::alpha_percent},
    {"a", &LayerSensitivity::a, &LayerBits::a, &AmpaSettings::beta_percent},
    {"g", &LayerSensitivity::g, &LayerBits::g, &AmpaSettings::gamma_percent},
};

// As Allocator::update() asks: throws RunError unless there are as many as layers, NonFiniteError for one that is not a
// finite number. `allocator` is the name in messages.
void check_sensitivities(std::string_view allocator, const std::vector<LayerSensitivity>& sensitivities,
                         std::size_t num_layers);

}  // namespace ampa::allocate

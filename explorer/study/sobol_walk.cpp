#include "study/sobol_walk.h"

#include <algorithm>
#include <cmath>

#include "numerics/random_stream.h"

namespace ampa::study {
namespace {

constexpr int kPatience = 1000;  // points
constexpr double kTwo32 = 4294967296.0;

}  // namespace

SobolWalk::SobolWalk(const Lattice& lattice, std::uint64_t seed)
    : lattice_(lattice), sequence_(lattice.radices.size()) {
  const numerics::RandomStream stream{seed, 0, 0};
  for (std::size_t i = 0; i < lattice.radices.size(); ++i) shift_.push_back(stream.bits32(i) / kTwo32);
}

std::size_t SobolWalk::next_setting() {
  std::size_t combination = 0;
  for (std::size_t i = 0; i < shift_.size(); ++i) {
    const double range = static_cast<double>(boost::random::sobol::max()) + 1;
    double place = static_cast<double>(sequence_()) / range + shift_[i];
    place -= std::floor(place);
    const std::size_t radix = lattice_.radices[i];
    combination =
        combination * radix + std::min(radix - 1, static_cast<std::size_t>(place * static_cast<double>(radix)));
  }
  return lattice_.setting_of[combination];
}

std::optional<std::size_t> SobolWalk::next(const std::vector<bool>& taken) {
  for (int i = 0; i < kPatience; ++i)
    if (const std::size_t setting = next_setting(); !taken[setting]) return setting;
  while (first_free_ < taken.size() && taken[first_free_]) ++first_free_;
  return first_free_ < taken.size() ? std::optional(first_free_) : std::nullopt;
}

}  // namespace ampa::study

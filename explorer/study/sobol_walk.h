// Settings of a lattice in an order that covers its space evenly.
#pragma once

#include <boost/random/sobol.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "study/lattice.h"

namespace ampa::study {

// The points of Sobol's sequence, shifted by a vector that follows from the seed (modulo 1, which keeps how evenly they
// lie), each brought to the combination in whose cell it falls and to the setting that this is.
class SobolWalk {
 public:
  SobolWalk(const Lattice& lattice, std::uint64_t seed);

  // The next setting that is not taken; none if all are. After many points that fall on taken ones the first free
  // setting in the lattice's order.
  std::optional<std::size_t> next(const std::vector<bool>& taken);

 private:
  std::size_t next_setting();

  const Lattice& lattice_;
  boost::random::sobol sequence_;
  std::vector<double> shift_;
  std::size_t first_free_ = 0;
};

}  // namespace ampa::study

#include "data/shuffle.h"

#include <numeric>
#include <utility>

#include "numerics/random_stream.h"

namespace ampa::data {

std::vector<std::int64_t> epoch_order(std::int64_t count, std::uint64_t seed, std::int64_t epoch) {
  const numerics::RandomStream stream{seed, static_cast<std::uint32_t>(epoch),
                                      static_cast<std::uint32_t>(numerics::StreamPurpose::kShuffle)};
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (std::uint64_t i = order.size(); i-- > 1;)
    std::swap(order[i], order[(std::uint64_t{stream.bits32(i)} * (i + 1)) >> 32]);
  return order;
}

}  // namespace ampa::data

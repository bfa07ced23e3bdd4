#include "allocate/width_mixing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"
#include "numerics/random_stream.h"

namespace ampa::allocate {

// Each is in the file of its name.
WidthMixing no_mixing();
WidthMixing uniform_mixing();
WidthMixing hasb_mixing();

const std::vector<WidthMixing>& width_mixings() {
  static const std::vector<WidthMixing> table = {no_mixing(), uniform_mixing(), hasb_mixing()};
  return table;
}

std::vector<std::string> width_mixing_names() {
  std::vector<std::string> names;
  for (const WidthMixing& row : width_mixings()) names.push_back(row.name);
  return names;
}

const WidthMixing& width_mixing(const std::string& name) {
  for (const WidthMixing& row : width_mixings())
    if (row.name == name) return row;
  throw InputError(
      fmt::format("mixing: expected one of {}, found \"{}\"", fmt::join(width_mixing_names(), ", "), name));
}

std::vector<bool> sensitive_layers(const std::vector<double>& traces) {
  double sum = 0;
  for (const double trace : traces) sum += trace;
  std::vector<bool> result;
  for (const double trace : traces) result.push_back(trace >= sum / static_cast<double>(traces.size()));
  return result;
}

std::size_t mixed_width(const MixingPlace& place, const std::vector<std::int64_t>& tickets) {
  const numerics::RandomStream stream{place.seed, static_cast<std::uint32_t>(place.step),
                                      0x90000000u + static_cast<std::uint32_t>(place.layer)};
  const std::uint64_t index = 2 * place.pass;
  const std::int64_t whether = stream.bits32(index), which = stream.bits32(index + 1);
  constexpr std::int64_t kRange = std::int64_t{1} << 32;
  if (whether * place.of >= place.done * kRange) return place.pass;
  std::int64_t total = 0, sum = 0;
  for (const std::int64_t count : tickets) total += count;
  std::size_t width = 0;
  while (which * total >= (sum += tickets[width]) * kRange) ++width;
  return width;
}

}  // namespace ampa::allocate

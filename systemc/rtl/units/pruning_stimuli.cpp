// Streams for the units that choose the groups of a gradient: ranges that are equal, far apart or about 2^-100, budgets
// that some groups fill, sums that are ties, and quotients that only the rounding of a double lifts to the next
// multiple of 2^-32.
#include <algorithm>
#include <cmath>

#include "rtl/units/stimuli.h"
#include "rtl/units/stimulus_draw.h"
#include "rtl/units/twins.h"
#include "rtl/units/units.h"

namespace ampa::rtl {
namespace {

constexpr int kCyclesOfAGroup = 74;  // against one of an element
constexpr std::int64_t kMaxGroups = std::int64_t{1} << kPruningGroupBits;

// So many groups that the run takes about as long as that of a unit with a word per cycle.
StimulusPlan in_groups(StimulusPlan plan) {
  plan.num_inputs = std::max<std::int64_t>(1, 10 * plan.num_inputs / kCyclesOfAGroup);
  return plan;
}

struct Tensor {
  std::vector<float> ranges;
  PruningChoice choice;
};

PruningChoice draw_choice(Draw& draw) {
  PruningChoice choice;
  choice.top = draw.one_in(4);
  choice.shift = static_cast<std::uint8_t>(draw.uniform(0, 3));
  choice.seed = draw.bits64();
  choice.step = draw.bits32();
  choice.tensor = draw.bits32();
  return choice;
}

// The largest float that is not above x.
float float_below(double x) {
  const auto nearest = static_cast<float>(x);
  return static_cast<double>(nearest) > x ? std::nextafter(nearest, 0.0f) : nearest;
}

// What the last places of sums decide: shares of a budget of 1 that lie at m * 2^-32 or below it by about as much as a
// double can tell, and sums that round up to a power of two. What is added to a sum's last place is a tie, or not by
// one bit. Up to 3 groups before these are certain.
Tensor draw_fine(Draw& draw) {
  Tensor tensor{{}, draw_choice(draw)};
  tensor.choice.top = false;
  tensor.choice.shift = 3;
  const float range = draw.magnitude(0, 0);
  const auto num_bits = static_cast<int>(draw.uniform(5, 32));
  const std::uint64_t m = std::uint64_t{1} << (num_bits - 1) | (draw.bits64() & ((1ull << (num_bits - 1)) - 1)) | 1;
  const double nearest = static_cast<double>(range) * 0x1p32 / static_cast<double>(m);
  const double sums[] = {nearest, std::nextafter(nearest, 0.0), std::nextafter(nearest, 0x1p60), 0x1.fffffffffffffp4};
  const double sum = sums[draw.uniform(0, 3)];
  std::vector<float> parts{range};
  for (double rest = sum - static_cast<double>(range); rest > 0; rest -= static_cast<double>(parts.back()))
    parts.push_back(float_below(rest));
  const float fractions[] = {0.25f, 0.5f, 0.5f - 0x1p-20f, 0.5f + 0x1p-20f, 0.75f};
  if (!draw.one_in(4))
    parts.push_back(fractions[draw.uniform(0, 4)] * static_cast<float>(std::nextafter(sum, 0x1p60) - sum));
  const auto scale = static_cast<int>(draw.uniform(-40, 40));
  for (const float part : parts) tensor.ranges.push_back(std::ldexp(part, scale));
  const std::int64_t num_certain = draw.uniform(0, 3);
  for (std::int64_t i = 0; i < num_certain; ++i) tensor.ranges.push_back(std::ldexp(1.0f, 80 + static_cast<int>(i)));
  tensor.ranges.resize(static_cast<std::size_t>(8 * (1 + num_certain)), 0.0f);
  for (std::size_t i = tensor.ranges.size(); i-- > 1;)
    std::swap(tensor.ranges[i], tensor.ranges[static_cast<std::size_t>(draw.uniform(0, static_cast<int>(i)))]);
  return tensor;
}

float draw_range(Draw& draw, std::int64_t kind, std::uint32_t& neighbour) {
  switch (kind) {
    case 0:
      return float_of(draw.finite_bits() & 0x7FFFFFFFu);
    case 1:  // about 2^-100
      return float_of(0x0D800000u + static_cast<std::uint32_t>(draw.uniform(-2, 2)));
    case 2:  // equal ones, and budgets that are filled exactly
      return static_cast<float>(draw.uniform(0, 4));
    case 3:  // sums that are ties, or not by one bit
      return float_of(static_cast<std::uint32_t>(draw.uniform(90, 150)) << 23 | draw.few_fraction_bits());
    case 4:  // some are certain
      return std::ldexp(1.0f + std::abs(draw.unit()), static_cast<int>(draw.one_in(4) ? draw.uniform(0, 12) : 0));
    case 5:  // few have any
      return draw.one_in(8) ? draw.magnitude(-3, 3) : 0.0f;
    case 6:  // one bit away from the one before
      neighbour = (neighbour ^ 1u << draw.uniform(0, 29)) & 0x7F7FFFFFu;
      return float_of(neighbour);
    case 7:  // up to the largest sums
      return float_of(0x7F000000u | (draw.bits32() & 0x007FFFFFu));
    default:
      return draw.magnitude(-2, 2);
  }
}

template <class OnTensor>
void for_tensors(const StimulusPlan& plan, const OnTensor& on_tensor) {
  Draw draw(in_groups(plan));
  PruningChoice choice;
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    Tensor tensor = draw_fine(draw);
    if (draw.one_in(2)) {
      if (draw.one_in(16)) size = kMaxGroups;
      if (is_new_mode) choice = draw_choice(draw);
      const std::int64_t kind = draw.uniform(0, 8);
      std::uint32_t neighbour = draw.finite_bits() & 0x7F7FFFFFu;
      tensor = {{}, choice};
      for (std::int64_t i = 0; i < size; ++i) tensor.ranges.push_back(draw_range(draw, kind, neighbour));
    }
    on_tensor(draw, tensor);
  });
}

// Elements of these ranges: in one to three turns, in each of which a group has one or two. In some tensors one element
// is an infinity or a NaN.
std::vector<GroupAbsmaxIn> draw_elements(Draw& draw, const std::vector<float>& ranges) {
  const std::int64_t num_turns = draw.uniform(1, 3), turn_of_range = draw.uniform(0, num_turns - 1);
  const auto num_groups = static_cast<std::uint32_t>(ranges.size());
  std::vector<GroupAbsmaxIn> elements;
  for (std::int64_t turn = 0; turn < num_turns; ++turn)
    for (const float range : ranges) {
      const std::int64_t num_elements = draw.uniform(1, 2), place = draw.uniform(0, num_elements - 1);
      for (std::int64_t i = 0; i < num_elements; ++i) {
        const bool is_range = turn == turn_of_range && i == place;
        const float x = is_range ? range : draw.one_in(4) ? 0.0f : range * std::abs(draw.unit());
        elements.push_back({bits_of(draw.one_in(2) ? -x : x), num_groups, i + 1 == num_elements, false});
      }
    }
  if (draw.one_in(8)) {
    const std::int64_t at = draw.uniform(0, static_cast<std::int64_t>(elements.size()) - 1);
    elements[static_cast<std::size_t>(at)].x |= 0x7F800000u;
  }
  elements.back().last = true;
  elements.back().turn = draw.one_in(2);
  return elements;
}

}  // namespace

std::vector<GroupAbsmaxIn> draw_group_absmax(const StimulusPlan& plan) {
  std::vector<GroupAbsmaxIn> inputs;
  for_tensors(plan, [&](Draw& draw, const Tensor& tensor) {
    const std::vector<GroupAbsmaxIn> elements = draw_elements(draw, tensor.ranges);
    inputs.insert(inputs.end(), elements.begin(), elements.end());
  });
  return inputs;
}

std::vector<Fp32In> draw_range_sort(const StimulusPlan& plan) {
  std::vector<Fp32In> inputs;
  for_tensors(plan, [&](Draw&, const Tensor& tensor) {
    for (const float range : tensor.ranges) inputs.push_back({bits_of(range), false});
    inputs.back().last = true;
  });
  return inputs;
}

std::vector<KeepGroupsIn> draw_keep_groups(const StimulusPlan& plan) {
  std::vector<KeepGroupsIn> inputs;
  for_tensors(plan, [&](Draw& draw, const Tensor& tensor) {
    std::vector<Fp32In> ranges;
    for (const float range : tensor.ranges) ranges.push_back({bits_of(range), false});
    ranges.back().last = true;
    // Only the first word of a tensor is asked for its configuration.
    PruningChoice choice = tensor.choice;
    for (const SortedRange& sorted : range_sort_twin(ranges)) {
      inputs.push_back({sorted, choice});
      choice = draw_choice(draw);
    }
  });
  return inputs;
}

std::vector<GroupPruningIn> draw_group_pruning(const StimulusPlan& plan) {
  std::vector<GroupPruningIn> inputs;
  for_tensors(plan, [&](Draw& draw, const Tensor& tensor) {
    // Only the last element of a tensor is asked for its configuration.
    for (const GroupAbsmaxIn& element : draw_elements(draw, tensor.ranges))
      inputs.push_back({element, element.last ? tensor.choice : draw_choice(draw)});
  });
  return inputs;
}

}  // namespace ampa::rtl

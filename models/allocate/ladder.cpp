#include "allocate/ladder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "common/error.h"

namespace ampa::allocate {

void check_ladder(const Ladder& ladder) {
  bool good = !ladder.empty();
  for (std::size_t i = 0; i < ladder.size(); ++i)
    good = good && ladder[i] >= kMinBits && ladder[i] <= kMaxBits && (i == 0 || ladder[i] > ladder[i - 1]);
  if (!good)
    throw InputError(fmt::format("ladder: expected one or more ascending widths in {}..{}, found [{}]", kMinBits,
                                 kMaxBits, fmt::join(ladder, ", ")));
}

LadderState::LadderState(Ladder ladder, std::int64_t thr, int num_layers)
    : ladder_(std::move(ladder)),
      thr_(thr),
      position_(static_cast<std::size_t>(num_layers), 0),
      top_selections_(static_cast<std::size_t>(num_layers), 0) {
  check_ladder(ladder_);
  if (thr < 0) throw InputError(fmt::format("thr: expected an integer >= 0 or inf, found {}", thr));
}

void LadderState::select(const std::vector<int>& ranking, int num_selected) {
  for (const int layer : ranking) {
    if (num_selected <= 0) return;
    if (is_taboo(layer)) continue;
    if (at_top(layer))
      ++top_selections_[static_cast<std::size_t>(layer)];
    else
      ++position_[static_cast<std::size_t>(layer)];
    --num_selected;
  }
}

Json LadderState::to_json() const {
  Json bits_of_layers = Json::array();
  for (int layer = 0; layer < num_layers(); ++layer) bits_of_layers.push_back(bits(layer));
  return {{"bits", bits_of_layers}, {"top_selections", top_selections_}};
}

void LadderState::restore(JsonReader reader) {
  const std::vector<std::int64_t> widths = reader.integers("bits", kMinBits, kMaxBits);
  const std::vector<std::int64_t> selections = reader.integers("top_selections", 0, kThrInfinite);
  reader.finish();
  for (const auto& [key, size] : {std::pair{"bits", widths.size()}, std::pair{"top_selections", selections.size()}})
    if (size != position_.size())
      reader.fail(key, fmt::format("{} numbers, one per quantized layer", position_.size()), fmt::format("{}", size));
  std::vector<std::size_t> position;
  for (const std::int64_t width : widths) {
    const auto found = std::find(ladder_.begin(), ladder_.end(), width);
    if (found == ladder_.end())
      reader.fail("bits", fmt::format("widths of the ladder {}", fmt::join(ladder_, "-")), fmt::format("{}", width));
    position.push_back(static_cast<std::size_t>(found - ladder_.begin()));
  }
  position_ = std::move(position);
  top_selections_ = selections;
}

}  // namespace ampa::allocate

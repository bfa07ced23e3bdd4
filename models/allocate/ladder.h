// One kind of operand climbing a ladder of widths, layer by layer: the precision update of AMPA Algorithm 1, lines 8
// to 10.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "numerics/formats.h"

namespace ampa::allocate {

using Ladder = std::vector<Bits>;  // ascending widths

constexpr std::int64_t kThrInfinite = std::numeric_limits<std::int64_t>::max();

// Throws InputError unless the ladder has one or more widths, strictly ascending, within kMinBits .. kMaxBits. A ladder
// of one is a width that stays, measured all the same.
void check_ladder(const Ladder& ladder);

// Where every layer stands. Each starts on the lowest width.
class LadderState {
 public:
  // `thr` >= 0 or kThrInfinite: how often a layer may be selected while it is at the top.
  LadderState(Ladder ladder, std::int64_t thr, int num_layers);

  int num_layers() const { return static_cast<int>(position_.size()); }
  Bits bits(int layer) const { return ladder_[at(position_, layer)]; }
  bool at_top(int layer) const { return at(position_, layer) + 1 == ladder_.size(); }
  // The width that the layer would have after one more selection; its own at the top.
  Bits next_bits(int layer) const { return ladder_[at(position_, layer) + (at_top(layer) ? 0 : 1)]; }
  // How often the layer was selected while it was at the top.
  std::int64_t top_selections(int layer) const { return at(top_selections_, layer); }
  // In the taboo list: at the top with thr or more selections there. With thr = 0 that is as soon as it gets there.
  bool is_taboo(int layer) const { return at_top(layer) && top_selections(layer) >= thr_; }

  // Deletes the taboo layers from `ranking` (every layer once, first choice first) and selects the first num_selected
  // of the rest, all if there are fewer: a layer below the top climbs one width, a layer at the top stays and its
  // counter rises.
  void select(const std::vector<int>& ranking, int num_selected);

  // {"bits": [...], "top_selections": [...]}, one number per layer.
  Json to_json() const;
  // Throws InputError unless the object has this state's number of layers and widths of its ladder.
  void restore(JsonReader reader);

 private:
  template <typename T>
  static const T& at(const std::vector<T>& values, int layer) {
    return values[static_cast<std::size_t>(layer)];
  }

  Ladder ladder_;
  std::int64_t thr_;
  std::vector<std::size_t> position_;  // on the ladder
  std::vector<std::int64_t> top_selections_;
};

}  // namespace ampa::allocate

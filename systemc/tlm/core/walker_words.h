// The mixed-radix counters of a descriptor as rtl/core/ampa_operand_fetch.v walks them, in 32-bit words that wrap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ampa::tlm {

// What a row or a depth contributes to the coordinates of an element, and the digits of its counter.
struct WalkerItem {
  std::uint32_t low = 0, mid = 0;
  std::uint32_t gy = 0, gx = 0, s = 0, p = 0;
};

class WalkerWords {
 public:
  WalkerWords() = default;
  explicit WalkerWords(const std::uint32_t* words);

  std::uint32_t index_advance() const { return index_advance_; }
  // Items 0 .. count - 1: the first `stride` of them a unit step apart, each other one an advance from the item
  // `stride` before it.
  void list(std::size_t count, std::size_t stride, std::vector<WalkerItem>& items) const;

 private:
  struct Step {
    std::uint32_t gy = 0, gx = 0, s = 0, p = 0;
  };
  WalkerItem moved(WalkerItem item, std::uint32_t low, std::uint32_t mid, const Step& step) const;

  std::uint32_t low_radix_ = 0, mid_radix_ = 0, low_advance_ = 0, mid_advance_ = 0, index_advance_ = 0;
  Step unit_, advance_, low_carry_, mid_carry_;
};

}  // namespace ampa::tlm

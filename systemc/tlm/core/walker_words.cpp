#include "tlm/core/walker_words.h"

#include "timing/descriptor_words.h"

namespace ampa::tlm {

using namespace timing;

WalkerWords::WalkerWords(const std::uint32_t* words)
    : low_radix_(words[kWalkerLowRadix]),
      mid_radix_(words[kWalkerMidRadix]),
      low_advance_(words[kWalkerLowAdvance]),
      mid_advance_(words[kWalkerMidAdvance]),
      index_advance_(words[kWalkerIndexAdvance]) {
  const auto step = [&](std::size_t kind) {
    return Step{words[kWalkerGy + kind], words[kWalkerGx + kind], words[kWalkerS + kind], words[kWalkerP + kind]};
  };
  unit_ = step(kWalkerUnit);
  advance_ = step(kWalkerAdvance);
  low_carry_ = step(kWalkerLowCarry);
  mid_carry_ = step(kWalkerMidCarry);
}

WalkerItem WalkerWords::moved(WalkerItem item, std::uint32_t low, std::uint32_t mid, const Step& step) const {
  const auto add = [&item](const Step& part) {
    item.gy += part.gy;
    item.gx += part.gx;
    item.s += part.s;
    item.p += part.p;
  };
  item.low += low;
  item.mid += mid;
  add(step);
  if (item.low >= low_radix_) {
    item.low -= low_radix_;
    ++item.mid;
    add(low_carry_);
  }
  if (item.mid >= mid_radix_) {
    item.mid -= mid_radix_;
    add(mid_carry_);
  }
  return item;
}

void WalkerWords::list(std::size_t count, std::size_t stride, std::vector<WalkerItem>& items) const {
  items.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    items[i] = i == 0       ? WalkerItem{}
               : i < stride ? moved(items[i - 1], 1, 0, unit_)
                            : moved(items[i - stride], low_advance_, mid_advance_, advance_);
}

}  // namespace ampa::tlm

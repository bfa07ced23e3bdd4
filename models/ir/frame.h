// The tensors of a running program.
#pragma once

#include <stdexcept>
#include <vector>

#include "ir/tensor.h"

namespace ampa::ir {

// A float tensor of a program, one per image: a layer's output, the network's input, or a gradient of one of them.
using ValueId = int;

// Tensors by value. Values whose lives do not meet may share one (ir/memory.h).
class Frame {
 public:
  // Which place each value has.
  void arrange(std::vector<std::size_t> place_of) {
    place_of_ = std::move(place_of);
    std::size_t count = 0;
    for (const std::size_t place : place_of_) count = std::max(count, place + 1);
    tensors_.resize(count);
    outside_.assign(count, nullptr);
  }

  // For this run the value is a tensor of someone else, which instructions only read.
  void lend(ValueId value, const Tensor& tensor) { outside_[place(value)] = &tensor; }

  // To write. Of a value that is not lent.
  Tensor& operator[](ValueId value) { return tensors_[place(value)]; }
  const Tensor& at(ValueId value) const {
    const std::size_t index = place(value);
    return outside_[index] ? *outside_[index] : tensors_[index];
  }

 private:
  std::size_t place(ValueId value) const { return place_of_[static_cast<std::size_t>(value)]; }

  std::vector<std::size_t> place_of_;
  std::vector<Tensor> tensors_;
  std::vector<const Tensor*> outside_;
};

}  // namespace ampa::ir

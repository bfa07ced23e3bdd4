// What every one of several widths that are trained together has of its own: batch norm, scales of activations, and the
// optimizer's state for them.
#pragma once

#include <cstddef>
#include <vector>

#include "ir/program.h"
#include "optim/optimizer.h"
#include "train/tensor_digest.h"

namespace ampa::train {

// The program holds the tensors of one width at a time; those of the others rest here. All start as the program has
// them.
class WidthBank {
 public:
  // `widths` are distinct; the program holds those of the first until use() is called. Program and optimizer outlive
  // it.
  WidthBank(const ir::Program& program, optim::Optimizer& optimizer, std::vector<Bits> widths);

  const std::vector<Bits>& widths() const { return widths_; }
  void use(std::size_t index);  // of widths()

  // Those of the widths that the program does not hold, named TENSOR@WIDTH, in the order of the widths.
  std::vector<NamedTensor> resting();

 private:
  std::vector<Bits> widths_;
  std::vector<NamedTensor> tensors_;               // of the program
  std::vector<std::vector<Eigen::ArrayXf>> kept_;  // by width; those of the one in use are not up to date
  std::size_t in_use_ = 0;
};

}  // namespace ampa::train

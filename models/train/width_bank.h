// What every one of several widths that are trained together has of its own: batch norm, scales of activations, and the
// optimizer's state for them.
#pragma once

#include <cstddef>
#include <vector>

#include "ir/network.h"
#include "ir/program.h"
#include "optim/optimizer.h"
#include "train/tensor_digest.h"
#include "train/width_place.h"

namespace ampa::train {

// The program holds the tensors of one choice of widths at a time; the others rest here. All start as the program has
// them.
class WidthBank {
 public:
  // `widths` are distinct; the program holds the tensors of the first until use() is called. With transitions, tensors
  // of layers that are not quantized, such as batch norm's, are those of a pair of widths (width_place.h), else of one.
  // Program and optimizer outlive it.
  WidthBank(const ir::Network& network, const ir::Program& program, optim::Optimizer& optimizer,
            std::vector<Bits> widths, bool with_transitions);

  const std::vector<Bits>& widths() const { return widths_; }
  bool has_transitions() const { return with_transitions_; }
  void use(const std::vector<std::size_t>& choice);  // of widths(), by quantized layer

  // Those of a pair of two widths become what those of the first of the pair with itself are. The program holds those
  // of the first width.
  void start_transitions();

  // Those that the program does not hold, in the order of the widths: named TENSOR@WIDTH, and then TENSOR@WIDTH-BEFORE
  // of those of two widths.
  std::vector<NamedTensor> resting();

 private:
  struct Banked {
    NamedTensor tensor;  // of the program
    WidthPlace place;
    std::vector<Eigen::ArrayXf> kept;  // by width, or by width and width before; that in use is not up to date
    std::size_t in_use = 0;
  };
  std::size_t index(std::size_t width, std::size_t before) const { return width * widths_.size() + before; }
  bool is_pair(const Banked& banked) const { return with_transitions_ && banked.place.is_of_transition; }

  std::vector<Bits> widths_;
  bool with_transitions_;
  std::vector<Banked> tensors_;
};

}  // namespace ampa::train

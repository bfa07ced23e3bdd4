// One training step in plain loops and any number type: the layers' equations, nothing shared with the product. Where a
// layer is quantized, the dequantized tensors that the product's step saw stand in for its own from there on, so that a
// code on the edge does not separate the two.
#pragma once

#include "numerics/random_stream.h"
#include "training.h"

namespace ampa::network_fuzz {

// Moves every number that a step starts from by up to a unit of FP32's last place, and sums by as much of what cancels
// in them, so that a step's sensitivity to rounding can be measured. Index 0 moves nothing.
class Jitter {
 public:
  explicit Jitter(std::uint32_t index) : stream_{index, 0, 0} {}
  double operator()(double x) {
    return stream_.seed == 0 ? x : x * (1 + (stream_.bits32(next_++) * 0x1p-31 - 1) * 0x1p-24);
  }
  // What rounding the terms of a sum, together this large, may do to it.
  double noise(double magnitude) {
    return stream_.seed == 0 ? 0 : magnitude * (stream_.bits32(next_++) * 0x1p-31 - 1) * 0x1p-23;
  }

 private:
  numerics::RandomStream stream_;
  std::uint64_t next_ = 0;
};

struct PlainStep {
  Tensors tensors;  // those of the product's step of the same names
  // A ReLU or a max pool whose choice rounding may turn: then gradients need not agree.
  bool has_kink = false;
};

// From the parameters, running statistics and quantized tensors that `step` and `before` (the previous step, null at
// the first) hold.
template <typename T>
PlainStep plain_step(const Case& fuzzed, const Tensors& step, const Tensors* before, std::int64_t index, Jitter jitter);

extern template PlainStep plain_step<double>(const Case&, const Tensors&, const Tensors*, std::int64_t, Jitter);
extern template PlainStep plain_step<float>(const Case&, const Tensors&, const Tensors*, std::int64_t, Jitter);

}  // namespace ampa::network_fuzz

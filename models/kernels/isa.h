// The table of everything that exists once per instruction set. Plain pointers: the files that fill it may not run code
// at start-up.
#pragma once

#include "kernels/activation.h"
#include "kernels/depthwise.h"
#include "kernels/fp32_tiles.h"
#include "kernels/int_dot.h"
#include "kernels/kernels.h"
#include "kernels/norm.h"

namespace ampa::kernels {

struct Isa {
  const char* name;
  decltype(Kernels::range) range;
  decltype(Kernels::quantize_nearest) quantize_nearest;
  decltype(Kernels::quantize_stochastic) quantize_stochastic;
  decltype(Kernels::dequantize) dequantize;
  decltype(Kernels::sum_abs) sum_abs;
  decltype(Kernels::drop) drop;
  IntKernels integer;
  Fp32Kernels fp32;
  NormKernels norm;
  ActivationKernels activation;
  DepthwiseKernels depthwise;
};

extern const Isa kIsaPortable;
extern const Isa kIsaAvx2;
extern const Isa kIsaAvx512Vnni;
extern const Isa kIsaAmx;

}  // namespace ampa::kernels

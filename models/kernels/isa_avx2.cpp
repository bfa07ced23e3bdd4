// AVX2.
#ifdef __x86_64__
#define AMPA_FP32_LANES 8

#include "kernels/activation_loops.h"
#include "kernels/depthwise_loops.h"
#include "kernels/elementwise_loops.h"
#include "kernels/fp32_loops.h"
#include "kernels/int_dot_avx2.h"
#include "kernels/interleave_loops.h"
#include "kernels/isa.h"
#include "kernels/norm_loops.h"
#include "kernels/stochastic_loops.h"

namespace ampa::kernels {

const Isa kIsaAvx2{"avx2",
                   range,
                   quantize_nearest,
                   quantize_stochastic,
                   dequantize,
                   sum_abs,
                   drop,
                   {false, dot_rows, outer_sums, interleave, flip_sign},
                   {fp32_dot_rows, fp32_outer_sums},
                   {value_lanes, normalise, gradient_lanes, input_gradient},
                   {exp_minus, exp_minus_in_double, gelu, gelu_gradient},
                   {depthwise_windows, depthwise_gradient, widen}};

}  // namespace ampa::kernels
#endif

// AVX-512 with F, BW, DQ, VL, VNNI and VBMI, and the tiles of AMX for integer products.
#ifdef AMPA_AMX
#define AMPA_FP32_LANES 16

#include "kernels/activation_loops.h"
#include "kernels/depthwise_loops.h"
#include "kernels/elementwise_loops.h"
#include "kernels/fp32_loops.h"
#include "kernels/int_dot_amx.h"
#include "kernels/isa.h"
#include "kernels/norm_loops.h"
#include "kernels/stochastic_loops.h"

namespace ampa::kernels {

const Isa kIsaAmx{"amx",
                  range,
                  quantize_nearest,
                  quantize_stochastic,
                  dequantize,
                  sum_abs,
                  drop,
                  {true, tile_dot_rows, outer_sums, interleave, flip_sign, correlate, transpose},
                  {fp32_dot_rows, fp32_outer_sums},
                  {value_lanes, normalise, gradient_lanes, input_gradient},
                  {exp_minus, exp_minus_in_double, gelu, gelu_gradient},
                  {depthwise_windows, depthwise_gradient, widen}};

}  // namespace ampa::kernels
#endif

// The inner loops that exist once per instruction set. Every set returns the same bits; the scalar definitions are in
// numerics/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "numerics/quantizer.h"
#include "numerics/random_stream.h"
#include "numerics/range.h"

namespace ampa::kernels {

using numerics::Range;

// The exact sums behind the sensitivities of AMPA eq. (9) and (11).
struct QuantizationSums {
  std::int64_t error_q16 = 0;  // of numerics::quantization_error_q16(x[i], codes[i], params)
  std::int64_t abs_codes = 0;  // of |codes[i] - zero_point|
};

// One instruction set's inner loops. All pointers may be unaligned; n >= 0 counts elements.
struct Kernels {
  std::string name;  // "portable", "avx2", "avx512vnni", "amx"

  // numerics::including of all elements; min and max mean nothing unless finite
  Range (*range)(const float* x, std::int64_t n);

  // codes[i] = numerics::quantize_nearest(x[i], params); adds to `sums` unless it is null.
  void (*quantize_nearest)(const float* x, std::int64_t n, const numerics::QuantParams& params, std::uint8_t* codes,
                           QuantizationSums* sums);

  // codes[i] = numerics::quantize_stochastic(x[i], params, stream.bits16(first + i)); adds to the error of `sums`
  // unless it is null.
  void (*quantize_stochastic)(const float* x, std::int64_t n, const numerics::QuantParams& params,
                              const numerics::RandomStream& stream, std::uint64_t first, std::uint8_t* codes,
                              QuantizationSums* sums);

  // out[r][c] = numerics::dequantize_sum(acc[r][c] - col[c], scale), where the difference fits 32 bits, or out[r][c] +=
  // it with `add`; col null means zeros. acc and out may be the same memory, unless it is added to.
  void (*dequantize)(const std::int32_t* acc, std::int64_t rows, std::int64_t cols, const std::int32_t* col,
                     float scale, bool add, float* out);

  // The sum of |acc[r][c] - col[c]|, where the difference fits 32 bits; col null means zeros.
  std::int64_t (*sum_abs)(const std::int32_t* acc, std::int64_t rows, std::int64_t cols, const std::int32_t* col);

  // out[i] = 0 where stream.bits16(first + i) < limit, x[i] * factor elsewhere; out may be x.
  void (*drop)(const float* x, std::int64_t n, std::uint32_t limit, float factor, const numerics::RandomStream& stream,
               std::uint64_t first, float* out);
};

// The best set that this processor runs, unless select() chose another.
const Kernels& active();

// Chooses the set for the whole process by name, "auto" for the best. Throws InputError listing the sets that this
// processor runs. Not to be called while kernels are running. The environment variable AMPA_ISA makes the first choice.
void select(const std::string& name);

// Names of the sets that this processor runs, best first.
std::vector<std::string> available();

}  // namespace ampa::kernels

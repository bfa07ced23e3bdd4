#include "rtl/units/twins.h"

#include <cmath>
#include <cstdlib>

#include "numerics/bit_packing.h"
#include "numerics/corrected_sum.h"
#include "numerics/double_rounding.h"
#include "numerics/random_stream.h"
#include "numerics/range.h"

namespace ampa::rtl {
namespace {

std::vector<numerics::Range> ranges_of(const std::vector<Fp32In>& inputs) {
  std::vector<numerics::Range> ranges;
  for_each_tensor(inputs, [&](std::size_t begin, std::size_t end) {
    numerics::Range range;
    for (std::size_t i = begin; i < end; ++i) range = numerics::including(range, float_of(inputs[i].x));
    ranges.push_back(range);
  });
  return ranges;
}

QuantizeOut code_of(const QuantizeIn& in) {
  const numerics::QuantParams params = params_of(in);
  const float x = float_of(in.x);
  const std::int32_t code =
      in.stochastic ? numerics::quantize_stochastic(x, params, in.random) : numerics::quantize_nearest(x, params);
  return {static_cast<std::uint8_t>(code), code - params.zero_point, numerics::scaled_q16(x, params), in.last};
}

std::int64_t corrected(std::int64_t sum, std::int64_t row, std::int64_t col) {
  return numerics::corrected_sum(sum, row, col);
}

// The words of a tensor's codes.
void add_words(const std::vector<std::uint8_t>& codes, Bits bits, int word_bytes, std::vector<BitpackOut>& outputs) {
  const auto size = static_cast<std::size_t>(word_bytes);
  const std::vector<std::uint8_t> bytes =
      numerics::pack_codes(codes.data(), static_cast<std::int64_t>(codes.size()), bits);
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    BitpackOut out;
    out.bytes = static_cast<std::uint8_t>(std::min(size, bytes.size() - at));
    out.last = at + size >= bytes.size();
    for (std::size_t i = 0; i < out.bytes; ++i) out.word |= static_cast<std::uint64_t>(bytes[at + i]) << (8 * i);
    outputs.push_back(out);
  }
}

// Calls on_tensor(its first word, codes) for each tensor of which all words are there.
template <class In, class FormatOf, class OnTensor>
void for_each_packed_tensor(const std::vector<In>& inputs, int word_bytes, const FormatOf& format_of,
                            const OnTensor& on_tensor) {
  for (std::size_t word = 0; word < inputs.size();) {
    const In& first = inputs[word];
    const CodeFormat format = format_of(first);
    const std::int64_t num_bytes = numerics::packed_size(first.count, format.bits);
    std::vector<std::uint8_t> bytes;
    for (; static_cast<std::int64_t>(bytes.size()) < num_bytes && word < inputs.size(); ++word)
      for (int i = 0; i < word_bytes; ++i) bytes.push_back(static_cast<std::uint8_t>(inputs[word].word >> (8 * i)));
    if (static_cast<std::int64_t>(bytes.size()) < num_bytes) break;
    on_tensor(first, numerics::unpack_codes(bytes.data(), first.count, format));
  }
}

}  // namespace

QuantizeIn quantize_in(float x, const numerics::QuantParams& params, bool stochastic, std::uint32_t random16,
                       bool last) {
  return {bits_of(x),        bits_of(params.inv_scale),
          params.zero_point, params.min_code,
          params.max_code,   static_cast<std::uint16_t>(random16),
          stochastic,        last};
}

numerics::QuantParams params_of(const QuantizeIn& in) {
  return {{kMaxBits, in.min_code < 0}, 0, float_of(in.inv_scale), in.zero_point, in.min_code, in.max_code};
}

std::vector<AbsmaxOut> absmax_twin(const std::vector<Fp32In>& inputs) {
  std::vector<AbsmaxOut> outputs;
  for (const numerics::Range& range : ranges_of(inputs))
    outputs.push_back({bits_of(numerics::max_abs(range)), range.finite});
  return outputs;
}

std::vector<MinmaxOut> minmax_twin(const std::vector<Fp32In>& inputs) {
  std::vector<MinmaxOut> outputs;
  for (const numerics::Range& range : ranges_of(inputs))
    outputs.push_back({bits_of(range.min), bits_of(range.max), range.finite});
  return outputs;
}

std::vector<Fp32Out> fp32_mul_twin(const std::vector<Fp32MulIn>& inputs) {
  constexpr std::uint32_t kQuietNan = 0x7FC00000u;
  std::vector<Fp32Out> outputs;
  outputs.reserve(inputs.size());
  for (const Fp32MulIn& in : inputs) {
    const float product = float_of(in.a) * float_of(in.b);
    outputs.push_back({std::isnan(product) ? kQuietNan : bits_of(product), in.tag});
  }
  return outputs;
}

std::vector<QuantizeOut> quantize_twin(const std::vector<QuantizeIn>& inputs) {
  std::vector<QuantizeOut> outputs;
  outputs.reserve(inputs.size());
  for (const QuantizeIn& in : inputs) outputs.push_back(code_of(in));
  return outputs;
}

std::vector<PhiloxOut> philox_twin(const std::vector<PhiloxIn>& inputs) {
  std::vector<PhiloxOut> outputs;
  for (const PhiloxIn& in : inputs) outputs.push_back({numerics::philox4x32_10(in.counter, in.key)});
  return outputs;
}

std::vector<RandomStreamOut> random_stream_twin(const std::vector<RandomStreamIn>& inputs) {
  std::vector<RandomStreamOut> outputs;
  for (const RandomStreamIn& in : inputs) {
    const numerics::RandomStream stream{in.seed, in.step, in.tensor};
    for (std::uint64_t i = 0; i < in.count; ++i)
      outputs.push_back({static_cast<std::uint16_t>(stream.bits16(in.first + i)), i + 1 == in.count});
  }
  return outputs;
}

std::vector<SensitivityOut> sensitivity_twin(const std::vector<SensitivityIn>& inputs) {
  std::vector<SensitivityOut> outputs;
  for_each_tensor(inputs, [&](std::size_t begin, std::size_t end) {
    SensitivityOut sums;
    for (std::size_t i = begin; i < end; ++i) {
      sums.error_q16 += static_cast<std::uint64_t>(numerics::level_error_q16(inputs[i].q16, inputs[i].level));
      sums.abs_levels += static_cast<std::uint64_t>(std::abs(inputs[i].level));
    }
    outputs.push_back(sums);
  });
  return outputs;
}

std::vector<AbsSumOut> abs_sum_twin(const std::vector<AbsSumIn>& inputs) {
  std::vector<AbsSumOut> outputs;
  for_each_tensor(inputs, [&](std::size_t begin, std::size_t end) {
    AbsSumOut total;
    for (std::size_t i = begin; i < end; ++i)
      total.abs_sum += static_cast<std::uint64_t>(std::abs(corrected(inputs[i].sum, inputs[i].row, inputs[i].col)));
    outputs.push_back(total);
  });
  return outputs;
}

std::vector<Fp32Out> dequantize_twin(const std::vector<DequantizeIn>& inputs) {
  std::vector<Fp32Out> outputs;
  for (const DequantizeIn& in : inputs)
    outputs.push_back(
        {bits_of(numerics::dequantize_sum(corrected(in.sum, in.row, in.col), float_of(in.scale))), in.tag});
  return outputs;
}

std::vector<QuantizeOut> requantize_twin(const std::vector<RequantizeIn>& inputs) {
  std::vector<QuantizeOut> outputs;
  for (const RequantizeIn& in : inputs) {
    const std::int64_t sum = corrected(in.sum, in.row, in.col);
    const numerics::QuantParams params = params_of(in.to);
    const float scale = float_of(in.scale);
    const std::int32_t code = in.to.stochastic ? numerics::requantize_stochastic(sum, scale, params, in.to.random)
                                               : numerics::requantize_nearest(sum, scale, params);
    outputs.push_back({static_cast<std::uint8_t>(code), code - params.zero_point,
                       numerics::scaled_q16(numerics::dequantize_sum(sum, scale), params), in.to.last});
  }
  return outputs;
}

std::vector<CodeOut> double_round_twin(const std::vector<DoubleRoundIn>& inputs) {
  std::vector<CodeOut> outputs;
  for (const DoubleRoundIn& in : inputs) {
    const auto code = static_cast<std::int8_t>(in.code);
    outputs.push_back({static_cast<std::uint8_t>(numerics::double_round(code, in.high_bits, in.low_bits)), in.last});
  }
  return outputs;
}

std::vector<BitpackOut> bitpack_twin(const std::vector<BitpackIn>& inputs, int word_bytes) {
  std::vector<BitpackOut> outputs;
  for_each_tensor(inputs, [&](std::size_t begin, std::size_t end) {
    std::vector<std::uint8_t> codes;
    for (std::size_t i = begin; i < end; ++i) codes.push_back(inputs[i].code);
    add_words(codes, 2 * (inputs[begin].width + 1), word_bytes, outputs);
  });
  return outputs;
}

std::vector<CodeOut> bitunpack_twin(const std::vector<BitunpackIn>& inputs, int word_bytes) {
  std::vector<CodeOut> outputs;
  const auto format_of = [](const BitunpackIn& in) { return CodeFormat{2 * (in.width + 1), in.is_signed}; };
  for_each_packed_tensor(inputs, word_bytes, format_of,
                         [&](const BitunpackIn&, const std::vector<std::uint8_t>& codes) {
                           for (std::size_t i = 0; i < codes.size(); ++i)
                             outputs.push_back({codes[i], i + 1 == codes.size()});
                         });
  return outputs;
}

std::vector<BitpackOut> width_switch_twin(const std::vector<WidthSwitchIn>& inputs, int word_bytes) {
  std::vector<BitpackOut> outputs;
  const auto format_of = [](const WidthSwitchIn& in) { return CodeFormat{in.high_bits, true}; };
  for_each_packed_tensor(
      inputs, word_bytes, format_of, [&](const WidthSwitchIn& first, std::vector<std::uint8_t> codes) {
        for (std::uint8_t& code : codes)
          code = static_cast<std::uint8_t>(
              numerics::double_round(static_cast<std::int8_t>(code), first.high_bits, first.low_bits));
        add_words(codes, first.low_bits, word_bytes, outputs);
      });
  return outputs;
}

}  // namespace ampa::rtl

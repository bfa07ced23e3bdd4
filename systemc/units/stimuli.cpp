#include "units/stimuli.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "numerics/bit_packing.h"
#include "numerics/corrected_sum.h"
#include "numerics/quantizer.h"
#include "units/stimulus_draw.h"
#include "units/twins.h"

namespace ampa::units {
namespace {

// The configuration of a tensor.
struct Mode {
  numerics::QuantParams params;
  bool stochastic = false;
};

// Parameters that no range gives: any factor, any limits of the codes.
Mode draw_odd_mode(Draw& draw) {
  const bool is_signed = draw.one_in(2);
  Mode mode{{{8, is_signed}, 0, float_of(draw.finite_bits()), 0, 0, 0}, draw.one_in(2)};
  mode.params.min_code = static_cast<std::int32_t>(is_signed ? draw.uniform(-127, 127) : draw.uniform(0, 255));
  mode.params.max_code = static_cast<std::int32_t>(draw.uniform(mode.params.min_code, is_signed ? 127 : 255));
  if (!is_signed && !mode.stochastic) mode.params.zero_point = static_cast<std::int32_t>(draw.uniform(0, 255));
  return mode;
}

// Mostly what the quantizer would form from a range, of any scale or none at all.
Mode draw_mode(Draw& draw, float range) {
  if (draw.one_in(8)) return draw_odd_mode(draw);
  const auto bits = static_cast<Bits>(draw.uniform(kMinBits, kMaxBits));
  if (draw.one_in(16)) range = 0;
  const auto kind = draw.uniform(0, 2);
  if (kind > 0) return {numerics::symmetric_params(range, bits), kind == 2};
  const float middle = static_cast<float>(draw.uniform(0, 4)) * 0.25f;
  return {numerics::asymmetric_params(-middle * range, (1 - middle) * range, bits), false};
}

// A count that only one of its bits, 6 to `top`, tells from a small one. Seeds one after the other take bits one after
// the other.
std::uint64_t long_count(Draw& draw, std::uint64_t seed, int top) {
  const auto bit = 6 + seed % static_cast<std::uint64_t>(top - 5);
  return (std::uint64_t{1} << bit) + static_cast<std::uint64_t>(draw.uniform(0, 40));
}

// Around the codes of a mode: values between them, ties, values just beside ties, values far outside.
float draw_element(Draw& draw, const Mode& mode, float range) {
  const float step = mode.params.scale == 0 ? 1.0f : mode.params.scale;
  switch (draw.uniform(0, 9)) {
    case 0:
      return float_of(draw.finite_bits());
    case 1:
      return static_cast<float>(draw.uniform(-600, 600)) * 0.5f * step;
    case 2: {
      const float towards = draw.one_in(2) ? -INFINITY : INFINITY;
      return std::nextafter(static_cast<float>(draw.uniform(-300, 300)) * 0.5f * step, towards);
    }
    case 3:
      return static_cast<float>(draw.uniform(-300, 300)) * 0x1p-16f * step;
    case 4:
      return draw.unit() * 20000 * step;  // beyond 2^14 steps
    case 5:
    case 6: {  // beside a tie by one bit of the fixed point
      const auto beside = std::ldexp(draw.one_in(2) ? 1.0f : -1.0f, static_cast<int>(draw.uniform(-16, -1)));
      return (static_cast<float>(draw.uniform(-100, 100)) + 0.5f + beside) * step;
    }
    default:
      return draw.unit() * range;
  }
}

// A factor that is a power of two, so that every bit of an element counts.
Mode draw_exact_mode(Draw& draw) {
  Mode mode = draw_odd_mode(draw);
  mode.params.inv_scale = std::ldexp(1.0f, static_cast<int>(draw.uniform(-60, 60)));
  return mode;
}

// A tie between two codes of an exact mode, or beside it by one bit of the significand, also of those that the fixed point
// cuts off.
float draw_exact_element(Draw& draw, const Mode& mode) {
  const float tie = static_cast<float>(draw.uniform(0, draw.one_in(2) ? 2 : 100)) + 0.5f;
  const float beside = draw.one_in(8) ? 0.0f : std::ldexp(1.0f, -static_cast<int>(draw.uniform(1, 24)));
  const float steps = draw.one_in(2) ? tie + beside : tie - beside;
  return (draw.one_in(2) ? steps : -steps) / mode.params.inv_scale;
}

// Random bits for a value, often those that just round it up or just do not, one bit of them changed at times.
std::uint32_t draw_random16(Draw& draw, float x, const numerics::QuantParams& params) {
  if (draw.one_in(8)) return draw.one_in(2) ? 0 : 0xFFFF;
  if (draw.one_in(3)) return draw.bits32() & 0xFFFF;
  std::uint32_t random16 = 0u - static_cast<std::uint32_t>(numerics::scaled_q16(x, params));
  if (draw.one_in(2)) --random16;
  if (draw.one_in(2)) random16 ^= 1u << draw.uniform(0, 15);
  return random16 & 0xFFFF;
}

}  // namespace

std::vector<Fp32In> draw_fp32(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<Fp32In> inputs;
  std::int64_t kind = 0;
  std::uint64_t bit = 2 * plan.seed;  // seeds and tensors one after the other take bits one after the other
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    if (is_new_mode) kind = draw.uniform(0, 11);
    std::uint32_t neighbour = draw.finite_bits();
    const std::int64_t at_one_bit = draw.uniform(0, size - 1);
    ++bit;
    const float offset = kind == 1 ? 2.0f : kind == 2 ? -2.0f : 0.0f;  // one sign only
    for (std::int64_t i = 0; i < size; ++i) {
      std::uint32_t x = kind < 3 ? bits_of(draw.unit() + offset) : draw.finite_bits();
      if (kind == 4) x &= 0x80000000u;
      if (kind == 5 && draw.one_in(8)) x |= 0x7F800000u;                           // an infinity or a NaN
      if (kind == 6) x = draw.edge_bits();
      if (kind >= 7 && kind <= 9)
        x = neighbour ^= 1u << draw.uniform(0, kind == 7 ? 31 : 22);  // one bit away from the one before
      if (kind == 10 && i == at_one_bit) x = 0x7F800000u | 1u << bit % 23;  // a NaN, one bit from an infinity
      if (kind == 11) x = (x & 0x80000000u) | (i == at_one_bit ? 1u << bit % 31 : 0);  // one bit from zeros
      inputs.push_back({x, i + 1 == size});
    }
  });
  return inputs;
}

std::vector<Fp32MulIn> draw_fp32_mul(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<Fp32MulIn> inputs;
  for (std::int64_t i = 0; i < plan.num_inputs; ++i) {
    std::uint32_t a = draw.bits32(), b = draw.bits32();
    switch (draw.uniform(0, 14)) {
      case 0:
        a = draw.finite_bits();
        break;
      case 1:
        a |= 0x7F800000u;  // an infinity or a NaN
        if (draw.one_in(2)) a &= 0xFF800000u;
        if (draw.one_in(2)) b = draw.finite_bits();
        break;
      case 2:
        a = (a & 0x80000000u) | (a & 0x007FFFFFu) >> draw.uniform(0, 22);  // a denormal factor
        break;
      case 3:  // the product is about the smallest or the largest numbers
        draw.exponents(a, b, draw.one_in(2) ? draw.uniform(100, 130) : draw.uniform(379, 383));
        break;
      case 4:  // few significant bits: ties
        a &= 0xFFFFF000u;
        b &= 0xFFFFF800u;
        break;
      case 5:  // just below and just above powers of two: carries through the whole significand
        a |= 0x007FFFFFu >> draw.uniform(0, 8);
        b &= 0xFF800000u | 0x7Fu >> draw.uniform(0, 7);
        draw.exponents(a, b, draw.one_in(4) ? 381 : draw.uniform(100, 380));
        break;
      case 6:  // one bit decides whether a number is zero, infinite, or not a number
        a = draw.edge_bits();
        b = draw.edge_bits();
        break;
      case 7:
      case 8:  // one bit decides whether a denormal product is exact, a tie, or neither
        a = (a & 0xFF800000u) | draw.few_fraction_bits();
        b = (b & 0xFF800000u) | draw.few_fraction_bits();
        draw.exponents(a, b, draw.uniform(96, 130));
        break;
      case 9:
      case 10: {  // a denormal product halfway between two numbers but for a bit that is shifted out
        const auto right = static_cast<int>(draw.uniform(1, 20));
        const auto [x, y] = draw.factors_of_a_tie(right, static_cast<int>(draw.uniform(0, right - 1)));
        a = (a & 0xFF800000u) | x;
        b = (b & 0xFF800000u) | y;
        draw.exponents(a, b, 127 - right);
        break;
      }
      case 11: {  // a normal product halfway between two numbers but for a bit that is rounded off
        const auto [x, y] = draw.factors_of_a_tie(draw.one_in(2) ? 0 : -1, static_cast<int>(draw.uniform(0, 21)));
        a = (a & 0xFF800000u) | x;
        b = (b & 0xFF800000u) | y;
        draw.exponents(a, b, draw.uniform(140, 370));
        break;
      }
      default:
        break;
    }
    inputs.push_back({a, b, static_cast<std::uint8_t>(draw.bits32())});
  }
  return inputs;
}

std::vector<QuantizeIn> draw_quantize(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<QuantizeIn> inputs;
  Mode mode;
  float range = 1;
  bool is_exact = false;
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    if (is_new_mode) {
      is_exact = draw.one_in(4);
      range = draw.magnitude(-100, 120);
      mode = is_exact ? draw_exact_mode(draw) : draw_mode(draw, range);
    }
    for (std::int64_t i = 0; i < size; ++i) {
      const float x = is_exact ? draw_exact_element(draw, mode) : draw_element(draw, mode, range);
      const std::uint32_t random16 = draw_random16(draw, x, mode.params);
      inputs.push_back(quantize_in(x, mode.params, mode.stochastic, random16, i + 1 == size));
    }
  });
  return inputs;
}

std::vector<PhiloxIn> draw_philox(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<PhiloxIn> inputs;
  for (std::int64_t i = 0; i < plan.num_inputs; ++i)
    inputs.push_back({{draw.bits32(), draw.bits32()}, {draw.bits32(), draw.bits32(), draw.bits32(), draw.bits32()}});
  return inputs;
}

std::vector<RandomStreamIn> draw_random_stream(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<RandomStreamIn> inputs;
  RandomStreamIn in;
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    if (is_new_mode) in = {draw.bits64(), draw.bits32(), draw.bits32(), 0, 0};
    in.count = static_cast<std::uint64_t>(size);
    const std::uint64_t starts[] = {0, draw.bits64() >> 40, (std::uint64_t{1} << 35) - 4, std::uint64_t{0} - in.count};
    in.first = starts[draw.uniform(0, 3)];
    inputs.push_back(in);
  });
  return inputs;
}

std::vector<SensitivityIn> draw_sensitivity(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<SensitivityIn> inputs;
  draw.tensors([&](std::int64_t size, bool) {
    for (std::int64_t i = 0; i < size; ++i) {
      SensitivityIn in;
      in.level = static_cast<std::int32_t>(draw.one_in(4) ? (draw.one_in(2) ? 255 : -255) : draw.uniform(-255, 255));
      in.q16 = in.level * 65536 + static_cast<std::int32_t>(draw.uniform(-65535, 65535));
      if (draw.one_in(4)) in.q16 = static_cast<std::int32_t>(draw.uniform(-(1 << 30), 1 << 30));
      if (draw.one_in(8)) in.q16 = draw.one_in(2) ? 1 << 30 : -(1 << 30);
      in.last = i + 1 == size;
      inputs.push_back(in);
    }
  });
  return inputs;
}

std::vector<AbsSumIn> draw_abs_sum(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<AbsSumIn> inputs;
  draw.tensors([&](std::int64_t size, bool) {
    for (std::int64_t i = 0; i < size; ++i)
      inputs.push_back({draw.integer(60), draw.integer(60), draw.integer(60), i + 1 == size});
  });
  return inputs;
}

std::vector<DequantizeIn> draw_dequantize(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<DequantizeIn> inputs;
  for (std::int64_t i = 0; i < plan.num_inputs; ++i) {
    const bool is_plain = draw.one_in(3);
    const int limit = is_plain ? 63 : 60;
    const std::int64_t sum = is_plain && draw.one_in(2) ? draw.few_bits(limit) : draw.integer(limit);
    const std::int64_t row = is_plain ? 0 : draw.integer(60), col = is_plain ? 0 : draw.integer(60);
    std::uint32_t scale = draw.finite_bits();
    if (draw.one_in(4)) scale = bits_of(1.0f);
    if (draw.one_in(3)) scale = (draw.bits32() & 0x807FFFFFu) >> draw.uniform(0, 22);  // denormal
    inputs.push_back({sum, row, col, scale, static_cast<std::uint8_t>(draw.bits32())});
  }
  return inputs;
}

// Codes of sums / 2^(16 + num_cut), rounded to nearest: what a sum's lower bits are decides, also those that the fixed
// point cuts off.
Mode draw_fine_mode(Draw& draw, float& scale, int num_cut) {
  scale = std::ldexp(1.0f, static_cast<int>(draw.uniform(-60, 10)));
  Mode mode = draw_odd_mode(draw);
  mode.params.inv_scale = std::ldexp(1.0f, -16 - num_cut) / scale;
  mode.stochastic = false;
  return mode;
}

// A tie between two codes of a fine mode, or one bit beside it.
std::int64_t draw_fine_sum(Draw& draw, int num_cut) {
  const std::int64_t beside = draw.one_in(3) ? 0 : std::int64_t{1} << draw.uniform(0, 15 + num_cut);
  const std::int64_t tie = (draw.uniform(-120, 120) * 0x10000 + 0x8000) * (std::int64_t{1} << num_cut);
  return draw.one_in(2) ? tie + beside : tie - beside;
}

std::vector<RequantizeIn> draw_requantize(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<RequantizeIn> inputs;
  Mode mode;
  float scale = 1;
  int limit = 1;
  bool is_fine = false;
  int num_cut = 0;
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    if (is_new_mode) {
      is_fine = draw.one_in(3);
      limit = static_cast<int>(draw.uniform(1, 60));
      scale = draw.magnitude(-60, 10);
      num_cut = static_cast<int>(draw.uniform(0, 2));
      mode = is_fine ? draw_fine_mode(draw, scale, num_cut) : draw_mode(draw, scale * draw.magnitude(limit, limit));
    }
    for (std::int64_t i = 0; i < size; ++i) {
      RequantizeIn in{draw.integer(limit), draw.integer(limit), draw.integer(limit), bits_of(scale), {}};
      if (is_fine) in = {draw_fine_sum(draw, num_cut), 0, 0, bits_of(scale), {}};
      const float value = numerics::dequantize_sum(numerics::corrected_sum(in.sum, in.row, in.col), scale);
      in.to = quantize_in(0, mode.params, mode.stochastic, draw_random16(draw, value, mode.params), i + 1 == size);
      inputs.push_back(in);
    }
  });
  return inputs;
}

std::vector<BitpackIn> draw_bitpack(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<BitpackIn> inputs;
  std::uint8_t width = 0;
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    if (is_new_mode) width = static_cast<std::uint8_t>(draw.uniform(0, 3));
    for (std::int64_t i = 0; i < size; ++i)
      inputs.push_back({static_cast<std::uint8_t>(draw.bits32()), width, i + 1 == size});
  });
  return inputs;
}

std::vector<BitunpackIn> draw_bitunpack(const StimulusPlan& plan, int word_bytes) {
  Draw draw(plan);
  std::vector<BitunpackIn> inputs;
  BitunpackIn mode;
  std::int64_t longer = plan.seed % 4 == 3 ? static_cast<std::int64_t>(long_count(draw, plan.seed, 10)) : 0;
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    size = std::max(size, std::exchange(longer, 0));  // the first tensor: a count whose upper bits come down to zero
    if (is_new_mode) mode = {0, static_cast<std::uint8_t>(draw.uniform(0, 3)), draw.one_in(2), 0};
    const std::int64_t num_bytes = numerics::packed_size(size, 2 * (mode.width + 1));
    for (std::int64_t at = 0; at < num_bytes; at += word_bytes) {
      // Only the first word of a tensor is asked for its configuration.
      const bool is_first = at == 0;
      inputs.push_back({draw.bits64(), is_first ? mode.width : static_cast<std::uint8_t>(draw.uniform(0, 3)),
                        is_first ? mode.is_signed : draw.one_in(2),
                        is_first ? static_cast<std::uint32_t>(size) : draw.bits32()});
    }
  });
  return inputs;
}

std::vector<RandomStreamIn> draw_long_random_stream(const StimulusPlan& plan) {
  Draw draw(plan);
  const std::uint64_t count = long_count(draw, plan.seed, 62);
  return {{draw.bits64(), draw.bits32(), draw.bits32(), draw.bits64() >> 2, count}};
}

std::vector<BitunpackIn> draw_long_bitunpack(const StimulusPlan& plan) {
  Draw draw(plan);
  BitunpackIn in{0, static_cast<std::uint8_t>(draw.uniform(0, 3)), draw.one_in(2),
                 static_cast<std::uint32_t>(long_count(draw, plan.seed, 31))};
  std::vector<BitunpackIn> inputs;
  for (int i = 0; i < kLongWords; ++i) {
    in.word = draw.bits64();
    inputs.push_back(in);
  }
  return inputs;
}

}  // namespace ampa::units

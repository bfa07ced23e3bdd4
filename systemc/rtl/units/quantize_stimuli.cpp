// Streams for quantize and requantize: values around codes, and those where one bit decides which code it is.
#include <cmath>
#include <iterator>
#include <utility>

#include "numerics/corrected_sum.h"
#include "numerics/quantizer.h"
#include "rtl/units/stimuli.h"
#include "rtl/units/stimulus_draw.h"
#include "rtl/units/twins.h"

namespace ampa::rtl {
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

// A tie between two codes of an exact mode, or beside it by one bit of the significand, also of those that the fixed
// point cuts off; or a small value of two bits, which a code's error shows.
float draw_exact_element(Draw& draw, const Mode& mode) {
  const float sign = draw.one_in(2) ? 1.0f : -1.0f;
  const float bit = std::ldexp(1.0f, -static_cast<int>(draw.uniform(1, 24)));
  if (draw.one_in(4)) return sign * std::ldexp(1 + bit, -static_cast<int>(draw.uniform(1, 17))) / mode.params.inv_scale;
  const float tie = static_cast<float>(draw.uniform(0, draw.one_in(2) ? 2 : 100)) + 0.5f;
  const float beside = draw.one_in(8) ? 0.0f : bit;
  return sign * (draw.one_in(2) ? tie + beside : tie - beside) / mode.params.inv_scale;
}

// Significands 1.x and 1.y (fractions of 23 bits) whose product of 48 bits, times 2^exponent, is an even number and a
// half plus half a unit of FP32 plus one bit lower, entry i bit i: that bit decides whether FP32 rounds up, and so the
// code.
struct ProductTie {
  std::uint32_t x, y;
  int exponent;
};
constexpr ProductTie kProductTies[] = {
    {0x0a7127, 0x13ee97, 1}, {0x03ae56, 0x4a2f83, 2}, {0x10e3ac, 0x30afc3, 3}, {0x075bd5, 0x082be8, 2},
    {0x0ab434, 0x13a714, 1}, {0x05ec28, 0x46cd34, 2}, {0x006de0, 0x1f771e, 1}, {0x0deb20, 0x4da3a4, 4},
    {0x08b900, 0x3b3d89, 3}, {0x1f8a80, 0x26e0f4, 2}, {0x0225f8, 0x0d9f80, 2}, {0x0787ee, 0x171c00, 1},
    {0x00cc00, 0x0f1bec, 2}, {0x031f58, 0x4b0c00, 2}, {0x198c00, 0x2d64b0, 2}, {0x070871, 0x088000, 2},
    {0x07b000, 0x443730, 2}, {0x053780, 0x19bc00, 1}, {0x029600, 0x0d2600, 2}, {0x008000, 0x0f7090, 2},
    {0x008000, 0x1f60a0, 1}, {0x04c580, 0x1a4000, 1}};

// A factor and an element whose product is a tie.
Mode draw_tie_mode(Draw& draw, float& element) {
  const ProductTie& tie = kProductTies[draw.uniform(0, std::size(kProductTies) - 1)];
  const auto exponent = static_cast<int>(draw.uniform(-60, 60));
  Mode mode = draw_odd_mode(draw);
  mode.stochastic = false;
  mode.params.inv_scale = std::ldexp(float_of(0x3F800000u | tie.y), exponent);
  element = std::ldexp(float_of(0x3F800000u | tie.x), tie.exponent - exponent);
  return mode;
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

}  // namespace

std::vector<QuantizeIn> draw_quantize(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<QuantizeIn> inputs;
  Mode mode;
  float range = 1, tie = 1;
  std::int64_t kind = 0;
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    if (is_new_mode) {
      kind = draw.uniform(0, 7);
      range = draw.magnitude(-100, 120);
      mode = kind < 2 ? draw_exact_mode(draw) : kind == 2 ? draw_tie_mode(draw, tie) : draw_mode(draw, range);
    }
    for (std::int64_t i = 0; i < size; ++i) {
      const float x = kind < 2    ? draw_exact_element(draw, mode)
                      : kind == 2 ? (draw.one_in(2) ? tie : -tie)
                                  : draw_element(draw, mode, range);
      const std::uint32_t random16 = draw_random16(draw, x, mode.params);
      inputs.push_back(quantize_in(x, mode.params, mode.stochastic, random16, i + 1 == size));
    }
  });
  return inputs;
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

}  // namespace ampa::rtl

#include "rtl/units/stimuli.h"

#include <algorithm>
#include <utility>

#include "numerics/bit_packing.h"
#include "rtl/units/stimulus_draw.h"
#include "rtl/units/twins.h"

namespace ampa::rtl {
namespace {

// A count that only one of its bits, 6 to `top`, tells from a small one. Seeds one after the other take bits one after
// the other.
std::uint64_t long_count(Draw& draw, std::uint64_t seed, int top) {
  const auto bit = 6 + seed % static_cast<std::uint64_t>(top - 5);
  return (std::uint64_t{1} << bit) + static_cast<std::uint64_t>(draw.uniform(0, 40));
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
      if (kind == 5 && draw.one_in(8)) x |= 0x7F800000u;  // an infinity or a NaN
      if (kind == 6) x = draw.edge_bits();
      if (kind >= 7 && kind <= 9)
        x = neighbour ^= 1u << draw.uniform(0, kind == 7 ? 31 : 22);        // one bit away from the one before
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

std::vector<DoubleRoundIn> draw_double_round(const StimulusPlan& plan) {
  Draw draw(plan);
  std::vector<DoubleRoundIn> inputs;
  const auto add = [&](std::int64_t index, Bits high, Bits low, bool last) {
    const std::int32_t code = CodeFormat{high, true}.code_at(static_cast<std::int32_t>(index));
    inputs.push_back(
        {static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(high), static_cast<std::uint8_t>(low), last});
  };
  for (Bits high = kMinBits; high <= kMaxBits; ++high)
    for (Bits low = kMinBits; low <= high; ++low)
      for (std::int64_t index = 0; index < 1 << high; ++index) add(index, high, low, index + 1 == 1 << high);
  Bits high = kMaxBits, low = kMinBits;
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    if (is_new_mode) high = static_cast<Bits>(draw.uniform(kMinBits, kMaxBits));
    if (is_new_mode) low = static_cast<Bits>(draw.uniform(kMinBits, high));
    for (std::int64_t i = 0; i < size; ++i) add(draw.uniform(0, (1 << high) - 1), high, low, i + 1 == size);
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

std::vector<WidthSwitchIn> draw_width_switch(const StimulusPlan& plan, int word_bytes) {
  Draw draw(plan);
  std::vector<WidthSwitchIn> inputs;
  Bits high = kMaxBits, low = kMinBits;
  draw.tensors([&](std::int64_t size, bool is_new_mode) {
    if (is_new_mode) high = static_cast<Bits>(draw.uniform(kMinBits, kMaxBits));
    if (is_new_mode) low = static_cast<Bits>(draw.uniform(kMinBits, high));
    std::vector<std::uint8_t> codes;
    for (std::int64_t i = 0; i < size; ++i)
      codes.push_back(static_cast<std::uint8_t>(
          CodeFormat{high, true}.code_at(static_cast<std::int32_t>(draw.uniform(0, (1 << high) - 1)))));
    std::vector<std::uint8_t> bytes = numerics::pack_codes(codes.data(), size, high);
    while (bytes.size() % static_cast<std::size_t>(word_bytes) != 0)
      bytes.push_back(static_cast<std::uint8_t>(draw.bits32()));
    for (std::size_t at = 0; at < bytes.size(); at += static_cast<std::size_t>(word_bytes)) {
      // Only the first word of a tensor is asked for its configuration.
      WidthSwitchIn in{0, static_cast<std::uint8_t>(high), static_cast<std::uint8_t>(low),
                       static_cast<std::uint32_t>(size)};
      if (at > 0) in = {0, static_cast<std::uint8_t>(draw.uniform(2, 8)), 2, draw.bits32()};
      for (std::size_t i = 0; i < static_cast<std::size_t>(word_bytes); ++i)
        in.word |= static_cast<std::uint64_t>(bytes[at + i]) << (8 * i);
      inputs.push_back(in);
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

}  // namespace ampa::rtl

#include "rtl/units/units.h"

#include <Vampa_abs_sum.h>
#include <Vampa_absmax.h>
#include <Vampa_bitpack_1.h>
#include <Vampa_bitpack_4.h>
#include <Vampa_bitpack_8.h>
#include <Vampa_bitunpack_1.h>
#include <Vampa_bitunpack_4.h>
#include <Vampa_bitunpack_8.h>
#include <Vampa_dequantize.h>
#include <Vampa_double_round.h>
#include <Vampa_fp32_mul.h>
#include <Vampa_minmax.h>
#include <Vampa_philox_1.h>
#include <Vampa_philox_10.h>
#include <Vampa_philox_2.h>
#include <Vampa_philox_5.h>
#include <Vampa_quantize.h>
#include <Vampa_random_stream_1.h>
#include <Vampa_random_stream_2.h>
#include <Vampa_requantize.h>
#include <Vampa_sensitivity.h>
#include <Vampa_width_switch_1.h>
#include <Vampa_width_switch_4.h>
#include <Vampa_width_switch_8.h>

#include "rtl/units/verilated_stream.h"

namespace ampa::rtl {
namespace {

constexpr std::uint16_t kNineBits = 0x1FF;

std::uint8_t bit(bool value) {
  return value ? 1 : 0;
}
std::uint16_t to_nine_bits(std::int32_t value) {
  return static_cast<std::uint16_t>(value & kNineBits);
}
std::int32_t from_nine_bits(std::uint16_t bits) {
  return bits > 0xFF ? bits - 0x200 : bits;
}

template <class Model>
void put_element(Model& model, const Fp32In& in) {
  model.in_data_i = in.x;
  model.in_last_i = bit(in.last);
}

template <class Model, class In>
void put_sum(Model& model, const In& in) {
  model.in_sum_i = static_cast<std::uint64_t>(in.sum);
  model.in_row_i = static_cast<std::uint64_t>(in.row);
  model.in_col_i = static_cast<std::uint64_t>(in.col);
}

template <class Model>
void put_target(Model& model, const QuantizeIn& in) {
  model.in_random_i = in.random;
  model.in_last_i = bit(in.last);
  model.in_inv_scale_i = in.inv_scale;
  model.in_zero_point_i = static_cast<std::uint8_t>(in.zero_point);
  model.in_min_code_i = to_nine_bits(in.min_code);
  model.in_max_code_i = to_nine_bits(in.max_code);
  model.in_stochastic_i = bit(in.stochastic);
}

template <class Model>
QuantizeOut get_code(const Model& model) {
  return {model.out_code_o, from_nine_bits(model.out_level_o), static_cast<std::int32_t>(model.out_q16_o),
          model.out_last_o != 0};
}

template <class Model>
CodeOut get_plain_code(const Model& model) {
  return {model.out_code_o, model.out_last_o != 0};
}

template <class Model>
UnitPtr<PhiloxIn, PhiloxOut> make_philox_of(const char* name) {
  return std::make_unique<VerilatedStream<Model, PhiloxIn, PhiloxOut>>(
      name,
      [](Model& model, const PhiloxIn& in) {
        model.in_key_i = in.key[0] | static_cast<std::uint64_t>(in.key[1]) << 32;
        for (int i = 0; i < 4; ++i) model.in_counter_i[i] = in.counter[static_cast<std::size_t>(i)];
      },
      [](const Model& model) {
        PhiloxOut out;
        for (int i = 0; i < 4; ++i) out.words[static_cast<std::size_t>(i)] = model.out_data_o[i];
        return out;
      });
}

template <class Model>
UnitPtr<RandomStreamIn, RandomStreamOut> make_random_stream_of(const char* name) {
  return std::make_unique<VerilatedStream<Model, RandomStreamIn, RandomStreamOut>>(
      name,
      [](Model& model, const RandomStreamIn& in) {
        model.in_seed_i = in.seed;
        model.in_step_i = in.step;
        model.in_tensor_i = in.tensor;
        model.in_first_i = in.first;
        model.in_count_i = in.count;
      },
      [](const Model& model) {
        return RandomStreamOut{model.out_random_o, model.out_last_o != 0};
      });
}

template <class Model>
BitpackOut get_packed_word(const Model& model) {
  return {model.out_word_o, model.out_bytes_o, model.out_last_o != 0};
}

template <class Model>
UnitPtr<BitpackIn, BitpackOut> make_bitpack_of(const char* name) {
  return std::make_unique<VerilatedStream<Model, BitpackIn, BitpackOut>>(
      name,
      [](Model& model, const BitpackIn& in) {
        model.in_code_i = in.code;
        model.in_width_i = in.width;
        model.in_last_i = bit(in.last);
      },
      get_packed_word<Model>);
}

template <class Model>
UnitPtr<BitunpackIn, CodeOut> make_bitunpack_of(const char* name) {
  return std::make_unique<VerilatedStream<Model, BitunpackIn, CodeOut>>(
      name,
      [](Model& model, const BitunpackIn& in) {
        model.in_word_i = static_cast<decltype(+model.in_word_i)>(in.word);
        model.in_width_i = in.width;
        model.in_signed_i = bit(in.is_signed);
        model.in_count_i = in.count;
      },
      get_plain_code<Model>);
}

template <class Model>
UnitPtr<WidthSwitchIn, BitpackOut> make_width_switch_of(const char* name) {
  return std::make_unique<VerilatedStream<Model, WidthSwitchIn, BitpackOut>>(
      name,
      [](Model& model, const WidthSwitchIn& in) {
        model.in_word_i = static_cast<decltype(+model.in_word_i)>(in.word);
        model.in_high_bits_i = in.high_bits;
        model.in_low_bits_i = in.low_bits;
        model.in_count_i = in.count;
      },
      get_packed_word<Model>);
}

[[noreturn]] void refuse(const char* parameter, const char* expected, int found) {
  throw RunError(fmt::format("{}: expected {}, found {}", parameter, expected, found));
}

}  // namespace

UnitPtr<Fp32In, AbsmaxOut> make_absmax() {
  using Model = Vampa_absmax;
  return std::make_unique<VerilatedStream<Model, Fp32In, AbsmaxOut>>(
      "absmax", put_element<Model>, [](const Model& model) {
        return AbsmaxOut{model.out_absmax_o, model.out_finite_o != 0};
      });
}

UnitPtr<Fp32In, MinmaxOut> make_minmax() {
  using Model = Vampa_minmax;
  return std::make_unique<VerilatedStream<Model, Fp32In, MinmaxOut>>(
      "minmax", put_element<Model>, [](const Model& model) {
        return MinmaxOut{model.out_min_o, model.out_max_o, model.out_finite_o != 0};
      });
}

UnitPtr<Fp32MulIn, Fp32Out> make_fp32_mul() {
  using Model = Vampa_fp32_mul;
  return std::make_unique<VerilatedStream<Model, Fp32MulIn, Fp32Out>>(
      "fp32_mul",
      [](Model& model, const Fp32MulIn& in) {
        model.in_a_i = in.a;
        model.in_b_i = in.b;
        model.in_tag_i = in.tag;
      },
      [](const Model& model) {
        return Fp32Out{model.out_product_o, model.out_tag_o};
      });
}

UnitPtr<QuantizeIn, QuantizeOut> make_quantize() {
  using Model = Vampa_quantize;
  return std::make_unique<VerilatedStream<Model, QuantizeIn, QuantizeOut>>(
      "quantize",
      [](Model& model, const QuantizeIn& in) {
        model.in_data_i = in.x;
        put_target(model, in);
      },
      get_code<Model>);
}

UnitPtr<SensitivityIn, SensitivityOut> make_sensitivity() {
  using Model = Vampa_sensitivity;
  return std::make_unique<VerilatedStream<Model, SensitivityIn, SensitivityOut>>(
      "sensitivity",
      [](Model& model, const SensitivityIn& in) {
        model.in_q16_i = static_cast<std::uint32_t>(in.q16);
        model.in_level_i = to_nine_bits(in.level);
        model.in_last_i = bit(in.last);
      },
      [](const Model& model) {
        return SensitivityOut{model.out_error_q16_o, model.out_abs_levels_o};
      });
}

UnitPtr<AbsSumIn, AbsSumOut> make_abs_sum() {
  using Model = Vampa_abs_sum;
  return std::make_unique<VerilatedStream<Model, AbsSumIn, AbsSumOut>>(
      "abs_sum",
      [](Model& model, const AbsSumIn& in) {
        put_sum(model, in);
        model.in_last_i = bit(in.last);
      },
      [](const Model& model) { return AbsSumOut{model.out_abs_sum_o}; });
}

UnitPtr<DequantizeIn, Fp32Out> make_dequantize() {
  using Model = Vampa_dequantize;
  return std::make_unique<VerilatedStream<Model, DequantizeIn, Fp32Out>>(
      "dequantize",
      [](Model& model, const DequantizeIn& in) {
        put_sum(model, in);
        model.in_scale_i = in.scale;
        model.in_tag_i = in.tag;
      },
      [](const Model& model) {
        return Fp32Out{model.out_data_o, model.out_tag_o};
      });
}

UnitPtr<RequantizeIn, QuantizeOut> make_requantize() {
  using Model = Vampa_requantize;
  return std::make_unique<VerilatedStream<Model, RequantizeIn, QuantizeOut>>(
      "requantize",
      [](Model& model, const RequantizeIn& in) {
        put_sum(model, in);
        model.in_scale_i = in.scale;
        put_target(model, in.to);
      },
      get_code<Model>);
}

UnitPtr<DoubleRoundIn, CodeOut> make_double_round() {
  using Model = Vampa_double_round;
  return std::make_unique<VerilatedStream<Model, DoubleRoundIn, CodeOut>>(
      "double_round",
      [](Model& model, const DoubleRoundIn& in) {
        model.in_code_i = in.code;
        model.in_high_bits_i = in.high_bits;
        model.in_low_bits_i = in.low_bits;
        model.in_last_i = bit(in.last);
      },
      get_plain_code<Model>);
}

UnitPtr<PhiloxIn, PhiloxOut> make_philox(int rounds_per_cycle) {
  switch (rounds_per_cycle) {
    case 1:
      return make_philox_of<Vampa_philox_1>("philox-1");
    case 2:
      return make_philox_of<Vampa_philox_2>("philox-2");
    case 5:
      return make_philox_of<Vampa_philox_5>("philox-5");
    case 10:
      return make_philox_of<Vampa_philox_10>("philox-10");
    default:
      refuse("philox: rounds per cycle", "1, 2, 5 or 10", rounds_per_cycle);
  }
}

UnitPtr<RandomStreamIn, RandomStreamOut> make_random_stream(int rounds_per_cycle) {
  switch (rounds_per_cycle) {
    case 1:
      return make_random_stream_of<Vampa_random_stream_1>("random_stream-1");
    case 2:
      return make_random_stream_of<Vampa_random_stream_2>("random_stream-2");
    default:
      refuse("random_stream: rounds per cycle", "1 or 2", rounds_per_cycle);
  }
}

UnitPtr<BitpackIn, BitpackOut> make_bitpack(int word_bytes) {
  switch (word_bytes) {
    case 1:
      return make_bitpack_of<Vampa_bitpack_1>("bitpack-1");
    case 4:
      return make_bitpack_of<Vampa_bitpack_4>("bitpack-4");
    case 8:
      return make_bitpack_of<Vampa_bitpack_8>("bitpack-8");
    default:
      refuse("bitpack: word bytes", "1, 4 or 8", word_bytes);
  }
}

UnitPtr<BitunpackIn, CodeOut> make_bitunpack(int word_bytes) {
  switch (word_bytes) {
    case 1:
      return make_bitunpack_of<Vampa_bitunpack_1>("bitunpack-1");
    case 4:
      return make_bitunpack_of<Vampa_bitunpack_4>("bitunpack-4");
    case 8:
      return make_bitunpack_of<Vampa_bitunpack_8>("bitunpack-8");
    default:
      refuse("bitunpack: word bytes", "1, 4 or 8", word_bytes);
  }
}

UnitPtr<WidthSwitchIn, BitpackOut> make_width_switch(int word_bytes) {
  switch (word_bytes) {
    case 1:
      return make_width_switch_of<Vampa_width_switch_1>("width_switch-1");
    case 4:
      return make_width_switch_of<Vampa_width_switch_4>("width_switch-4");
    case 8:
      return make_width_switch_of<Vampa_width_switch_8>("width_switch-8");
    default:
      refuse("width_switch: word bytes", "1, 4 or 8", word_bytes);
  }
}

}  // namespace ampa::rtl

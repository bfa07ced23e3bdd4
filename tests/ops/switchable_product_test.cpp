// Layers whose weights serve every width, against plain twins in double.
#include <algorithm>
#include <cmath>

#include "op_harness.h"

namespace ampa::ops {
namespace {

constexpr Bits kHigh = 8;

ir::Recipe double_rounding() {
  ir::Recipe recipe;
  recipe.double_rounding = kHigh;
  return recipe;
}

// A position-wise layer, so that a twin is three nested loops.
ir::Layer conv() {
  return layer("conv2d", {-1}, {3, 2, 2}, {4, 2, 2});
}

double clamp_code(double code, double low, double high) {
  return std::min(std::max(code, low), high);
}

// The quantizer of the weights at width `low` as a function of the scale, with roundings that are smooth around s0:
// what they change there is kept.
double smoothed_weight(double x, double s, double s0, Bits low) {
  const double power = std::ldexp(1.0, kHigh - low), most = std::ldexp(1.0, kHigh - 1),
               limit = std::ldexp(1.0, low - 1);
  const double wide = std::nearbyint(x / s0), narrow = std::nearbyint(clamp_code(wide, -most, most - 1) / power);
  const bool inside = wide >= -most && wide <= most - 1 && narrow <= limit - 1;
  const double code = clamp_code(narrow, -limit, limit - 1);
  return s * power * (inside ? code + (x / s - x / s0) / power : code);
}

struct Trained {
  Trained(Bits bits, std::uint32_t seed)
      : harness({quantized(conv())}, {random_tensor(3, 2, 2, 3, seed)}, true, double_rounding()) {
    for (float& x : harness.inputs[0].values) x = std::abs(x);
    weights().value = random_tensor(12, 1, 1, 1, seed + 1).values;
    harness.program.quantized_layers()[0]->set_bits({bits, bits, bits});
    harness.forward();  // chooses the units
  }
  Parameter& weights() { return harness.parameter(0); }
  Parameter& weight_factor() { return harness.parameter(1); }
  Parameter& activation_factor() { return harness.parameter(2); }
  Parameter& zero() { return harness.parameter(3); }
  double unit(const char* of) {
    for (const Buffer& buffer : harness.program.buffers())
      if (buffer.name.find(of) != std::string::npos) return (*buffer.value)[0];
    FAIL("no buffer is called " << of);
    return 0;
  }
  OpHarness harness;
};

}  // namespace

TEST_CASE("U5: units come from the first tensors, and the output is that of the values of codes") {
  for (const Bits bits : {8, 4, 2}) {
    Trained trained(bits, 7);
    const double s = trained.unit("weight_scale_unit"), sa = trained.unit("activation_scale_unit");
    CHECK(s == Approx(trained.weights().value.abs().maxCoeff() / 127));
    CHECK(sa == Approx(trained.harness.inputs[0].values.maxCoeff() / ((1 << bits) - 1)));
    CHECK(trained.zero().value[0] == 0);
    const Tensor& x = trained.harness.inputs[0];
    for (std::int64_t position = 0; position < 12; ++position)
      for (std::int64_t o = 0; o < 4; ++o) {
        double sum = 0;
        for (std::int64_t i = 0; i < 3; ++i)
          sum += std::min(std::nearbyint(x.values[position * 3 + i] / sa), std::ldexp(1.0, bits) - 1) * sa *
                 smoothed_weight(trained.weights().value[o * 3 + i], s, s, bits);
        CHECK(trained.harness.out.values[position * 4 + o] == Approx(sum).epsilon(1e-4).margin(1e-5));
      }
  }
}

TEST_CASE("U7: gradients of weights and of their scale are those of the quantizer with smooth roundings") {
  for (const Bits bits : {8, 6, 4, 2}) {
    Trained trained(bits, 11);
    trained.weights().value[3] *= 1.5f;  // beyond the codes of both widths
    trained.harness.objective();
    trained.harness.backward();
    const double s = trained.unit("weight_scale_unit"), sa = trained.unit("activation_scale_unit");
    const Tensor &x = trained.harness.inputs[0], &d = trained.harness.out_grad;
    double of_factor = 0;
    for (std::int64_t o = 0; o < 4; ++o)
      for (std::int64_t i = 0; i < 3; ++i) {
        double up = 0;
        for (std::int64_t position = 0; position < 12; ++position)
          up += d.values[position * 4 + o] *
                std::min(std::nearbyint(x.values[position * 3 + i] / sa), std::ldexp(1.0, bits) - 1) * sa;
        const double w = trained.weights().value[o * 3 + i], step = 1e-4;
        const bool inside = smoothed_weight(w, s * (1 + step), s, bits) != (1 + step) * smoothed_weight(w, s, s, bits);
        CHECK(trained.weights().gradient[o * 3 + i] == Approx(inside ? up : 0).epsilon(1e-4).margin(1e-5));
        of_factor += up * s *
                     (smoothed_weight(w, s * (1 + step), s, bits) - smoothed_weight(w, s * (1 - step), s, bits)) /
                     (2 * step * s);
      }
    CHECK(trained.weight_factor().gradient[0] == Approx(of_factor).epsilon(1e-3).margin(1e-5));
  }
}

TEST_CASE("U6: gradients of activations, of their scale and of their zero") {
  Trained trained(4, 13);
  trained.harness.inputs[0].values[5] *= 4;  // beyond the codes
  trained.zero().value[0] = -0.1f;           // as if the first tensor had had negative values
  trained.harness.objective();
  trained.harness.backward();
  const double sa = trained.unit("activation_scale_unit"), s = trained.unit("weight_scale_unit");
  const double z = std::nearbyint(0.1 / sa);
  double of_factor = 0, of_zero = 0;
  for (std::int64_t position = 0; position < 12; ++position)
    for (std::int64_t i = 0; i < 3; ++i) {
      double up = 0;
      for (std::int64_t o = 0; o < 4; ++o)
        up += trained.harness.out_grad.values[position * 4 + o] *
              smoothed_weight(trained.weights().value[o * 3 + i], s, s, 4);
      const double u = trained.harness.inputs[0].values[position * 3 + i] / sa, code = std::nearbyint(u) + z;
      const bool inside = code >= 0 && code <= 15;
      of_factor += sa * up * (inside ? std::nearbyint(u) - u : clamp_code(code, 0, 15) - z);
      if (!inside) of_zero += up;
      CHECK(trained.harness.input_grads[0].values[position * 3 + i] ==
            Approx(inside ? up : 0).epsilon(1e-4).margin(1e-5));
    }
  CHECK(of_zero != 0);
  CHECK(trained.activation_factor().gradient[0] == Approx(of_factor).epsilon(1e-3).margin(1e-5));
  CHECK(trained.zero().gradient[0] == Approx(of_zero).epsilon(1e-3));
}

TEST_CASE("double rounding: one quantized product forward, none backward, and gradients of no stochastic rounding") {
  Trained trained(4, 17);
  CHECK(trained.harness.program.gemms().size() == 1);
  trained.harness.objective();
  trained.harness.backward();
  const Eigen::ArrayXf first = trained.weights().gradient;
  trained.harness.context.seed = 99;
  trained.harness.objective();
  trained.harness.backward();
  CHECK((trained.weights().gradient == first).all());
}

}  // namespace ampa::ops

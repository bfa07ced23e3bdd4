// What the quantizers of a layer saw, for comparison with the layer in FP32.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "numerics/quantizer.h"
#include "op_harness.h"
#include "quant/observer.h"

namespace ampa::ops {

// Keeps what every quantizer saw: the dequantized tensors are what the integer GEMMs stand for.
class KeepQuantized : public quant::Observer {
 public:
  struct Kept {
    std::vector<float> input, dequantized;
    float scale = 0;
  };
  void on_quantize(const quant::QuantizeEvent& event) override {
    Kept& kept = tensors[static_cast<std::size_t>(event.kind)];
    kept = {{}, {}, event.params.scale};
    const gemm::CodeTensor& codes = *event.codes;
    kept.input.assign(event.input, event.input + codes.num_codes());
    for (std::int64_t n = 0; n < codes.images; ++n)
      for (std::int64_t y = 0; y < codes.height; ++y)
        for (std::int64_t x = 0; x < codes.width; ++x)
          for (std::int64_t c = 0; c < codes.channels; ++c) {
            const numerics::QuantParams& params =
                !event.groups
                    ? event.params
                    : event.groups
                          ->params[static_cast<std::size_t>(event.groups->axis == quant::ScaleAxis::kImages ? n : c)];
            kept.dequantized.push_back(numerics::dequantize(codes.code_at(codes.offset(n, y, x) + c), params));
          }
    all.push_back(kept);
  }
  std::vector<Kept> all;  // in the order in which they were quantized
  const Kept& of(OperandKind kind) const { return tensors[static_cast<std::size_t>(kind)]; }

 private:
  Kept tensors[3];
};

template <typename Values>
void set_values(Values& values, const std::vector<float>& source) {
  values = Eigen::Map<const Eigen::ArrayXf>(source.data(), static_cast<Eigen::Index>(source.size()));
}

inline void check_close(const Eigen::ArrayXf& found, const Eigen::ArrayXf& expected) {
  REQUIRE(found.size() == expected.size());
  const float scale = expected.abs().maxCoeff();
  CHECK((found - expected).abs().maxCoeff() <= 2e-5f * scale);
}

inline double mean_abs_difference(const KeepQuantized::Kept& kept) {
  double sum = 0;
  for (std::size_t i = 0; i < kept.input.size(); ++i)
    sum += std::abs(static_cast<double>(kept.input[i]) - kept.dequantized[i]);
  return sum / static_cast<double>(kept.input.size());
}

}  // namespace ampa::ops

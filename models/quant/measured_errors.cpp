#include "quant/measured_errors.h"

#include <cstdlib>

#include "numerics/quantizer.h"

namespace ampa::quant {
namespace {

// visit(element, value, code, group) of every element in row-major order.
template <typename Visit>
void for_each_code(const FloatView& tensor, ScaleAxis axis, const gemm::CodeTensor& codes, const Visit& visit) {
  const std::vector<float> values = all_values(tensor);
  std::size_t element = 0;
  for (std::int64_t image = 0; image < codes.images; ++image)
    for (std::int64_t y = 0; y < codes.height; ++y)
      for (std::int64_t x = 0; x < codes.width; ++x) {
        const std::int64_t first = codes.offset(image, y, x);
        for (std::int64_t channel = 0; channel < codes.channels; ++channel, ++element) {
          const std::int64_t group = axis == ScaleAxis::kImages ? image : axis == ScaleAxis::kChannels ? channel : 0;
          visit(element, values[element], codes.code_at(first + channel), static_cast<std::size_t>(group));
        }
      }
}

}  // namespace

double distribution_shift(const FloatView& tensor, const ScaleGroups& scales, const gemm::CodeTensor& codes) {
  struct Sums {
    std::int64_t values = 0, codes = 0;  // A and B, in units of scale / 2^16
  };
  std::vector<Sums> sums(scales.params.size());
  for_each_code(tensor, scales.axis, codes, [&](std::size_t, float value, std::int32_t code, std::size_t group) {
    const numerics::QuantParams& params = scales.params[group];
    sums[group].values += std::abs(numerics::scaled_q16(value, params));
    sums[group].codes += std::abs(code - params.zero_point) * std::int64_t{65536};
  });
  double of_values = 0, of_codes = 0;
  for (std::size_t group = 0; group < sums.size(); ++group) {
    const double scale = scales.is_grouped() ? static_cast<double>(scales.params[group].scale) : 1.0;
    of_values += static_cast<double>(sums[group].values) * scale;
    of_codes += static_cast<double>(sums[group].codes) * scale;
  }
  return of_values == 0 ? 0 : std::abs(of_values - of_codes) / of_values;
}

double relative_error(const FloatView& tensor, const ScaleGroups& scales, const gemm::CodeTensor& codes) {
  double sum = 0;
  std::int64_t count = 0;
  for_each_code(tensor, scales.axis, codes, [&](std::size_t, float value, std::int32_t code, std::size_t group) {
    if (value == 0) return;
    const double x = value, of_code = numerics::dequantize(code, scales.params[group]);
    sum += std::abs(of_code - x) / std::abs(x);
    ++count;
  });
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

std::vector<double> quantization_errors(const FloatView& tensor, const ScaleGroups& scales,
                                        const gemm::CodeTensor& codes) {
  std::vector<double> errors(static_cast<std::size_t>(tensor.size()));
  for_each_code(tensor, scales.axis, codes,
                [&](std::size_t element, float value, std::int32_t code, std::size_t group) {
                  const double of_code = numerics::dequantize(code, scales.params[group]);
                  errors[element] = of_code - static_cast<double>(value);
                });
  return errors;
}

}  // namespace ampa::quant

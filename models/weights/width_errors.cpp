#include "weights/width_errors.h"

#include <cstring>

#include "numerics/double_rounding.h"
#include "weights/weight_codes.h"

namespace ampa::weights {

std::vector<StoredWeights> stored_weights(const ir::Network& network, const ir::Program& program, Bits high,
                                          ThreadPool& threads) {
  const std::vector<std::string> names = network.quantized_names();
  const std::vector<Tensor> tensors =
      weight_codes(network, program, std::vector<allocate::LayerBits>(names.size(), {high, high, high}), threads);
  const std::size_t num_parts = code_parts().size();
  std::vector<StoredWeights> result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Tensor &codes = tensors.at(num_parts * i), &scale = tensors.at(num_parts * i + 1);
    StoredWeights& weights = result.emplace_back();
    weights.layer = names[i];
    weights.bits = high;
    std::memcpy(&weights.scale, scale.bytes.data(), sizeof weights.scale);
    weights.codes.resize(codes.bytes.size());
    std::memcpy(weights.codes.data(), codes.bytes.data(), codes.bytes.size());
  }
  return result;
}

std::vector<double> width_errors(const StoredWeights& weights, const std::vector<Bits>& widths) {
  const double square = static_cast<double>(weights.scale) * static_cast<double>(weights.scale);
  std::vector<double> errors;
  for (const Bits width : widths) {
    std::int64_t sum = 0;
    for (const std::int8_t code : weights.codes) {
      const std::int32_t kept = numerics::double_round(code, weights.bits, width) * (1 << (weights.bits - width));
      sum += (kept - code) * (kept - code);
    }
    errors.push_back(static_cast<double>(sum) * square);
  }
  return errors;
}

}  // namespace ampa::weights

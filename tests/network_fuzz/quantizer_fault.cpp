// The quantizers of a step by rules of their own: what the product's tables hold is used for ranges alone.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "quant/clipping.h"
#include "training.h"

namespace ampa::network_fuzz {
namespace {

using numerics::QuantParams;
using numerics::Rounding;

// One of the tensors that a step quantized.
struct Quantized {
  std::string base;  // "L.gradient"
  OperandKind kind = OperandKind::kWeight;
  const quant::TensorRule* rule = nullptr;
  std::vector<QuantParams> groups;  // the kept ones
  numerics::RandomStream stream;
  const std::vector<double>*input = nullptr, *codes = nullptr;

  const QuantParams& params(std::size_t element) const { return groups[element % groups.size()]; }
};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

Quantized quantized(const Case& fuzzed, const Tensors& step, const std::string& base, std::int64_t index) {
  Quantized tensor;
  tensor.base = base;
  tensor.kind = ends_with(base, ".weight")                      ? OperandKind::kWeight
                : base.find(".activation") != std::string::npos ? OperandKind::kActivation
                                                                : OperandKind::kGradient;
  tensor.rule = &fuzzed.recipe.of(tensor.kind);
  const std::vector<double>& kept = step.at(base + ".params");
  for (std::size_t i = 0; i < kept.size(); i += 6)
    tensor.groups.push_back({{static_cast<Bits>(kept[i]), kept[i + 4] < 0},
                             static_cast<float>(kept[i + 1]),
                             static_cast<float>(kept[i + 2]),
                             static_cast<std::int32_t>(kept[i + 3]),
                             static_cast<std::int32_t>(kept[i + 4]),
                             static_cast<std::int32_t>(kept[i + 5])});
  tensor.stream = {fuzzed.seed, static_cast<std::uint32_t>(index),
                   static_cast<std::uint32_t>(step.at(base + ".stream")[0])};
  tensor.input = &step.at(base + ".input");
  tensor.codes = &step.at(base + ".codes");
  return tensor;
}

std::int32_t expected_code(double x, const QuantParams& params, Rounding rounding, std::uint32_t random) {
  const double scaled = static_cast<float>(x) * params.inv_scale, z = params.zero_point;
  double code = std::nearbyint(scaled);
  if (rounding == Rounding::kFloor) code = std::floor(scaled);
  if (rounding == Rounding::kHalfAway) code = std::copysign(std::floor(std::abs(scaled) + 0.5), scaled);
  if (rounding == Rounding::kStochastic) {
    const double u = std::min(std::max(scaled, params.min_code - z), params.max_code - z);
    code = std::floor((std::floor(u * 65536) + random) / 65536);
  }
  return static_cast<std::int32_t>(std::min(std::max(code + z, double(params.min_code)), double(params.max_code)));
}

// Parameters that follow from the step's values alone, for rules that keep nothing.
std::string params_fault(const Quantized& tensor) {
  const quant::ClippingRule& clipping = *tensor.rule->clipping.rule;
  const std::size_t count = tensor.groups.size();
  for (std::size_t group = 0; group < count; ++group) {
    std::vector<float> values;
    numerics::Range range;
    for (std::size_t i = group; i < tensor.input->size(); i += count) {
      values.push_back(static_cast<float>((*tensor.input)[i]));
      range = including(range, values.back());
    }
    if (!range.finite) return tensor.base + ": not finite";
    if (clipping.memory > 0) continue;
    quant::ClippingTask task;
    task.group = {values.data(), static_cast<std::int64_t>(values.size()), static_cast<std::int64_t>(group),
                  static_cast<std::int64_t>(count)};
    task.found = range;
    const QuantParams& kept = tensor.groups[group];
    task.encoding = tensor.rule->in_training(kept.format.bits);
    task.encoding.stream = tensor.stream;
    const numerics::Range clipped = tensor.rule->clipping.clip(task);
    const QuantParams expected = tensor.rule->form->name == "affine"
                                     ? numerics::asymmetric_params(clipped.min, clipped.max, kept.format.bits)
                                 : tensor.rule->form->name == "symmetric"
                                     ? numerics::symmetric_params(std::max(-clipped.min, clipped.max), kept.format.bits)
                                     : tensor.rule->form->params(clipped, kept.format.bits);
    if (expected.scale != kept.scale || expected.inv_scale != kept.inv_scale || expected.zero_point != kept.zero_point)
      return fmt::format("{}: group {}: scale {}, but its range [{}, {}] gives {}", tensor.base, group, kept.scale,
                         range.min, range.max, expected.scale);
  }
  return "";
}

std::string codes_fault(const Quantized& tensor) {
  for (std::size_t i = 0; i < tensor.input->size(); ++i) {
    const bool is_random = tensor.rule->rounding == Rounding::kStochastic;
    const std::int32_t code = expected_code((*tensor.input)[i], tensor.params(i), tensor.rule->rounding,
                                            is_random ? tensor.stream.bits16(i) : 0);
    if (code != (*tensor.codes)[i])
      return fmt::format("{}[{}]: {} has the code {} instead of {}", tensor.base, i, (*tensor.input)[i],
                         (*tensor.codes)[i], code);
  }
  return "";
}

// Where rates fall with a deviation that this step has searched: one tensor's, or the largest of its groups'.
std::string rate_fault(const Case& fuzzed, const Tensors& step, const Quantized& tensor, std::int64_t index) {
  const std::string layer = tensor.base.substr(0, tensor.base.rfind('.'));
  const auto factor = step.find(layer + ".weight.rate_factor");
  if (factor == step.end()) return "";  // a product of two activations
  const double found = factor->second[0];
  if (!fuzzed.recipe.rate_scaling) return found == 1 ? "" : layer + ": a rate factor that nobody asked for";
  if (index % fuzzed.quantization.at("clip_period").get<std::int64_t>() != 0) return "";
  double most = 0;
  for (std::size_t group = 0; group < tensor.groups.size(); ++group) {
    double product = 0, of_values = 0, of_codes = 0;
    for (std::size_t i = group; i < tensor.input->size(); i += tensor.groups.size()) {
      const double x = (*tensor.input)[i];
      const double value = ((*tensor.codes)[i] - tensor.params(i).zero_point) * double{tensor.params(i).scale};
      product += x * value;
      of_values += x * x;
      of_codes += value * value;
    }
    if (of_values > 0) most = std::max(most, of_codes == 0 ? 1 : 1 - product / std::sqrt(of_values * of_codes));
  }
  const double expected = std::max(std::exp(-20 * most), 0.1);
  return std::abs(found - expected) < 1e-5 ? "" : fmt::format("{}: rate factor {}, not {}", layer, found, expected);
}

}  // namespace

std::string quantizer_fault(const Case& fuzzed, const Tensors& step, std::int64_t index) {
  for (const auto& [name, input] : step) {
    if (!ends_with(name, ".input")) continue;
    const Quantized tensor = quantized(fuzzed, step, name.substr(0, name.size() - 6), index);
    if (const std::string fault = params_fault(tensor); !fault.empty()) return fault;
    if (const std::string fault = codes_fault(tensor); !fault.empty()) return fault;
    if (!ends_with(tensor.base, ".gradient")) continue;
    if (const std::string fault = rate_fault(fuzzed, step, tensor, index); !fault.empty()) return fault;
  }
  return "";
}

}  // namespace ampa::network_fuzz

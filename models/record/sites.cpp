#include "record/sites.h"

#include "common/error.h"

namespace ampa::record {

std::string_view site_name(OperandKind kind) {
  switch (kind) {
    case OperandKind::kWeight:
      return "weights";
    case OperandKind::kActivation:
      return "activations";
    case OperandKind::kGradient:
      return "gradients";
  }
  throw RunError("record: a kind of operand outside the enumeration");
}

namespace {

// Of either struct of three numbers.
template <typename Layer>
auto& number_of(Layer& layer, OperandKind kind) {
  return kind == OperandKind::kWeight ? layer.w : kind == OperandKind::kActivation ? layer.a : layer.g;
}

template <typename Number, typename Layer>
std::vector<Number> spread(const Sites& sites, const std::vector<Layer>& layers) {
  std::vector<Number> numbers;
  for (std::size_t i = 0; i < sites.size(); ++i) numbers.push_back(number_of(layers[sites[i].layer], sites[i].kind));
  return numbers;
}

template <typename Layer, typename Number>
std::vector<Layer> gather(const Sites& sites, const std::vector<Number>& numbers) {
  std::vector<Layer> layers(sites.num_layers(), Layer{0, 0, 0});
  for (std::size_t i = 0; i < sites.size(); ++i) number_of(layers[sites[i].layer], sites[i].kind) = numbers[i];
  return layers;
}

}  // namespace

Sites::Sites(const std::vector<bool>& have_weights) : num_layers_(have_weights.size()) {
  for (std::size_t layer = 0; layer < num_layers_; ++layer)
    for (const OperandKind kind : {OperandKind::kWeight, OperandKind::kActivation, OperandKind::kGradient})
      if (kind != OperandKind::kWeight || have_weights[layer]) sites_.push_back({layer, kind});
}

std::optional<std::size_t> Sites::find(std::size_t layer, OperandKind kind) const {
  for (std::size_t i = 0; i < sites_.size(); ++i)
    if (sites_[i].layer == layer && sites_[i].kind == kind) return i;
  return std::nullopt;
}

std::vector<std::size_t> Sites::of_job(std::size_t layer, gemm::OperandKinds operands) const {
  return {find(layer, operands.first).value(), find(layer, operands.second).value()};
}

std::vector<Bits> Sites::by_site(const std::vector<allocate::LayerBits>& layers) const {
  return spread<Bits>(*this, layers);
}

std::vector<double> Sites::by_site(const std::vector<allocate::LayerSensitivity>& layers) const {
  return spread<double>(*this, layers);
}

std::vector<allocate::LayerBits> Sites::bits_by_layer(const std::vector<Bits>& numbers) const {
  return gather<allocate::LayerBits>(*this, numbers);
}

std::vector<allocate::LayerSensitivity> Sites::sensitivities_by_layer(const std::vector<double>& numbers) const {
  return gather<allocate::LayerSensitivity>(*this, numbers);
}

}  // namespace ampa::record

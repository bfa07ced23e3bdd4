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

template <typename Number, typename Layer>
std::vector<Number> spread(const std::vector<Layer>& layers) {
  std::vector<Number> sites;
  for (const Layer& layer : layers) sites.insert(sites.end(), {layer.w, layer.a, layer.g});
  return sites;
}

template <typename Layer, typename Number>
std::vector<Layer> gather(const std::vector<Number>& sites) {
  std::vector<Layer> layers;
  for (std::size_t i = 0; i + kSitesPerLayer <= sites.size(); i += kSitesPerLayer)
    layers.push_back({sites[i], sites[i + 1], sites[i + 2]});
  return layers;
}

}  // namespace

std::vector<Bits> by_site(const std::vector<allocate::LayerBits>& layers) {
  return spread<Bits>(layers);
}

std::vector<double> by_site(const std::vector<allocate::LayerSensitivity>& layers) {
  return spread<double>(layers);
}

std::vector<allocate::LayerBits> bits_by_layer(const std::vector<Bits>& sites) {
  return gather<allocate::LayerBits>(sites);
}

std::vector<allocate::LayerSensitivity> sensitivities_by_layer(const std::vector<double>& sites) {
  return gather<allocate::LayerSensitivity>(sites);
}

}  // namespace ampa::record

// The sites of a run: where its tensors are quantized. Widths and sensitivities of a record are one number per site.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "allocate/bit_allocation.h"
#include "gemm/gemm_job.h"

namespace ampa::record {

std::string_view site_name(OperandKind kind);  // "weights", "activations", "gradients"

struct SiteOfLayer {
  std::size_t layer = 0;
  OperandKind kind = OperandKind::kWeight;
};

// Layers in the record's order, of each its weights, if it has some, its activations and its gradients.
class Sites {
 public:
  // One flag a layer.
  explicit Sites(const std::vector<bool>& have_weights);

  std::size_t size() const { return sites_.size(); }
  const SiteOfLayer& operator[](std::size_t site) const { return sites_[site]; }
  std::size_t num_layers() const { return num_layers_; }
  std::optional<std::size_t> find(std::size_t layer, OperandKind kind) const;
  // Of both operands of a job of the layer, each of which it has.
  std::vector<std::size_t> of_job(std::size_t layer, gemm::OperandKinds operands) const;

  // From one entry per layer to one per site, and back; what a layer does not have becomes 0.
  std::vector<Bits> by_site(const std::vector<allocate::LayerBits>& layers) const;
  std::vector<double> by_site(const std::vector<allocate::LayerSensitivity>& layers) const;
  std::vector<allocate::LayerBits> bits_by_layer(const std::vector<Bits>& numbers) const;
  std::vector<allocate::LayerSensitivity> sensitivities_by_layer(const std::vector<double>& numbers) const;

 private:
  std::vector<SiteOfLayer> sites_;
  std::size_t num_layers_;
};

}  // namespace ampa::record

// The sites of a run: where its tensors are quantized. Widths and sensitivities of a record are one number per site.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "allocate/bit_allocation.h"
#include "gemm/gemm_job.h"

namespace ampa::record {

std::string_view site_name(OperandKind kind);  // "weights", "activations", "gradients"

constexpr std::size_t kSitesPerLayer = 3;

// Site number kSitesPerLayer * layer + kind: layers in the record's order, of each its weights, activations, gradients.
constexpr std::size_t site_index(std::size_t layer, OperandKind kind) {
  return kSitesPerLayer * layer + static_cast<std::size_t>(kind);
}

// From one entry per layer to one per site, and back; `sites` holds kSitesPerLayer for each layer.
std::vector<Bits> by_site(const std::vector<allocate::LayerBits>& layers);
std::vector<double> by_site(const std::vector<allocate::LayerSensitivity>& layers);
std::vector<allocate::LayerBits> bits_by_layer(const std::vector<Bits>& sites);
std::vector<allocate::LayerSensitivity> sensitivities_by_layer(const std::vector<double>& sites);

}  // namespace ampa::record

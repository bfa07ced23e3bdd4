// How the layers that a network marks as quantized compute: by the name that users give it.
//
// To add one that says which widths there are: the row of its allocator (allocate/allocator.h). One that says how
// tensors are quantized: its file scheme_NAME.cpp, a function that gives its row, and its line in scheme.cpp.
#pragma once

#include <string>
#include <vector>

#include "allocate/allocator.h"

namespace ampa::train {

// How the tensors of one kind are quantized, by the names of the tables: numerics::scale_forms(),
// quant::clipping_rules() and numerics::rounding_rules(). Without a clipping rule it is that of the setting `clipping`.
struct OperandRules {
  std::string scale, clipping, rounding;
};

// A row of the table; by default that of AMPA.
struct Scheme {
  std::string name = "ampa";
  std::string allocator = "ampa";  // of allocate::allocators(); empty: FP32, nothing is quantized
  Bits fixed_bits = 8;             // allocate::AllocatorConfig::fixed_bits
  std::string description = {};
  // What each of these is unless a setting says otherwise (recipe_settings.h).
  OperandRules weights = {"symmetric", "", "nearest"};
  OperandRules activations = {"affine", "", "nearest"};
  OperandRules gradients = {"symmetric", "", "stochastic"};
  std::string gradient_scales = "tensor";  // "channel": ir::Recipe::gradient_by_channel
  std::string rate_scaling = "none";       // "deviation": ir::Recipe::rate_scaling
  std::string weight_update = "fp32";      // "fixed_point": ir::Recipe::fixed_point_update
  std::string batch_norm = "fp32";         // "fixed_point": ir::Recipe::fixed_point_batch_norm

  bool quantizes() const { return !allocator.empty(); }
  // What decides the widths; null if nothing is quantized.
  const allocate::AllocatorInfo* allocator_info() const;
};

// The table: fp32, then the schemes of every allocator: int2 .. int8, ampa, fixed ..; then those with rules of their
// own.
const std::vector<Scheme>& schemes();
std::vector<std::string> scheme_names();
// Those that quantize tensors by their ranges, by rules that settings choose.
std::vector<std::string> schemes_with_ranges();
std::vector<std::string> schemes_of(const allocate::AllocatorInfo& allocator);

Scheme scheme_from_string(const std::string& name, const std::string& source);  // throws InputError
inline const std::string& to_string(const Scheme& scheme) {
  return scheme.name;
}

}  // namespace ampa::train

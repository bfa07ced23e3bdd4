// What an op is: how a description names it, what it reads there, and which instructions it becomes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ir/network.h"
#include "ir/program.h"
#include "ops/conv_geometry.h"

namespace ampa::ir {
class Builder;
}

namespace ampa::ops {

class AttributeReader;

// Of an op's forward GEMM, for one image.
struct GemmSize {
  std::int64_t macs = 0;
  std::int64_t num_weights = 0;
  std::int64_t fan_in = 1;  // depth of the weights
};
inline GemmSize size_of(const ConvGeometry& geometry) {
  return {geometry.macs(), geometry.num_weights(), geometry.depth()};
}

enum class QuantizedKey { kRequired, kOff };  // whether it must be there; off: false if it is not

constexpr std::size_t kAnyInputs = 0;  // as a number of inputs: one or more

// To add one: a file in this folder that defines it, its declaration and its line in ops/table.cpp.
struct Op {
  std::string_view name;  // the "type" of a network's description
  std::size_t num_inputs = 1;
  // Reads the op's own keys into `layer` and sets its output's shape; name, inputs and layer.in, that of inputs[0], are
  // set. Throws InputError by way of the reader.
  void (*read)(AttributeReader& reader, ir::Layer& layer) = nullptr;
  // Writes the forward instructions and hands the builder what writes the backward half. Returns the output.
  ir::ValueId (*expand)(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) = nullptr;
  // Null if the op has no GEMMs. One that has them has the key "quantized".
  GemmSize (*gemm_size)(const ir::Layer& layer) = nullptr;
  // The first parameter, if there is one, is drawn uniformly in +-sqrt(gain / fan_in), with a fan-in of 1 if there are
  // no GEMMs; 0: left as expand() made it.
  double initial_gain = 0;
  QuantizedKey quantized_key = QuantizedKey::kRequired;
};

extern const Op kConv2d, kLinear, kBatchNorm, kRelu, kAdd, kShortcutPad, kMaxPool, kAveragePool, kGlobalAveragePool;
extern const Op kRelu6, kGelu, kScale, kDropout;
extern const Op kConcat, kSliceChannels, kFlatten, kTokens, kReshape, kUpsample, kAdaptiveAveragePool;
extern const Op kSoftmax, kLayerNorm, kMatmul, kSplitHeads, kMergeHeads;
extern const Op kPad, kConvTranspose2d;
extern const Op kTokenLinear, kEmbedding, kPositionEncoding, kClassToken, kSelectToken;

}  // namespace ampa::ops

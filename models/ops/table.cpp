#include "ops/table.h"

#include <fmt/format.h>

#include <stdexcept>

namespace ampa::ops {

const std::vector<const Op*>& op_table() {
  static const std::vector<const Op*> table = {
      &kConv2d,       //
      &kLinear,       //
      &kBatchNorm,    //
      &kRelu,         //
      &kAdd,          //
      &kShortcutPad,  //
      &kMaxPool,      //
      &kAveragePool,  //
      &kGlobalAveragePool,
      &kRelu6,
      &kGelu,
      &kScale,
      &kDropout,
      &kConcat,
      &kSliceChannels,
      &kFlatten,
      &kTokens,
      &kReshape,
      &kUpsample,
      &kAdaptiveAveragePool,
      &kSoftmax,
      &kLayerNorm,
      &kMatmul,
      &kSplitHeads,
      &kMergeHeads,
      &kTokenLinear,
      &kEmbedding,
      &kPositionEncoding,
      &kClassToken,
      &kSelectToken,
      &kPad,
      &kConvTranspose2d  //
  };
  return table;
}

const Op* find_op(std::string_view name) {
  for (const Op* op : op_table())
    if (op->name == name) return op;
  return nullptr;
}

const Op& op_of(const ir::Layer& layer) {
  const Op* const op = find_op(layer.op);
  if (!op) throw std::logic_error(fmt::format("layer '{}': no op of the name '{}'", layer.name, layer.op));
  return *op;
}

std::int64_t macs(const ir::Layer& layer) {
  const Op& op = op_of(layer);
  if (!op.gemm_size) return 0;
  const auto bias = layer.numbers.find(kCountedBiasMacs);
  return op.gemm_size(layer).macs + (bias == layer.numbers.end() ? 0 : static_cast<std::int64_t>(bias->second));
}

std::int64_t num_weights(const ir::Layer& layer) {
  const Op& op = op_of(layer);
  return op.gemm_size ? op.gemm_size(layer).num_weights : 0;
}

}  // namespace ampa::ops

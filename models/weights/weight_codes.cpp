#include "weights/weight_codes.h"

#include "numerics/two_level.h"
#include "quant/tensor_quantizer.h"
#include "weights/network_state.h"

namespace ampa::weights {
namespace {

// The weights as the trainer's quantizer is given them.
quant::FloatView view_of(const StateTensor& weights) {
  const std::vector<std::int64_t>& shape = weights.shape;
  if (shape.size() == 4) return {weights.values->data(), shape[0], shape[1], shape[2], shape[3]};
  return {weights.values->data(), shape[0], 1, 1, shape[1]};
}

void add_codes(const StateTensor& weights, Bits bits, const numerics::ClippingRule& rule, ThreadPool& threads,
               std::vector<Tensor>& tensors) {
  const quant::FloatView view = view_of(weights);
  const kernels::Range found = quant::measure_range(view, threads);
  const numerics::QuantParams params =
      bits == 1 ? numerics::two_level_params()
                : numerics::symmetric_params(numerics::max_abs(rule.clip({found.min, found.max})), bits);
  gemm::CodeTensor codes;
  quant::quantize(view, params, quant::dense_layout(view), std::nullopt, threads, codes);
  const std::vector<CodePart>& parts = code_parts();
  tensors.push_back(make_tensor(weights.name + parts[0].suffix, weights.shape,
                                reinterpret_cast<const std::int8_t*>(codes.bytes.data()), view.size()));
  tensors.push_back(make_tensor(weights.name + parts[1].suffix, {1}, &params.scale, 1));
  tensors.push_back(make_tensor(weights.name + parts[2].suffix, {1}, &params.zero_point, 1));
}

}  // namespace

const std::vector<CodePart>& code_parts() {
  static const std::vector<CodePart> parts = {
      {".codes", "I8", true}, {".scale", "F32", false}, {".zero_point", "I32", false}};
  return parts;
}

const CodePart* code_part(std::string_view name) {
  for (const CodePart& part : code_parts())
    if (name.size() > part.suffix.size() && name.substr(name.size() - part.suffix.size()) == part.suffix) return &part;
  return nullptr;
}

std::vector<Tensor> weight_codes(const ir::Network& network, const ir::Program& graph,
                                 const std::vector<allocate::LayerBits>& bits, const numerics::ClippingRule& rule,
                                 ThreadPool& threads) {
  std::vector<Tensor> tensors;
  const std::vector<int> quantized = network.quantized_layers();
  const std::vector<StateTensor> state = state_tensors(graph);
  for (std::size_t i = 0; i < quantized.size(); ++i) {
    const std::string name = network.layers[static_cast<std::size_t>(quantized[i])].name + ".weight";
    for (const StateTensor& weights : state)
      if (weights.name == name) add_codes(weights, bits.at(i).w, rule, threads, tensors);
  }
  return tensors;
}

}  // namespace ampa::weights

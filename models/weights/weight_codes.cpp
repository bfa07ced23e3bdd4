#include "weights/weight_codes.h"

#include "ir/learned_scale.h"
#include "numerics/double_rounding.h"
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

// The learned scale of a layer's weights, of programs that train several widths.
std::optional<float> learned_scale(const std::string& layer, const ir::Program& graph) {
  Eigen::ArrayXf* unit = nullptr;
  for (const ir::Buffer& buffer : graph.buffers())
    if (buffer.name == layer + ".weight_scale_unit") unit = buffer.value;
  for (ir::Parameter* parameter : graph.parameters())
    if (unit != nullptr && (*unit)[0] != 0 && parameter->name == layer + ".weight_scale")
      return ir::LearnedScale{*parameter, *unit}.value();
  return std::nullopt;
}

numerics::QuantParams params_of(const quant::FloatView& view, const ir::Site& site, const quant::Encoding& encoding,
                                Bits bits, const ir::Program& graph, ThreadPool& threads) {
  if (const auto scale = learned_scale(site.layer, graph)) return numerics::full_range_params(*scale, bits);
  quant::ClippingMemory memory;
  if (site.memory) memory = {site.memory->data(), site.memory->size()};
  return quant::choose_scales(view, quant::ScaleAxis::kNone, site.rule, encoding, std::nullopt, 0, false, memory,
                              threads)
      .params.front();
}

void add_codes(const StateTensor& weights, const ir::Site& site, Bits bits, const ir::Program& graph,
               ThreadPool& threads, std::vector<Tensor>& tensors) {
  const quant::FloatView view = view_of(weights);
  const quant::Encoding encoding = site.rule.in_evaluation(bits);
  const numerics::QuantParams params = params_of(view, site, encoding, bits, graph, threads);
  gemm::CodeTensor codes;
  quant::quantize(view, params, quant::dense_layout(view), {encoding.rounding, {}, false}, threads, codes);
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
                                 const std::vector<allocate::LayerBits>& bits, ThreadPool& threads) {
  std::vector<Tensor> tensors;
  const std::vector<int> quantized = network.quantized_layers();
  const std::vector<StateTensor> state = state_tensors(graph);
  const std::vector<ir::QuantizedLayer*> layers = graph.quantized_layers();
  for (std::size_t i = 0; i < quantized.size(); ++i) {
    const std::string name = network.layers[static_cast<std::size_t>(quantized[i])].name + ".weight";
    for (const StateTensor& weights : state)
      if (weights.name == name) add_codes(weights, layers.at(i)->weights, bits.at(i).w, graph, threads, tensors);
  }
  return tensors;
}

}  // namespace ampa::weights

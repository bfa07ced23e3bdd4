#include "ir/builder.h"

#include "ir/stream_rows.h"

namespace ampa::ir {

ValueId Builder::input(const Shape& shape) {
  code_.inputs.push_back(value("input", shape));
  return code_.inputs.back();
}

ValueId Builder::value(const std::string& name, const Shape& shape) {
  code_.values.push_back({name, shape});
  return static_cast<ValueId>(code_.values.size()) - 1;
}

Parameter& Builder::parameter(const std::string& name, std::vector<std::int64_t> shape) {
  Parameter& parameter = store_->parameters.emplace_back();
  parameter.name = name;
  parameter.shape = std::move(shape);
  std::int64_t size = with_values_ ? 1 : 0;
  for (const std::int64_t extent : parameter.shape) size *= extent;
  parameter.value = parameter.gradient = Eigen::ArrayXf::Zero(size);
  return parameter;
}

Eigen::ArrayXf& Builder::buffer(const std::string& name, std::int64_t size, BufferOf of) {
  Eigen::ArrayXf& values = store_->buffer_values.emplace_back(Eigen::ArrayXf::Zero(size));
  store_->buffers.push_back({name, &values, of});
  return values;
}

Parameter& Builder::shadow(const std::string& name) {
  Parameter& parameter = store_->shadows.emplace_back();
  parameter.name = name;
  return parameter;
}

Codes& Builder::codes() {
  return store_->codes.emplace_back();
}

QuantizedLayer* Builder::quantized_layer(const Layer& layer) {
  if (!layer.quantized || arithmetic_ == Arithmetic::kFp32) return nullptr;
  const auto index = static_cast<std::uint32_t>(store_->quantized_layers.size());
  QuantizedLayer& sites = store_->quantized_layers.emplace_back(layer.name, index, recipe_);
  keep_memory(sites.weights, "weight", 1);
  keep_memory(sites.activations, "activation", 1);
  keep_memory(sites.gradients, "gradient", layer.out.channels);
  if (sites.data_gradients) keep_memory(*sites.data_gradients, "data_gradient", 1);
  return &sites;
}

// `channels` are the groups of a site with a scale for every channel.
void Builder::keep_memory(Site& site, const std::string& name, std::int64_t channels) {
  const int numbers = site.rule.clipping.rule->memory;
  if (numbers == 0) return;
  const std::int64_t groups = site.scale_axis == quant::ScaleAxis::kChannels ? channels : 1;
  site.memory = &buffer(site.layer + "." + name + ".clipping", groups * numbers, BufferOf::kTraining);
}

Program Builder::finish(ValueId output, bool stream, bool wants_input_gradients) {
  code_.output = output;
  std::set<ValueId> without;
  if (!wants_input_gradients) without.insert(code_.inputs.begin(), code_.inputs.end());
  Gradients gradients(code_, without);
  gradients.start(output);
  for (auto part = backward_.rbegin(); part != backward_.rend(); ++part) gradients.run(part->first, part->second);
  if (wants_input_gradients)
    for (const ValueId input : code_.inputs) code_.input_gradients.push_back(gradients.of(input));
  if (stream) stream_rows(code_);
  return Program(std::move(code_), std::move(store_));
}

}  // namespace ampa::ir

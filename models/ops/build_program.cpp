#include "ops/build_program.h"

#include <cmath>

#include "numerics/random_stream.h"
#include "ops/table.h"

namespace ampa::ops {
namespace {

// `index` is the layer's number in the network and addresses its random numbers.
void initialise(ir::Parameter& weights, double fan_in, double gain, std::uint64_t seed, std::uint32_t index) {
  const double bound = std::sqrt(gain / fan_in);
  const numerics::RandomStream stream{seed, index, static_cast<std::uint32_t>(numerics::StreamPurpose::kInitialise)};
  for (Eigen::Index i = 0; i < weights.value.size(); ++i) {
    const double unit = (stream.bits32(static_cast<std::uint64_t>(i)) + 0.5) * 0x1p-31 - 1;  // in (-1, 1)
    weights.value[i] = static_cast<float>(unit * bound);
  }
}

}  // namespace

ir::Program build_program(const ir::Network& network, ir::Arithmetic arithmetic, std::optional<std::uint64_t> seed,
                          Streaming streaming, const ir::Recipe& recipe) {
  ir::Builder builder(arithmetic, seed.has_value(), recipe);
  const ir::ValueId images = builder.input(network.input);
  std::vector<ir::ValueId> outputs;  // by layer
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const ir::Layer& layer = network.layers[i];
    const Op& op = op_of(layer);
    std::vector<ir::ValueId> inputs;
    for (const int input : layer.inputs)
      inputs.push_back(input == ir::kNetworkInput ? images : outputs[static_cast<std::size_t>(input)]);
    const std::size_t first_parameter = builder.parameters().size();
    outputs.push_back(op.expand(layer, inputs, builder));
    if (op.initial_gain > 0 && seed && builder.parameters().size() > first_parameter)
      initialise(builder.parameters()[first_parameter],
                 op.gemm_size ? static_cast<double>(op.gemm_size(layer).fan_in) : 1.0, op.initial_gain, *seed,
                 static_cast<std::uint32_t>(i));
  }
  if (seed)
    for (ir::Parameter& parameter : builder.parameters())
      if (parameter.starts_from)
        parameter.value = ir::mean_magnitudes(parameter.starts_from->value, parameter.value.size());
  return builder.finish(outputs.back(), streaming == Streaming::kOn);
}

}  // namespace ampa::ops

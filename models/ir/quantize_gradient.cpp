#include "ir/quantize_gradient.h"

#include "quant/tensor_rule.h"

namespace ampa::ir {

void QuantizeGradient::run(Frame&, StepContext& context) {
  constexpr float kUnit = 0x1p-14f;
  Eigen::ArrayXf& gradient = parameter_.gradient;
  const quant::FloatView view(gradient.data(), 1, 1, 1, gradient.size());
  const numerics::QuantParams params =
      numerics::scale_form("power_of_two", "gradient").params(quant::measure_range(view, *context.threads), kMaxBits);
  const numerics::RandomStream stream{context.seed, static_cast<std::uint32_t>(context.step), tensor_};
  for (Eigen::Index i = 0; i < gradient.size(); ++i) {
    const std::uint32_t random = stream.bits16(static_cast<std::uint64_t>(i));
    gradient[i] = static_cast<float>(numerics::quantize_stochastic(gradient[i], params, random)) * kUnit;
  }
}

}  // namespace ampa::ir

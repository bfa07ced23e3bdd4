#include "ir/program.h"

#include "ir/memory.h"

namespace ampa::ir {

Program::Program(Code code, std::unique_ptr<Store> store)
    : store_(std::move(store)), code_(std::move(code)), plan_(plan_memory(code_)) {
  frame_.arrange(plan_.place_of);
}

const Tensor& Program::forward(const std::vector<const Tensor*>& inputs, StepContext& context) {
  for (std::size_t i = 0; i < inputs.size(); ++i) frame_.lend(code_.inputs.at(i), *inputs[i]);
  for (std::size_t i = 0; i < code_.forward.size(); ++i) {
    Instruction& instruction = *code_.forward[i];
    if (plan_.is_new[i]) frame_[instruction.writes()[0]].values.forget();
    instruction.run(frame_, context);
  }
  return frame_.at(code_.output);
}

void Program::backward(const Tensor& output_gradient, StepContext& context) {
  const std::int64_t images = output_gradient.images;
  const auto size_of = [&](ValueId value) {
    return code_.values[static_cast<std::size_t>(value)].shape.size() * images;
  };
  frame_[code_.output_gradient].values = gradient_memory_.take(size_of(code_.output_gradient));
  frame_[code_.output_gradient] = output_gradient;
  for (std::size_t i = 0; i < code_.backward.size(); ++i) {
    for (const ValueId value : plan_.taken[i]) frame_[value].values = gradient_memory_.take(size_of(value));
    code_.backward[i]->run(frame_, context);
    for (const ValueId value : plan_.released[i]) gradient_memory_.give(std::move(frame_[value].values));
  }
}

std::vector<Parameter*> Program::parameters() const {
  std::vector<Parameter*> all;
  for (Parameter& parameter : store_->parameters) all.push_back(&parameter);
  return all;
}

std::vector<QuantizedLayer*> Program::quantized_layers() const {
  std::vector<QuantizedLayer*> all;
  for (QuantizedLayer& layer : store_->quantized_layers) all.push_back(&layer);
  return all;
}

}  // namespace ampa::ir

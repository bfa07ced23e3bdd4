#include "ir/gradients.h"

#include <stdexcept>

namespace ampa::ir {
namespace {

// target += term, image by image. What was known of a sum's terms is not known of the sum.
class Accumulate : public Instruction {
 public:
  Accumulate(ValueId target, ValueId term) : Instruction({target, term}, {target}) {}
  void run(Frame& frame, StepContext& context) override {
    Tensor& sum = frame[writes()[0]];
    const Tensor& term = frame.at(reads()[1]);
    sum.range.reset();
    context.threads->for_each_part(sum.images,
                                   [&](std::int64_t image) { image_array(sum, image) += image_array(term, image); });
  }
};

class Copy : public Instruction {
 public:
  Copy(ValueId source, ValueId target) : Instruction({source}, {target}) {}
  void run(Frame& frame, StepContext& context) override {
    const Tensor& source = frame.at(reads()[0]);
    Tensor& target = frame[writes()[0]];
    target.resize(source.shape());
    context.threads->for_each_part(
        source.images, [&](std::int64_t image) { image_array(target, image) = image_array(source, image); });
  }
};

}  // namespace

void Gradients::start(ValueId output) {
  code_.output_gradient = make(output);
}

void Gradients::run(ValueId output, const Backward& backward) {
  const auto found = gradient_of_.find(output);
  if (found == gradient_of_.end()) throw std::logic_error("gradients: a value that nothing reads");
  const ValueId gradient = found->second;
  backward(*this, gradient);
  waiting_for_[gradient].erase(output);
}

// A gradient of its own for a value.
ValueId Gradients::make(ValueId value) {
  const auto gradient = static_cast<ValueId>(code_.values.size());
  const Value& of = code_.values[static_cast<std::size_t>(value)];
  code_.values.push_back({of.name + ".gradient", of.shape});
  gradient_of_[value] = gradient;
  waiting_for_[gradient].insert(value);
  return gradient;
}

// The gradient of a value that has one, to be changed: a copy if it is another value's as well.
ValueId Gradients::own(ValueId value) {
  const ValueId shared = gradient_of_.at(value);
  if (waiting_for_[shared].size() == 1) return shared;
  waiting_for_[shared].erase(value);
  const ValueId copy = make(value);
  emit<Copy>(shared, copy);
  return copy;
}

void Gradients::accumulate(ValueId value, ValueId term) {
  emit<Accumulate>(own(value), term);
}

void Gradients::write(ValueId value, const std::function<void(ValueId target)>& emit_into) {
  if (!wants(value)) return;
  if (gradient_of_.count(value) == 0) return emit_into(make(value));
  const auto term = static_cast<ValueId>(code_.values.size());
  code_.values.push_back(code_.values[static_cast<std::size_t>(gradient_of_.at(value))]);
  emit_into(term);
  accumulate(value, term);
}

void Gradients::write_or_add(ValueId value, const std::function<void(ValueId target, bool add)>& emit_into) {
  if (!wants(value)) return;
  const bool add = gradient_of_.count(value) == 1;
  emit_into(add ? own(value) : make(value), add);
}

void Gradients::pass(ValueId value, ValueId gradient) {
  if (!wants(value)) return;
  if (gradient_of_.count(value) == 1) return accumulate(value, gradient);
  gradient_of_[value] = gradient;
  waiting_for_[gradient].insert(value);
}

void Gradients::write_in_place(ValueId value, ValueId gradient, const std::function<void(ValueId target)>& emit_into) {
  if (!wants(value)) return;
  if (waiting_for_[gradient].size() > 1) return write(value, emit_into);
  emit_into(gradient);
  pass(value, gradient);
}

}  // namespace ampa::ir

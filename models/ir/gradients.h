// The pass that writes the backward half of a program, in the reverse order of the layers.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "ir/program.h"

namespace ampa::ir {

// Which value is the gradient of which. Contributions to one gradient are added in the order in which they are written.
class Gradients {
 public:
  // Values of which no gradient is wanted: the network's input.
  Gradients(Code& code, const std::set<ValueId>& without) : code_(code), without_(without) {}

  // What a layer calls to write its backward half; `gradient` is that of its output.
  using Backward = std::function<void(Gradients&, ValueId gradient)>;
  // The layer's gradient is complete: all who read `output` have contributed.
  void run(ValueId output, const Backward& backward);
  void start(ValueId output);  // whose gradient is given: the logits

  ValueId of(ValueId value) const { return gradient_of_.at(value); }  // once there is one
  bool wants(ValueId value) const { return without_.count(value) == 0; }

  template <typename Kind, typename... Arguments>
  Kind& emit(Arguments&&... arguments) {
    code_.backward.push_back(std::make_unique<Kind>(std::forward<Arguments>(arguments)...));
    return static_cast<Kind&>(*code_.backward.back());
  }

  // Contributes to the gradient of `value` what emit(target) computes: it writes the value `target`.
  void write(ValueId value, const std::function<void(ValueId target)>& emit);
  // The same for an instruction that can add to what is there.
  void write_or_add(ValueId value, const std::function<void(ValueId target, bool add)>& emit);
  // The contribution is `gradient` itself.
  void pass(ValueId value, ValueId gradient);
  // Contributes a function of `gradient` that may be computed in its place: target may be `gradient`.
  void write_in_place(ValueId value, ValueId gradient, const std::function<void(ValueId target)>& emit);

 private:
  ValueId make(ValueId value);
  ValueId own(ValueId value);
  void accumulate(ValueId value, ValueId term);

  Code& code_;
  std::set<ValueId> without_;
  std::map<ValueId, ValueId> gradient_of_;
  std::map<ValueId, std::set<ValueId>>
      waiting_for_;  // by gradient: the values that it is yet to be read for, that of the layer at work included
};

}  // namespace ampa::ir

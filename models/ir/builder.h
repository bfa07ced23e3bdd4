// What an op writes its part of a program with.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ir/gradients.h"
#include "ir/program.h"
#include "ir/recipe.h"

namespace ampa::ir {

enum class Arithmetic { kFp32, kInteger };  // of the layers that the network marks as quantized

class Builder {
 public:
  // Without values parameters have a shape and no memory, for those who ask what a step consists of or bring them.
  explicit Builder(Arithmetic arithmetic, bool with_values = true, Recipe recipe = {})
      : arithmetic_(arithmetic), with_values_(with_values), recipe_(std::move(recipe)) {}

  ValueId input(const Shape& shape);
  ValueId value(const std::string& name, const Shape& shape);
  const Shape& shape(ValueId value) const { return code_.values[static_cast<std::size_t>(value)].shape; }

  // Zero; optimizer state is of the optimizer's making.
  Parameter& parameter(const std::string& name, std::vector<std::int64_t> shape);
  std::deque<Parameter>& parameters() { return store_->parameters; }  // so far
  Eigen::ArrayXf& buffer(const std::string& name, std::int64_t size, BufferOf of = BufferOf::kModel);
  // What is a width's own where the recipe trains several: the parameter, or a buffer that is made for this.
  Parameter& of_width(Parameter& parameter) const {
    parameter.is_of_width = recipe_.double_rounding.has_value();
    return parameter;
  }
  BufferOf of_width() const { return recipe_.double_rounding ? BufferOf::kWidth : BufferOf::kModel; }
  // A tensor in the shape of a parameter that no optimizer sees.
  Parameter& shadow(const std::string& name);
  Codes& codes();
  const Recipe& recipe() const { return recipe_; }
  // Null if the layer is not quantized, or nothing is. Its sites follow the recipe.
  QuantizedLayer* quantized_layer(const Layer& layer);
  // A number that no other tensor of the network has, for random bits that are no stochastic rounding's (rule R7).
  std::uint32_t random_tensor() { return kFirstRandomTensor + num_random_tensors_++; }
  // To be called in the order in which a step runs them.
  void step_gemm(const StepGemm& gemm) { store_->gemms.push_back(gemm); }

  template <typename Kind, typename... Arguments>
  Kind& emit(Arguments&&... arguments) {
    code_.forward.push_back(std::make_unique<Kind>(std::forward<Arguments>(arguments)...));
    return static_cast<Kind&>(*code_.forward.back());
  }
  // The backward half of what writes `output`; runs when all layers have been expanded.
  void backward(ValueId output, Gradients::Backward write) { backward_.emplace_back(output, std::move(write)); }

  // Writes backward, and lets instructions work on each other's tensors row by row if asked to.
  // Gradients of the inputs are computed only where they are wanted.
  Program finish(ValueId output, bool stream, bool wants_input_gradients = false);

 private:
  void keep_memory(Site& site, const std::string& name, std::int64_t channels);

  static constexpr std::uint32_t kFirstRandomTensor = 0x80000000u;

  Arithmetic arithmetic_;
  bool with_values_;
  Recipe recipe_;
  std::uint32_t num_random_tensors_ = 0;
  Code code_;
  std::unique_ptr<Store> store_ = std::make_unique<Store>();
  std::vector<std::pair<ValueId, Gradients::Backward>> backward_;
};

}  // namespace ampa::ir

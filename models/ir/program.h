// A network ready to train: instructions forward and backward, what they read and write, and what is kept between
// steps.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "ir/array_pool.h"
#include "ir/instruction.h"
#include "ir/matmul.h"
#include "ir/network.h"
#include "ir/parameter.h"
#include "ir/quantized_layer.h"
#include "ir/site.h"

namespace ampa::ir {

using Instructions = std::vector<std::unique_ptr<Instruction>>;

// Of one image.
struct Value {
  std::string name;
  Shape shape;
  bool is_deferred = false;  // has no memory: computed where it is read
};

// What ir/builder.h writes and passes work on.
struct Code {
  std::vector<Value> values;
  Instructions forward, backward;
  std::vector<ValueId> inputs;
  ValueId output = 0, output_gradient = 0;
  std::vector<ValueId> input_gradients;  // of the inputs, if they are wanted
};

// Which places values have, and between which instructions of backward each gradient needs memory.
struct MemoryPlan {
  std::vector<std::size_t> place_of;
  std::vector<bool> is_new;                           // of every forward instruction: its output starts undefined
  std::vector<std::vector<ValueId>> taken, released;  // before and after every backward instruction
};

// A GEMM of every step, in the one account that is run, recorded, costed and counted.
struct StepGemm {
  std::size_t layer = 0;  // number of the quantized layer
  gemm::Pass pass = gemm::Pass::kForward;
  // What BitOPs count, of one image: the multiplications of the layer's forward pass. A product over a map with zeros
  // between its positions multiplies more.
  std::int64_t counted_macs = 0;
  const StepMatmul* matmul = nullptr;  // null: counted only (the paper counts the data gradient of the first layer)
  gemm::OperandKinds operands = gemm::operand_kinds(pass);  // whose widths its BitOPs are counted with
  std::int64_t keep_one_in = 1;  // groups of its gradient of which one is kept, on average (rule G1)
};

// Parameters, buffers, sites and codes: their addresses stay.
struct Store {
  std::deque<Parameter> parameters;  // in the order of the network's description
  std::deque<Parameter> shadows;     // values of codes, and their gradients: of no optimizer
  std::deque<Eigen::ArrayXf> buffer_values;
  std::vector<Buffer> buffers;
  std::deque<Codes> codes;
  std::deque<QuantizedLayer> quantized_layers;
  std::vector<StepGemm> gemms;  // in the order in which a step runs them
};

class Program {
 public:
  // Takes what a builder has written (see ops/build_program.h).
  Program(Code code, std::unique_ptr<Store> store);

  // Runs the network on its inputs, each (n, h, w, c) of one number of images; the result, such as the logits
  // (n, 1, 1, classes), lives until the next call.
  const Tensor& forward(const std::vector<const Tensor*>& inputs, StepContext& context);
  const Tensor& forward(const Tensor& images, StepContext& context) { return forward({&images}, context); }

  // After a training forward(): computes the gradient of every parameter from that of the result.
  void backward(const Tensor& output_gradient, StepContext& context);

  // After backward(), if the builder was asked for it.
  const Tensor& input_gradient(std::size_t input) const { return frame_.at(code_.input_gradients.at(input)); }

  std::vector<Parameter*> parameters() const;
  std::vector<Buffer> buffers() const { return store_->buffers; }
  std::vector<QuantizedLayer*> quantized_layers() const;  // empty for FP32 arithmetic

  // In the order in which they run.
  const std::vector<StepGemm>& gemms() const { return store_->gemms; }

 private:
  std::unique_ptr<Store> store_;
  Code code_;
  MemoryPlan plan_;
  Frame frame_;
  ArrayPool gradient_memory_;
};

}  // namespace ampa::ir

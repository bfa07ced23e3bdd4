// embedding: for every token of a sequence, given as its number in one channel, a row of a table of weights. Rule N8 of
// NUMERICS.md.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/ceil_div.h"
#include "common/error.h"
#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

constexpr std::int64_t kMaxVocabulary = std::int64_t{1} << 24;  // every float below is exact

// The row of a token. Throws InputError if it is none.
std::int64_t row_of(float token, const ir::Parameter& table) {
  if (!(token >= 0) || !(token < static_cast<float>(table.shape[0])) || token != std::floor(token))
    throw InputError(fmt::format("{}: expected tokens that are integers in [0, {}], found {}", table.name,
                                 table.shape[0] - 1, token));
  return static_cast<std::int64_t>(token);
}

class LookUp : public ir::Instruction {
 public:
  LookUp(const ir::Parameter& table, ir::ValueId input, ir::ValueId output)
      : Instruction({input}, {output}), table_(table) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& tokens = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    const std::int64_t channels = table_.shape[1];
    out.resize(tokens.images, tokens.height, tokens.width, channels);
    context.threads->for_each_part(tokens.images, [&](std::int64_t image) {
      for (std::int64_t i = 0; i < tokens.image_size(); ++i)
        std::copy_n(table_.value.data() + row_of(tokens.image(image)[i], table_) * channels, channels,
                    out.image(image) + i * channels);
    });
  }

 private:
  const ir::Parameter& table_;
};

// Every thread adds the tokens of all images, in their order, to columns of its own.
class TableGradient : public ir::Instruction {
 public:
  TableGradient(ir::Parameter& table, ir::ValueId gradient, ir::ValueId input)
      : Instruction({gradient, input}, {}), table_(table) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &tokens = frame.at(reads()[1]);
    constexpr std::int64_t kColumns = 64;
    const std::int64_t rows = table_.shape[0], channels = table_.shape[1];
    context.threads->for_each_part(ceil_div(channels, kColumns), [&](std::int64_t part) {
      const std::int64_t first = part * kColumns, count = std::min(kColumns, channels - first);
      float* const table = table_.gradient.data() + first;
      for (std::int64_t row = 0; row < rows; ++row) std::fill_n(table + row * channels, count, 0.0f);
      for (std::int64_t i = 0; i < tokens.size(); ++i) {
        float* const target = table + static_cast<std::int64_t>(tokens.values[i]) * channels;
        const float* const source = d.values.data() + i * channels + first;
        for (std::int64_t c = 0; c < count; ++c) target[c] += source[c];
      }
    });
  }

 private:
  ir::Parameter& table_;
};

// Numbers of tokens have no gradient.
class NoGradient : public ir::Instruction {
 public:
  NoGradient(ir::ValueId input, ir::ValueId target) : Instruction({input}, {target}) {}

  void run(ir::Frame& frame, ir::StepContext&) override {
    const ir::Tensor& tokens = frame.at(reads()[0]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(tokens.shape());
    target.values.setZero();
  }
};

void read(AttributeReader& reader, ir::Layer& layer) {
  if (layer.in.channels != 1)
    reader.json().fail("inputs", "an input of 1 channel, which holds the numbers of tokens", shown(layer.in));
  if (reader.json().any("vocabulary").is_string())
    layer.numbers["vocabulary"] = static_cast<double>(reader.width("vocabulary"));
  else
    reader.integer(layer, "vocabulary", 1, kMaxVocabulary);
  layer.out = {reader.json().integer("out_channels", 1, kMaxChannels), layer.in.height, layer.in.width};
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  ir::Parameter& table = builder.parameter(layer.name + ".weight", {layer.integer("vocabulary"), layer.out.channels});
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<LookUp>(table, input, output);
  builder.backward(output, [=, &table](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.emit<TableGradient>(table, gradient, input);
    gradients.write(input, [&](ir::ValueId target) { gradients.emit<NoGradient>(input, target); });
  });
  return output;
}

}  // namespace

// Uniform in +-0.1.
const Op kEmbedding = {"embedding", 1, read, expand, nullptr, 0.01};

}  // namespace ampa::ops

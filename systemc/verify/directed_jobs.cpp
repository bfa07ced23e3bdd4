#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "gemm/conv_shape.h"
#include "verify/job_generator.h"

namespace ampa::verify {
namespace {

using Pattern = std::function<std::int32_t(CodeFormat format, std::int64_t row, std::int64_t k)>;

std::int32_t all_min(CodeFormat format, std::int64_t, std::int64_t) {
  return format.min_code();
}
std::int32_t all_max(CodeFormat format, std::int64_t, std::int64_t) {
  return format.max_code();
}
std::int32_t all_zero(CodeFormat format, std::int64_t, std::int64_t) {
  return smallest_code(format);
}
std::int32_t alternating(CodeFormat format, std::int64_t row, std::int64_t k) {
  return (row + k) % 2 == 0 ? format.min_code() : format.max_code();
}
// Tells apart every row, every k and, in time, every code.
std::int32_t counting(CodeFormat format, std::int64_t row, std::int64_t k) {
  return format.code_at(static_cast<std::int32_t>((row * 7 + k * 3 + 1) % format.num_codes()));
}
// One code of each row is not zero, each row's in a place of its own.
std::int32_t one_hot(CodeFormat format, std::int64_t row, std::int64_t k) {
  if (k % 5 != row % 5) return smallest_code(format);
  return row % 2 == 0 ? format.min_code() : format.max_code();
}

std::vector<std::int32_t> codes_of(const Pattern& pattern, CodeFormat format, std::int64_t rows, std::int64_t depth) {
  std::vector<std::int32_t> codes;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t k = 0; k < depth; ++k) codes.push_back(pattern(format, row, k));
  return codes;
}

class Builder {
 public:
  void add(const std::string& name, const gemm::JobShape& shape, const Pattern& pattern_a, const Pattern& pattern_b) {
    const auto make = [=] {
      auto generated = std::make_unique<GeneratedJob>();
      generated->a = gemm::matrix(shape.a, 0, shape.m, shape.k, codes_of(pattern_a, shape.a, shape.m, shape.k));
      generated->b = gemm::matrix(shape.b, 0, shape.n, shape.k, codes_of(pattern_b, shape.b, shape.n, shape.k));
      generated->job.a = gemm::whole(generated->a);
      generated->job.b = gemm::whole(generated->b);
      return generated;
    };
    add(fmt::format("{}, {} x {}", name, to_string(shape.a), to_string(shape.b)), make);
  }

  void add(const std::string& name, const std::function<GeneratedJobPtr()>& make) {
    makers_.push_back([name, make] {
      Scenario scenario{"directed: " + name, {}};
      scenario.steps.push_back({make(), {}});
      name_steps(scenario);
      return scenario;
    });
  }

  ScenarioSet take() const {
    return {static_cast<std::int64_t>(makers_.size()),
            [makers = makers_](std::int64_t index) { return makers[static_cast<std::size_t>(index)](); }};
  }

 private:
  std::vector<std::function<Scenario()>> makers_;
};

void add_formats(Builder& builder, const PointSpace& space) {
  const std::vector<std::pair<std::string, Pattern>> patterns{{"all minimum", all_min},
                                                              {"all maximum", all_max},
                                                              {"alternating", alternating},
                                                              {"counting", counting},
                                                              {"one hot", one_hot}};
  const timing::HardwarePoint& point = space.point();
  for (const CodeFormat a : space.formats())
    for (const CodeFormat b : space.formats()) {
      const std::int64_t depth = 2 * space.macs(a, b) + 1;
      for (const auto& [name, pattern] : patterns)
        builder.add(name, {std::min<std::int64_t>(point.rows, 8), std::min<std::int64_t>(point.cols, 8), depth, a, b},
                    pattern, pattern);
      builder.add("minimum by maximum", {2, 3, depth, a, b}, all_min, all_max);
    }
  const CodeFormat widest = space.formats().back(), narrowest = space.formats().front();
  builder.add("zero", {point.rows, point.cols, 9, widest, narrowest}, all_zero, counting);
  builder.add("zero", {point.rows, point.cols, 9, narrowest, widest}, counting, all_zero);
}

void add_sizes(Builder& builder, const PointSpace& space) {
  const std::int64_t rows = space.point().rows, cols = space.point().cols;
  const std::vector<std::pair<std::int64_t, std::int64_t>> sizes{
      {1, 1},        {1, cols},    {rows, 1}, {rows + 1, cols}, {rows, cols + 1}, {2 * rows + 1, 2 * cols - 1},
      {1, 3 * cols}, {3 * rows, 1}};
  const CodeFormat widest = space.formats().back(), narrowest = space.formats().front();
  for (const auto& [m, n] : sizes)
    for (const std::int64_t k : {1, 2, 31, 32, 33}) {
      const std::string name = fmt::format("size {} x {} x {}", m, n, k);
      builder.add(name, {m, n, k, widest, widest}, counting, alternating);
      builder.add(name, {m, n, k, narrowest, widest}, counting, counting);
    }
}

// Sums that leave 32 bits, and the largest of either sign that just stay within.
void add_depths(Builder& builder) {
  const CodeFormat u8{8, false}, s8{8, true};
  const std::int64_t depth = numerics::max_accumulator_depth(u8, u8);
  builder.add("deepest single part", {2, 1, depth, u8, u8}, all_max, all_max);
  builder.add("deepest single part", {1, 1, numerics::max_accumulator_depth(s8, u8), s8, u8}, all_min, all_max);
  builder.add("deepest single part", {1, 1, numerics::max_accumulator_depth(s8, s8), s8, s8}, all_min, all_min);
  builder.add("two parts", {1, 2, depth + 1, u8, u8}, all_max, all_max);
  builder.add("three parts", {2, 2, 2 * depth + 77, u8, u8}, all_max, counting);
}

gemm::Operand window(const gemm::CodeTensor& tensor, std::int64_t stride, std::int64_t height, std::int64_t width) {
  gemm::Operand operand;
  operand.tensor = &tensor;
  operand.kernel_height = operand.kernel_width = 3;
  operand.stride = stride;
  operand.out_height = height;
  operand.out_width = width;
  return operand;
}

GeneratedJobPtr filled(GeneratedJobPtr generated, std::int64_t index) {
  Draw draw(DrawPurpose::kDirected, 0, index);
  draw.fill(generated->a);
  draw.fill(generated->b);
  return generated;
}

GeneratedJobPtr forward(CodeFormat activations, CodeFormat weights) {
  auto generated = std::make_unique<GeneratedJob>();
  gemm::resize_on_grid(generated->a, activations, activations.is_signed ? 0 : 3, 2, 5, 6, 3, 7, 8, 1, 1, 1);
  gemm::resize(generated->b, weights, 0, 5, 3, 3, 3);
  generated->job.a = window(generated->a, 2, 3, 3);
  generated->job.b = window(generated->b, 1, 1, 1);
  return filled(std::move(generated), 0);
}

GeneratedJobPtr data_gradient(CodeFormat gradients, CodeFormat weights) {
  auto generated = std::make_unique<GeneratedJob>();
  gemm::resize_on_grid(generated->a, gradients, 0, 2, 3, 3, 5, 7, 8, 1, 2, 2);
  gemm::resize(generated->b, weights, 0, 3, 3, 3, 5);
  generated->job.a = window(generated->a, 1, 5, 6);
  generated->job.b = window(generated->b, 1, 1, 1);
  generated->job.pass = gemm::Pass::kDataGradient;
  return filled(std::move(generated), 1);
}

GeneratedJobPtr weight_gradient(CodeFormat gradients, CodeFormat activations) {
  auto generated = std::make_unique<GeneratedJob>();
  gemm::resize(generated->a, gradients, 0, 2, 3, 3, 5);
  gemm::resize_on_grid(generated->b, activations, activations.is_signed ? 0 : 3, 2, 5, 6, 3, 7, 8, 1, 1, 1);
  generated->job.a = gemm::whole(generated->a, true);
  generated->job.b = window(generated->b, 2, 3, 3);
  generated->job.b.transposed = true;
  generated->job.pass = gemm::Pass::kWeightGradient;
  return filled(std::move(generated), 2);
}

// A 3 x 3 convolution of 5 x 6 maps with stride 2 and padding 1: forward, both gradients.
void add_convolutions(Builder& builder) {
  for (const CodeFormat activations : {CodeFormat{6, false}, CodeFormat{4, true}, CodeFormat{8, false}}) {
    const CodeFormat weights{4, true}, gradients{8, true};
    builder.add("convolution forward, " + to_string(activations), [=] { return forward(activations, weights); });
    builder.add("convolution data gradient", [=] { return data_gradient(gradients, weights); });
    builder.add("convolution weight gradient, " + to_string(activations),
                [=] { return weight_gradient(gradients, activations); });
  }
}

// All passes of a convolution in three groups with unequal sides, strides, paddings and dilations.
void add_groups(Builder& builder) {
  gemm::ConvShape conv;
  conv.images = 2;
  conv.in_height = 6, conv.in_width = 7, conv.in_channels = 6;
  conv.kernel_height = 2, conv.kernel_width = 3;
  conv.stride = {2, 1}, conv.padding = {0, 2}, conv.dilation = {1, 2};
  conv.out_height = 3, conv.out_width = 7, conv.out_channels = 9;
  conv.groups = 3;
  for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient})
    builder.add(fmt::format("convolution in groups, {}", gemm::to_string(pass)), [=] {
      gemm::JobGeometry geometry = gemm::conv_geometry(conv, pass, {{8, false}, {4, true}, {8, true}});
      auto generated = std::make_unique<GeneratedJob>();
      generated->job.a = gemm::make_operand(geometry.a, generated->a);
      generated->job.b = gemm::make_operand(geometry.b, generated->b);
      generated->job.pass = pass;
      return filled(std::move(generated), 3);
    });
}

}  // namespace

ScenarioSet directed_scenarios(const PointSpace& space) {
  Builder builder;
  add_formats(builder, space);
  add_sizes(builder, space);
  add_depths(builder);
  add_convolutions(builder);
  add_groups(builder);
  return builder.take();
}

}  // namespace ampa::verify

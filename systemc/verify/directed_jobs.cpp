#include <fmt/format.h>

#include <functional>

#include "verify/draw.h"
#include "verify/job_generator.h"

namespace ampa::systemc {
namespace {

using Pattern = std::function<std::int32_t(CodeFormat format, std::int64_t row, std::int64_t k)>;

std::int32_t all_min(CodeFormat format, std::int64_t, std::int64_t) {
  return format.min_code();
}
std::int32_t all_max(CodeFormat format, std::int64_t, std::int64_t) {
  return format.max_code();
}
// Zero, or what of two levels stands for it.
std::int32_t all_zero(CodeFormat format, std::int64_t, std::int64_t) {
  return format.is_two_level() ? -1 : 0;
}
std::int32_t alternating(CodeFormat format, std::int64_t row, std::int64_t k) {
  return (row + k) % 2 == 0 ? format.min_code() : format.max_code();
}
// Tells apart every row, every k and, in time, every code.
std::int32_t counting(CodeFormat format, std::int64_t row, std::int64_t k) {
  return format.code_at(static_cast<std::int32_t>((row * 7 + k * 3 + 1) % format.num_codes()));
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
    GeneratedJob& generated = append(
        fmt::format("{}, {}-bit {} x {}-bit {}", name, shape.a.bits, sign(shape.a), shape.b.bits, sign(shape.b)));
    generated.a = gemm::matrix(shape.a, 0, shape.m, shape.k, codes_of(pattern_a, shape.a, shape.m, shape.k));
    generated.b = gemm::matrix(shape.b, 0, shape.n, shape.k, codes_of(pattern_b, shape.b, shape.n, shape.k));
    generated.job.a = gemm::whole(generated.a);
    generated.job.b = gemm::whole(generated.b);
  }

  GeneratedJob& append(const std::string& name) {
    jobs_.push_back(std::make_unique<GeneratedJob>());
    jobs_.back()->name = jobs_.back()->job.layer = "directed job " + name;
    return *jobs_.back();
  }

  std::vector<GeneratedJobPtr> take() { return std::move(jobs_); }

 private:
  static std::string sign(CodeFormat format) { return format.is_signed ? "signed" : "unsigned"; }
  std::vector<GeneratedJobPtr> jobs_;
};

void add_formats(Builder& builder, const timing::HardwarePoint& point) {
  const std::vector<std::pair<std::string, Pattern>> patterns{
      {"all minimum", all_min}, {"all maximum", all_max}, {"alternating", alternating}, {"counting", counting}};
  const std::vector<Bits> widths{1, 2, 4, 6, 8};
  for (const Bits a : widths)
    for (const Bits b : widths)
      for (int signs = 0; signs < 4; ++signs) {
        const CodeFormat format_a{a, (signs & 1) != 0}, format_b{b, (signs & 2) != 0};
        if (!timing::is_supported(point.pe, format_a) || !timing::is_supported(point.pe, format_b)) continue;
        const std::int64_t depth = 2 * timing::pe_formats(point.pe).macs(format_a, format_b) + 1;
        for (const auto& [name, pattern] : patterns)
          builder.add(name, {point.rows, point.cols, depth, format_a, format_b}, pattern, pattern);
        builder.add("minimum by maximum", {2, 3, depth, format_a, format_b}, all_min, all_max);
      }
  for (Bits a = 3; a <= 7; a += 2)
    for (Bits b = 3; b <= 7; b += 2) builder.add("odd widths", {3, 5, 21, {a, true}, {b, false}}, counting, counting);
  builder.add("zero", {point.rows, point.cols, 9, {8, true}, {8, false}}, all_zero, counting);
  builder.add("zero", {point.rows, point.cols, 9, {4, true}, {2, true}}, counting, all_zero);
}

void add_sizes(Builder& builder, const timing::HardwarePoint& point) {
  const std::int64_t rows = point.rows, cols = point.cols;
  const std::vector<std::pair<std::int64_t, std::int64_t>> sizes{
      {1, 1},        {1, cols},    {rows, 1}, {rows + 1, cols}, {rows, cols + 1}, {2 * rows + 1, 2 * cols - 1},
      {1, 3 * cols}, {3 * rows, 1}};
  for (const auto& [m, n] : sizes)
    for (const std::int64_t k : {1, 2, 31, 32, 33}) {
      builder.add(fmt::format("size {} x {} x {}", m, n, k), {m, n, k, {8, true}, {8, false}}, counting, alternating);
      builder.add(fmt::format("size {} x {} x {}", m, n, k), {m, n, k, {2, false}, {4, true}}, counting, counting);
    }
}

// Sums that leave 32 bits, and the largest that just stays within.
void add_depths(Builder& builder) {
  const CodeFormat byte{8, false};
  const std::int64_t depth = numerics::max_accumulator_depth(byte, byte);
  builder.add("deepest single part", {2, 1, depth, byte, byte}, all_max, all_max);
  builder.add("two parts", {1, 2, depth + 1, byte, byte}, all_max, all_max);
  builder.add("three parts", {2, 2, 2 * depth + 77, byte, byte}, all_max, counting);
}

// A 3 x 3 convolution of 5 x 6 maps with stride 2 and padding 1: forward, both gradients.
void add_convolutions(Builder& builder) {
  Draw draw(0, 0);
  const auto window = [](const gemm::CodeTensor& tensor, std::int64_t stride, std::int64_t height, std::int64_t width) {
    gemm::Operand operand;
    operand.tensor = &tensor;
    operand.kernel_height = operand.kernel_width = 3;
    operand.stride = stride;
    operand.out_height = height;
    operand.out_width = width;
    return operand;
  };
  GeneratedJob& forward = builder.append("convolution forward");
  gemm::resize_on_grid(forward.a, {6, false}, 21, 2, 5, 6, 3, 7, 8, 1, 1, 1);
  gemm::resize(forward.b, {4, true}, 0, 5, 3, 3, 3);
  forward.job.a = window(forward.a, 2, 3, 3);
  forward.job.b = window(forward.b, 1, 1, 1);

  GeneratedJob& data = builder.append("convolution data gradient");
  gemm::resize_on_grid(data.a, {8, true}, 0, 2, 3, 3, 5, 7, 8, 1, 2, 2);
  gemm::resize(data.b, {4, true}, 0, 3, 3, 3, 5);
  data.job.a = window(data.a, 1, 5, 6);
  data.job.b = window(data.b, 1, 1, 1);
  data.job.pass = gemm::Pass::kDataGradient;

  GeneratedJob& weight = builder.append("convolution weight gradient");
  gemm::resize(weight.a, {8, true}, 0, 2, 3, 3, 5);
  gemm::resize_on_grid(weight.b, {6, false}, 40, 2, 5, 6, 3, 7, 8, 1, 1, 1);
  weight.job.a = gemm::whole(weight.a, true);
  weight.job.b = window(weight.b, 2, 3, 3);
  weight.job.b.transposed = true;
  weight.job.pass = gemm::Pass::kWeightGradient;

  for (GeneratedJob* generated : {&forward, &data, &weight}) {
    draw.fill(generated->a);
    draw.fill(generated->b);
  }
}

}  // namespace

std::vector<GeneratedJobPtr> directed_jobs(const timing::HardwarePoint& point) {
  Builder builder;
  add_formats(builder, point);
  add_sizes(builder, point);
  add_depths(builder);
  add_convolutions(builder);
  return builder.take();
}

}  // namespace ampa::systemc

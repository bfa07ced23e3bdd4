#include "gemm/gemm_job.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "common/error.h"

namespace ampa::gemm {
namespace {

constexpr std::array<std::pair<Pass, std::string_view>, 3> kPassNames{
    {{Pass::kForward, "fwd"}, {Pass::kDataGradient, "dgrad"}, {Pass::kWeightGradient, "wgrad"}}};

void check_operand(const Operand& operand, std::string_view name, const std::string& layer) {
  const CodeTensor& tensor = *operand.tensor;
  const auto fail = [&](std::string_view expected, const std::string& found) {
    throw InputError(fmt::format("job of layer '{}': operand {}: expected {}, found {}", layer, name, expected, found));
  };
  if (tensor.format.bits < kMinOperandBits || tensor.format.bits > kMaxBits)
    fail(fmt::format("a width in {}..{} bits", kMinOperandBits, kMaxBits), fmt::format("{}", tensor.format.bits));
  const bool has_gaps = tensor.grid_height != tensor.height || tensor.grid_width != tensor.width;
  if (tensor.format.is_two_level() && has_gaps && tensor.zero_point != -1 && tensor.zero_point != 1)
    fail("a zero point of -1 or 1 behind the gaps of two-level codes", fmt::format("{}", tensor.zero_point));
  // One by one: the products are bounded only once the window is known to lie inside the grid.
  for (const std::int64_t extent :
       {tensor.images, tensor.channels, operand.out_height, operand.out_width, operand.kernel_height,
        operand.kernel_width, operand.stride.y, operand.stride.x, operand.dilation.y, operand.dilation.x})
    if (extent < 1) fail("at least one code", "none");
  const auto check_window = [&](const BatchWindow& window, std::int64_t extent, std::string_view what) {
    const bool is_whole = window.size == 0 && window.first == 0 && window.count == 1;
    const bool fits = window.first >= 0 && window.first < extent && window.size > 0 && window.size <= extent &&
                      window.count >= 0 && window.count_in(extent) > 0 &&
                      window.count_in(extent) <= (extent - window.first) / window.size;
    if (!is_whole && !fits)
      fail(fmt::format("windows inside the {} {}", extent, what),
           fmt::format("{} of {} from {} on", window.count, window.size, window.first));
  };
  check_window(operand.images, tensor.images, "images");
  check_window(operand.channels, tensor.channels, "channels");
  const std::int64_t last_y = operand.origin_y + (operand.out_height - 1) * operand.stride.y +
                              window_extent(operand.kernel_height, operand.dilation.y);
  const std::int64_t last_x = operand.origin_x + (operand.out_width - 1) * operand.stride.x +
                              window_extent(operand.kernel_width, operand.dilation.x);
  if (operand.origin_y < 0 || operand.origin_x < 0 || last_y > tensor.grid_height || last_x > tensor.grid_width)
    fail(fmt::format("a window inside the {} x {} grid", tensor.grid_height, tensor.grid_width),
         fmt::format("one from ({}, {}) to ({}, {})", operand.origin_y, operand.origin_x, last_y, last_x));
}

}  // namespace

OperandKinds operand_kinds(Pass pass) {
  switch (pass) {
    case Pass::kForward:
      return {OperandKind::kActivation, OperandKind::kWeight};
    case Pass::kDataGradient:
      return {OperandKind::kGradient, OperandKind::kWeight};
    case Pass::kWeightGradient:
      return {OperandKind::kGradient, OperandKind::kActivation};
  }
  throw std::logic_error("gemm: a pass outside the enumeration");
}

std::string_view to_string(Pass pass) {
  for (const auto& [value, name] : kPassNames)
    if (value == pass) return name;
  return "?";
}

Pass pass_from_string(std::string_view name) {
  for (const auto& [value, known] : kPassNames)
    if (known == name) return value;
  throw InputError(fmt::format("pass: expected fwd, dgrad or wgrad, found '{}'", name));
}

Operand Operand::element(std::int64_t b) const {
  const std::int64_t of_channels = num_channel_windows();
  const auto alone = [](BatchWindow window, std::int64_t extent, std::int64_t index) {
    return BatchWindow{window.first + index * window.size, window.size_in(extent), 1};
  };
  Operand one = *this;
  one.images = alone(images, tensor->images, b / of_channels);
  one.channels = alone(channels, tensor->channels, b % of_channels);
  return one;
}

std::int32_t Operand::code(std::int64_t row, std::int64_t k) const {
  const std::int64_t patch = transposed ? k : row;
  const std::int64_t element = transposed ? row : k;
  const std::int64_t x = patch % out_width;
  const std::int64_t y = patch / out_width % out_height;
  const std::int64_t image = images.first + patch / out_width / out_height;
  const std::int64_t channel = channels.first + element % num_channels();
  const std::int64_t kernel_x = element / num_channels() % kernel_width;
  const std::int64_t kernel_y = element / num_channels() / kernel_width;
  return tensor->code_at(tensor->grid_offset(image, origin_y + y * stride.y + kernel_y * dilation.y,
                                             origin_x + x * stride.x + kernel_x * dilation.x) +
                         channel);
}

Operand whole(const CodeTensor& tensor, bool transposed) {
  Operand operand;
  operand.tensor = &tensor;
  operand.out_height = tensor.grid_height;
  operand.out_width = tensor.grid_width;
  operand.transposed = transposed;
  return operand;
}

void check(const GemmJob& job) {
  check_operand(job.a, "a", job.layer);
  check_operand(job.b, "b", job.layer);
  if (job.a.depth() != job.b.depth())
    throw InputError(fmt::format("job of layer '{}': expected operands of one depth, found {} and {}", job.layer,
                                 job.a.depth(), job.b.depth()));
  if (job.a.batch() != job.b.batch())
    throw InputError(fmt::format("job of layer '{}': expected operands of one batch, found {} and {}", job.layer,
                                 job.a.batch(), job.b.batch()));
}

}  // namespace ampa::gemm

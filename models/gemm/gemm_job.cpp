#include "gemm/gemm_job.h"

#include <fmt/format.h>

#include <array>
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
  for (const std::int64_t extent : {tensor.images, tensor.channels, operand.out_height, operand.out_width,
                                    operand.kernel_height, operand.kernel_width, operand.stride})
    if (extent < 1) fail("at least one code", "none");
  const std::int64_t last_y = operand.origin_y + (operand.out_height - 1) * operand.stride + operand.kernel_height;
  const std::int64_t last_x = operand.origin_x + (operand.out_width - 1) * operand.stride + operand.kernel_width;
  if (operand.origin_y < 0 || operand.origin_x < 0 || last_y > tensor.grid_height || last_x > tensor.grid_width)
    fail(fmt::format("a window inside the {} x {} grid", tensor.grid_height, tensor.grid_width),
         fmt::format("one from ({}, {}) to ({}, {})", operand.origin_y, operand.origin_x, last_y, last_x));
}

}  // namespace

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

std::int32_t Operand::code(std::int64_t row, std::int64_t k) const {
  const std::int64_t patch = transposed ? k : row;
  const std::int64_t element = transposed ? row : k;
  const std::int64_t x = patch % out_width;
  const std::int64_t y = patch / out_width % out_height;
  const std::int64_t image = patch / out_width / out_height;
  const std::int64_t channel = element % tensor->channels;
  const std::int64_t kernel_x = element / tensor->channels % kernel_width;
  const std::int64_t kernel_y = element / tensor->channels / kernel_width;
  return tensor->code_at(
      tensor->grid_offset(image, origin_y + y * stride + kernel_y, origin_x + x * stride + kernel_x) + channel);
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
}

}  // namespace ampa::gemm

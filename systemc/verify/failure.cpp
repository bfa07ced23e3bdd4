#include "verify/failure.h"

#include <fmt/format.h>

#include <algorithm>

#include "verify/point_space.h"

namespace ampa::verify {
namespace {

std::string describe(const rtl::Stress& stress) {
  std::string text;
  const auto add = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (stress.operand_stall_percent > 0)
    add(fmt::format("operands withheld in {} % of the cycles", stress.operand_stall_percent));
  if (stress.result_stall_percent > 0)
    add(fmt::format("results not taken in {} % of the cycles", stress.result_stall_percent));
  if (stress.reset_cycle > 0) add(fmt::format("reset in cycle {} of the first tile", stress.reset_cycle));
  if (stress.noise) add("noise on inputs that do not matter");
  if (text.empty()) return "no stress";
  return fmt::format("{} (seed {})", text, stress.seed);
}

std::string rows_of(const gemm::Operand& operand, const char* side) {
  std::string text;
  const std::int64_t rows = std::min(operand.rows(), kMaxPrintedRows);
  for (std::int64_t row = 0; row < rows; ++row) {
    text += fmt::format("    {} row {}: ", side, row);
    const std::int64_t depth = operand.depth(), printed = std::min(depth, kMaxPrintedCodes);
    for (std::int64_t k = 0; k < printed; ++k) text += fmt::format("{}{}", k == 0 ? "" : " ", operand.code(row, k));
    if (printed < depth) text += fmt::format(" ... ({} more)", depth - printed);
    text += "\n";
  }
  if (rows < operand.rows()) text += fmt::format("    ... ({} more rows of {})\n", operand.rows() - rows, side);
  return text;
}

}  // namespace

std::string describe(const Step& step) {
  const gemm::GemmJob& job = step.job();
  return fmt::format("{}, M x N x K {} x {} x {}, a {} zero point {}, b {} zero point {}, {}",
                     gemm::to_string(job.pass), job.m(), job.n(), job.k(), to_string(job.a.format()),
                     job.a.zero_point(), to_string(job.b.format()), job.b.zero_point(), describe(step.stress));
}

std::string failure_block(const std::string& point, const Failure& failure) {
  std::string text = fmt::format("{} on {} fails\n  found in: {}\n    {}\n", point, failure.device, failure.found_in,
                                 failure.first_text);
  text += fmt::format("  smallest of {} tried:\n", failure.num_shrink_runs);
  for (std::size_t i = 0; i < failure.smallest.steps.size(); ++i) {
    const Step& step = failure.smallest.steps[i];
    text += fmt::format("  job {}: {}\n", i, describe(step));
    text += rows_of(step.job().a, "a") + rows_of(step.job().b, "b");
  }
  return text + fmt::format("  job {}: {}\n", failure.difference.step, failure.difference.text);
}

}  // namespace ampa::verify

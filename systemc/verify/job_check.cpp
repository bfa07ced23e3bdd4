#include "verify/job_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace ampa::systemc {
namespace {

constexpr std::int64_t kMaxPrintedCodes = 256;

std::string describe(const gemm::Operand& operand) {
  const CodeFormat format = operand.format();
  return fmt::format("{}-bit {} zero point {}", format.bits, format.is_signed ? "signed" : "unsigned",
                     operand.zero_point());
}

std::string describe(const gemm::GemmJob& job) {
  return fmt::format("{} ({}, M x N x K {} x {} x {}, a {}, b {})", job.layer, gemm::to_string(job.pass), job.m(),
                     job.n(), job.k(), describe(job.a), describe(job.b));
}

std::string codes(const gemm::Operand& operand, std::int64_t row) {
  std::string text;
  const std::int64_t depth = operand.depth(), printed = std::min(depth, kMaxPrintedCodes);
  for (std::int64_t k = 0; k < printed; ++k) text += fmt::format("{}{}", k == 0 ? "" : " ", operand.code(row, k));
  if (printed < depth) text += fmt::format(" ... ({} more)", depth - printed);
  return text;
}

std::optional<std::string> compare_sums(const gemm::GemmJob& job, const gemm::Accumulators& expected,
                                        const gemm::Accumulators& found) {
  if (found.rows != expected.rows || found.cols != expected.cols || found.is_wide() != expected.is_wide() ||
      found.narrow.size() != expected.narrow.size() || found.wide.size() != expected.wide.size())
    return fmt::format("expected {} x {} sums of {} bits, found {} x {} of {} bits", expected.rows, expected.cols,
                       expected.is_wide() ? 64 : 32, found.rows, found.cols, found.is_wide() ? 64 : 32);
  for (std::int64_t m = 0; m < expected.rows; ++m)
    for (std::int64_t n = 0; n < expected.cols; ++n)
      if (found.at(m, n) != expected.at(m, n))
        return fmt::format("element ({}, {}): expected {}, found {}; a row {}: [{}]; b row {}: [{}]", m, n,
                           expected.at(m, n), found.at(m, n), m, codes(job.a, m), n, codes(job.b, n));
  return std::nullopt;
}

std::string print(gemm::JobCycles cycles) {
  return fmt::format("{} compute and {} fill/drain cycles", cycles.compute, cycles.fill_drain);
}

}  // namespace

std::optional<std::string> check_job(const timing::HardwarePoint& point, const gemm::GemmJob& job,
                                     const gemm::Accumulators& expected, gemm::Backend& device,
                                     gemm::JobCycles* cycles) {
  gemm::Accumulators found;
  const std::optional<gemm::JobCycles> counted = device.run(job, found);
  const auto report = [&](const std::string& difference) {
    return fmt::format("{} on {}: {}: {}", point.name, device.name(), describe(job), difference);
  };
  if (const auto difference = compare_sums(job, expected, found)) return report(*difference);
  const gemm::JobCycles closed_form = timing::job_cycles(point, job.shape());
  if (!counted || !(*counted == closed_form))
    return report(fmt::format("expected {}, found {}; a row 0: [{}]; b row 0: [{}]", print(closed_form),
                              counted ? print(*counted) : "none", codes(job.a, 0), codes(job.b, 0)));
  if (cycles != nullptr) *cycles = *counted;
  return std::nullopt;
}

}  // namespace ampa::systemc

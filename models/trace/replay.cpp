#include "trace/replay.h"

#include <fmt/format.h>

#include "trace/index.h"

namespace ampa::trace {
namespace {

void add_mismatch(ReplayReport& report, const std::string& message) {
  if (report.equal) report.first_mismatch = message;
  report.equal = false;
  ++report.num_mismatches;
}

void compare_job(const JobEntry& entry, const gemm::Accumulators& expected, const gemm::Accumulators& found,
                 ReplayReport& report) {
  if (found == expected) return;
  const std::string where = fmt::format("layer {}, {}, step {}", entry.layer, gemm::to_string(entry.pass), entry.step);
  if (found.rows != expected.rows || found.cols != expected.cols || found.is_wide() != expected.is_wide()) {
    add_mismatch(report, fmt::format("{}: recorded {} x {} sums, found {} x {}", where, expected.rows, expected.cols,
                                     found.rows, found.cols));
    return;
  }
  for (std::int64_t m = 0; m < expected.rows; ++m)
    for (std::int64_t n = 0; n < expected.cols; ++n)
      if (found.at(m, n) != expected.at(m, n)) {
        add_mismatch(report, fmt::format("{}: sum ({}, {}): recorded {}, found {}", where, m, n, expected.at(m, n),
                                         found.at(m, n)));
        return;
      }
}

const numerics::QuantParams& params_of(const QuantizerEntry& entry, std::int64_t image, std::int64_t channel) {
  if (!entry.groups.is_grouped()) return entry.params;
  const bool by_image = entry.groups.axis == quant::ScaleAxis::kImages;
  return entry.groups.params[static_cast<std::size_t>(by_image ? image : channel)];
}

void replay_quantizer(const QuantizerEntry& entry, const LoadedQuantizer& loaded, ReplayReport& report) {
  const gemm::CodeTensor& tensor = loaded.codes;
  std::size_t element = 0;
  for (std::int64_t image = 0; image < tensor.images; ++image)
    for (std::int64_t y = 0; y < tensor.height; ++y)
      for (std::int64_t x = 0; x < tensor.width; ++x)
        for (std::int64_t c = 0; c < tensor.channels; ++c, ++element) {
          const float value = loaded.input[element];
          const numerics::QuantParams& params = params_of(entry, image, c);
          const bool is_random = entry.rounding == numerics::Rounding::kStochastic;
          const std::int32_t code =
              numerics::quantize(value, params, entry.rounding, is_random ? entry.stream.bits16(element) : 0);
          const std::int32_t recorded = tensor.code_at(tensor.offset(image, y, x) + c);
          if (code != recorded) {
            add_mismatch(report,
                         fmt::format("layer {}, quantizer of the {}, step {}: element {} ({}): recorded code "
                                     "{}, found {}",
                                     entry.layer, to_string(entry.kind), entry.step, element, value, recorded, code));
            return;
          }
        }
}

}  // namespace

ReplayReport replay(const Trace& trace, gemm::Backend& backend, const ReplayProgress& on_progress) {
  ReplayReport report;
  const auto total = static_cast<std::int64_t>(trace.jobs.size() + trace.quantizers.size());
  gemm::Accumulators found;
  for (std::size_t i = 0; i < trace.jobs.size(); ++i) {
    const LoadedJob loaded = load_job(trace, i);
    const std::optional<gemm::JobCycles> cycles = backend.run(loaded.job, found);
    compare_job(trace.jobs[i], loaded.expected, found, report);
    if (cycles) {
      if (!report.cycles) report.cycles.emplace();
      *report.cycles += *cycles;
    }
    ++report.num_jobs;
    report.num_macs = checked_add(report.num_macs, loaded.job.shape().macs(), "MACs");
    if (on_progress) on_progress(report.num_jobs, total);
  }
  for (std::size_t i = 0; i < trace.quantizers.size(); ++i) {
    const LoadedQuantizer loaded = load_quantizer(trace, i);
    replay_quantizer(trace.quantizers[i], loaded, report);
    ++report.num_quantizers;
    report.num_codes += loaded.codes.num_codes();
    if (on_progress) on_progress(report.num_jobs + report.num_quantizers, total);
  }
  return report;
}

ReplayReport replay(const std::filesystem::path& folder, gemm::Backend& backend, const ReplayProgress& on_progress) {
  return replay(read(folder), backend, on_progress);
}

}  // namespace ampa::trace

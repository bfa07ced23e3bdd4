#include "cost/core_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "numerics/random_stream.h"

namespace ampa::cost {
namespace {

enum Purpose : std::uint32_t { kDraw, kOperandA, kOperandB };

void fill(gemm::CodeTensor& tensor, const numerics::RandomStream& stream) {
  const CodeFormat format = tensor.format;
  if (format.is_two_level()) {  // gaps hold a level: there is no code 0
    tensor.zero_point = format.code_at(0);
    for (std::int64_t image = 0; image < tensor.images; ++image) gemm::fill_gaps(tensor, image);
  }
  std::uint64_t next = 0;
  gemm::fill_codes(tensor, [&] {
    return format.code_at(
        static_cast<std::int32_t>(stream.bits32(next++) % static_cast<std::uint32_t>(format.num_codes())));
  });
}

struct DrawnJob {
  const record::StepJob* job = nullptr;
  allocate::LayerBits bits;
};

std::vector<const record::StepJob*> jobs_of(const record::RunRecord& record, const std::vector<std::string>& layers) {
  std::vector<const record::StepJob*> jobs;
  for (const record::StepJob& job : record.jobs)
    if (layers.empty() || std::find(layers.begin(), layers.end(), job.layer) != layers.end()) jobs.push_back(&job);
  if (jobs.empty()) throw InputError("--layers: expected layers with jobs in the record, found none");
  return jobs;
}

DrawnJob draw_job(const record::RunRecord& record, const std::vector<const record::StepJob*>& jobs,
                  const CoreCheckOptions& options, std::int64_t index) {
  const numerics::RandomStream stream{options.seed, kDraw, static_cast<std::uint32_t>(index)};
  const record::StepJob& job = *jobs[stream.bits32(0) % jobs.size()];
  const std::int64_t last = options.last_epoch.value_or(static_cast<std::int64_t>(record.epochs.size()) - 1);
  const std::int64_t epoch_index = options.first_epoch + stream.bits32(1) % (last - options.first_epoch + 1);
  const record::EpochResult& epoch = record.epochs.at(static_cast<std::size_t>(epoch_index));
  return {&job, epoch.bits.at(record::layer_indices(record).at(job.layer))};
}

}  // namespace

CoreCheck check_on_core(const record::RunRecord& record, const timing::CoreConfig& config,
                        const timing::MemorySettings& memory, gemm::Backend& core, gemm::Backend& expected,
                        const CoreCheckOptions& options) {
  CoreCheck check;
  const std::vector<const record::StepJob*> jobs = jobs_of(record, options.layers);
  for (std::int64_t i = 0; i < options.num_jobs; ++i) {
    const DrawnJob drawn = draw_job(record, jobs, options, i);
    const gemm::JobGeometry geometry = record::job_geometry(*drawn.job, drawn.bits);
    gemm::CodeTensor a, b;
    gemm::GemmJob job{gemm::make_operand(geometry.a, a), gemm::make_operand(geometry.b, b), drawn.job->layer, i,
                      drawn.job->pass};
    fill(a, {options.seed, kOperandA, static_cast<std::uint32_t>(i)});
    fill(b, {options.seed, kOperandB, static_cast<std::uint32_t>(i)});
    gemm::Accumulators found, wanted;
    const std::optional<gemm::JobCycles> cycles = core.run(job, found);
    if (!cycles) throw RunError(fmt::format("{}: the backend counts no cycles", core.name()));
    expected.run(job, wanted);
    const gemm::JobCycles model = timing::core_cycles(timing::plan_job(config, geometry, memory), memory).cycles;
    const bool same_sums = found == wanted;
    if (!same_sums || !(*cycles == model)) {
      if (options.on_difference) options.on_difference(job, wanted);
      const std::string name = fmt::format("{} {} ({} x {} x {}, {} x {} bits)", job.layer, gemm::to_string(job.pass),
                                           job.m(), job.n(), job.k(), geometry.a.format.bits, geometry.b.format.bits);
      throw MismatchError(
          same_sums
              ? fmt::format("{}: job {}: expected {}, found {}", core.name(), name, to_words(model), to_words(*cycles))
              : fmt::format("{}: sums of job {} differ from {}'s", core.name(), name, expected.name()));
    }
    check.cycles += *cycles;
    check.num_macs = checked_add(check.num_macs, job.shape().macs(), "MACs");
    ++check.num_jobs;
    if (options.on_progress) options.on_progress(check.num_jobs, options.num_jobs);
  }
  return check;
}

Json to_json(const CoreCheck& check) {
  return {{"num_jobs", check.num_jobs}, {"num_macs", check.num_macs}, {"cycles", ampa::to_json(check.cycles)}};
}

}  // namespace ampa::cost

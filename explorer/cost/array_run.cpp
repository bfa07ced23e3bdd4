#include "cost/array_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "common/error.h"
#include "cost/run_cost.h"
#include "numerics/random_stream.h"

namespace ampa::cost {
namespace {

constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;  // of an operand or result; they are held in memory

struct DistinctJob {
  const record::StepJob* job = nullptr;
  gemm::JobShape shape;
};

std::vector<DistinctJob> distinct_jobs(const record::RunRecord& record, const record::EpochResult& epoch) {
  std::map<std::string, allocate::LayerBits> bits;
  for (std::size_t i = 0; i < record.layers.size(); ++i) bits[record.layers[i].name] = epoch.bits.at(i);
  std::set<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, Bits, bool, Bits, bool>> seen;
  std::vector<DistinctJob> jobs;
  for (const record::StepJob& job : record.jobs) {
    const gemm::JobShape s = record::job_shape(job, bits.at(job.layer));
    if (seen.emplace(s.batch, s.m, s.n, s.k, s.a.bits, s.a.is_signed, s.b.bits, s.b.is_signed).second)
      jobs.push_back({&job, s});
  }
  return jobs;
}

gemm::CodeTensor random_matrix(CodeFormat format, std::int64_t rows, std::int64_t depth,
                               const numerics::RandomStream& stream) {
  gemm::CodeTensor tensor;
  gemm::resize(tensor, format, 0, rows, 1, 1, depth);
  const auto mask = static_cast<std::uint32_t>(format.num_codes()) - 1u;
  for (std::int64_t i = 0; i < rows * depth; i += 4) {
    std::uint32_t word = stream.bits32(static_cast<std::uint64_t>(i / 4));
    for (std::int64_t j = i; j < i + 4 && j < rows * depth; ++j, word >>= 8) {
      tensor.bytes[static_cast<std::size_t>(j)] =
          static_cast<std::uint8_t>(format.code_at(static_cast<std::int32_t>(word & mask)));
    }
  }
  return tensor;
}

std::string name_of(const DistinctJob& job) {
  return fmt::format("{} {} ({} x {} x {}, {} x {} bits)", job.job->layer, gemm::to_string(job.job->pass), job.shape.m,
                     job.shape.n, job.shape.k, job.shape.a.bits, job.shape.b.bits);
}

void check_size(const DistinctJob& job, const std::string& source) {
  const gemm::JobShape& s = job.shape;
  if (std::max({s.m * s.k, s.n * s.k, s.m * s.n}) > kMaxElements / s.batch)
    throw InputError(
        fmt::format("{}: results.jobs: expected matrices of at most {} elements to run on an array, found {}", source,
                    kMaxElements, name_of(job)));
}

gemm::JobCycles run_job(const DistinctJob& job, std::uint32_t index, const timing::HardwarePoint& point,
                        gemm::Backend& array, gemm::Backend& expected, std::uint64_t seed) {
  const gemm::JobShape& s = job.shape;
  const gemm::CodeTensor a = random_matrix(job.shape.a, s.batch * s.m, s.k, {seed, 0, index});
  const gemm::CodeTensor b = random_matrix(job.shape.b, s.batch * s.n, s.k, {seed, 1, index});
  gemm::GemmJob gemm_job{gemm::whole(a), gemm::whole(b), job.job->layer, 0, job.job->pass};
  if (s.batch > 1) {
    gemm_job.a.images = {0, s.m, s.batch};
    gemm_job.b.images = {0, s.n, s.batch};
  }
  gemm::Accumulators found, wanted;
  const std::optional<gemm::JobCycles> cycles = array.run(gemm_job, found);
  if (!cycles) throw RunError(fmt::format("{}: the backend counts no cycles", array.name()));
  expected.run(gemm_job, wanted);
  if (!(found == wanted))
    throw MismatchError(
        fmt::format("{}: sums of job {} differ from {}'s", array.name(), name_of(job), expected.name()));
  const gemm::JobCycles closed_form = timing::job_cycles(point, job.shape);
  if (!(*cycles == closed_form))
    throw MismatchError(fmt::format("{}: job {}: expected {}, found {}", array.name(), name_of(job),
                                    to_words(closed_form), to_words(*cycles)));
  return *cycles;
}

}  // namespace

ArrayRun run_on_array(const record::RunRecord& record, const timing::HardwarePoint& point, gemm::Backend& array,
                      gemm::Backend& expected, const ArrayRunOptions& options) {
  const record::EpochResult& epoch = record.epochs.at(static_cast<std::size_t>(options.epoch));
  std::vector<DistinctJob> jobs = distinct_jobs(record, epoch);
  ArrayRun run;
  run.epoch = epoch.epoch;
  run.num_step_jobs = static_cast<std::int64_t>(record.jobs.size());
  run.num_distinct_jobs = static_cast<std::int64_t>(jobs.size());
  if (options.max_jobs > 0 && options.max_jobs < run.num_distinct_jobs)
    jobs.resize(static_cast<std::size_t>(options.max_jobs));
  for (const DistinctJob& job : jobs) check_size(job, options.source);
  for (const DistinctJob& job : jobs) {
    const auto index = static_cast<std::uint32_t>(run.num_jobs);
    const gemm::JobCycles cycles = run_job(job, index, point, array, expected, options.seed);
    run.cycles += cycles;
    run.num_macs = checked_add(run.num_macs, job.shape.macs(), "MACs");
    ++run.num_jobs;
    if (options.on_progress) options.on_progress(run.num_jobs, static_cast<std::int64_t>(jobs.size()));
  }
  return run;
}

Json to_json(const ArrayRun& run) {
  return {
      {"epoch", run.epoch},       {"num_step_jobs", run.num_step_jobs}, {"num_distinct_jobs", run.num_distinct_jobs},
      {"num_jobs", run.num_jobs}, {"num_macs", run.num_macs},           {"cycles", to_json(run.cycles)}};
}

}  // namespace ampa::cost

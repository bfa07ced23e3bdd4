#include "commands/verify_trace.h"

#include <fmt/format.h>

#include "gemm/reference_backend.h"
#include "record/context.h"
#include "trace/recorder.h"

namespace ampa::commands {
namespace {

constexpr std::int64_t kMaxPercent = 90;

Json to_json(const rtl::Stress& stress) {
  return {{"seed", std::to_string(stress.seed)},
          {"operand_stall_percent", stress.operand_stall_percent},
          {"result_stall_percent", stress.result_stall_percent},
          {"reset_cycle", stress.reset_cycle},
          {"noise", stress.noise}};
}

rtl::Stress stress_from_json(JsonReader at) {
  rtl::Stress stress;
  stress.seed = at.decimal("seed");
  stress.operand_stall_percent = static_cast<int>(at.integer("operand_stall_percent", 0, kMaxPercent));
  stress.result_stall_percent = static_cast<int>(at.integer("result_stall_percent", 0, kMaxPercent));
  stress.reset_cycle = at.integer("reset_cycle", 0, INT64_MAX);
  stress.noise = at.boolean("noise");
  at.finish();
  return stress;
}

}  // namespace

std::filesystem::path new_failure_path(const std::filesystem::path& dir, const std::string& name,
                                       const std::string& extension) {
  for (int number = 1;; ++number) {
    const std::filesystem::path path = dir / fmt::format("{}-{}{}", name, number, extension);
    if (!std::filesystem::exists(path)) return path;
  }
}

std::filesystem::path write_failure_trace(const std::filesystem::path& dir, const std::string& point,
                                          const verify::Failure& failure) {
  const std::filesystem::path folder = new_failure_path(dir, point, "");
  const auto num_jobs = static_cast<std::int64_t>(failure.smallest.steps.size());
  trace::Writer writer(folder, 0, num_jobs);
  gemm::ReferenceBackend reference;
  Json stress = Json::array();
  for (std::int64_t i = 0; i < num_jobs; ++i) {
    const verify::Step& step = failure.smallest.steps[static_cast<std::size_t>(i)];
    gemm::GemmJob job = step.job();
    job.step = i;
    gemm::Accumulators sums;
    reference.run(job, sums);
    writer.add_job(job, sums);
    stress.push_back(to_json(step.stress));
  }
  Json context = record::make_context(1);
  context["verify"] = {{"point", point},
                       {"device", failure.device},
                       {"found_in", failure.found_in},
                       {"difference", failure.difference.text},
                       {"stress", stress}};
  writer.finish(context);
  return folder;
}

std::vector<rtl::Stress> stress_from_context(const Json& context, const std::string& source) {
  std::vector<rtl::Stress> stress;
  if (!context.contains("verify")) return stress;
  JsonReader at(context, source, "context.");
  JsonReader verify = at.child("verify");
  for (JsonReader& job : verify.children("stress")) stress.push_back(stress_from_json(std::move(job)));
  return stress;
}

}  // namespace ampa::commands

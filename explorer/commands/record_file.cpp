#include "commands/record_file.h"

#include <algorithm>

#include "common/error.h"
#include "networks/load_network.h"
#include "train/step_jobs.h"

namespace ampa::commands {
namespace {

bool same_job(const record::StepJob& x, const record::StepJob& y) {
  return x.layer == y.layer && x.pass == y.pass && x.m == y.m && x.n == y.n && x.k == y.k;
}

}  // namespace

record::RunRecord read_record_with_convolutions(const std::filesystem::path& path) {
  record::RunRecord record = record::read_record(path);
  if (std::all_of(record.jobs.begin(), record.jobs.end(), [](const auto& job) { return job.shape.has_value(); }))
    return record;
  try {
    const ir::Network network = networks::load_network(record.config.at("network").get<std::string>());
    const auto jobs = train::step_jobs(network, record.config.at("batch_size").get<std::int64_t>());
    if (std::equal(jobs.begin(), jobs.end(), record.jobs.begin(), record.jobs.end(), same_job)) record.jobs = jobs;
  } catch (const InputError&) {       // no such network here
  } catch (const Json::exception&) {  // no configuration of a training run
  }
  return record;
}

}  // namespace ampa::commands

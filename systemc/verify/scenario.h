// What the bench runs on a fresh array: jobs one after the other, each under its stress.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gemm/backend.h"
#include "rtl/array/stress.h"

namespace ampa::verify {

// A job with the tensors that it reads. Stays where it is: the job points into it.
struct GeneratedJob {
  GeneratedJob() = default;
  GeneratedJob(const GeneratedJob&) = delete;
  GeneratedJob& operator=(const GeneratedJob&) = delete;

  std::string name;
  gemm::CodeTensor a, b;
  gemm::GemmJob job;
  std::optional<gemm::Accumulators> recorded;  // the sums, of a job that comes from a trace
};
using GeneratedJobPtr = std::unique_ptr<GeneratedJob>;

struct Step {
  GeneratedJobPtr generated;
  rtl::Stress stress;

  const gemm::GemmJob& job() const { return generated->job; }
};

struct Scenario {
  std::string name;
  std::vector<Step> steps;
};

// Calls the jobs after the scenario and their place in it.
inline void name_steps(Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    GeneratedJob& generated = *scenario.steps[i].generated;
    generated.name = generated.job.layer = scenario.name + ", job " + std::to_string(i);
  }
}

// Scenarios that are made when they are run.
struct ScenarioSet {
  std::int64_t count = 0;
  std::function<Scenario(std::int64_t index)> make;
};

}  // namespace ampa::verify

// Studies for tests: a file, and results made up for its settings.
#pragma once

#include "study/engine.h"
#include "study/lattice.h"
#include "study/study_spec.h"

namespace ampa::study {

// A study of a tiny network on generated images: 3 quantized layers, 6 epochs.
inline Json study_file(const Json& more = Json::object()) {
  Json json = Json::parse(R"({
    "schema_version": 1,
    "name": "a study",
    "base": {"network": "tinycnn", "dataset": "synthetic", "scheme": "ampa", "epochs": 6, "batch_size": 16,
             "max_train": 160, "max_test": 32, "itv_epochs": 1},
    "space": {"alpha": [0, 34, 67, 100], "gamma": [10, 50, 95]},
    "baselines": ["int8"],
    "seeds": [1, 2],
    "objectives": [{"of": "metric"}, {"of": "rr"}],
    "sampler": {"name": "sobol"},
    "batch": 2,
    "budget": {"trials": 100},
    "confirm": {"settings": 0}
  })");
  for (const auto& [key, value] : more.items()) {
    json.erase(key);
    if (!value.is_null()) json[key] = value;
  }
  return json;
}

inline StudySpec study_of(const Json& more = Json::object()) {
  return parse_study(study_file(more), "S.json");
}

// A result of a job, as if its run had come to these figures.
inline RunResult result_for(const Job& job, std::vector<double> objectives, double metric, bool completed = true) {
  RunResult result;
  result.trial = job.trial;
  result.setting = job.setting;
  result.seed = job.seed;
  result.epochs = job.until_epoch;
  result.completed = completed;
  for (const double value : objectives) result.objectives.emplace_back(value);
  result.metric = result.test_metric = metric;
  return result;
}

}  // namespace ampa::study

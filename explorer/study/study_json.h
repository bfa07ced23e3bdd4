// DIR/study.json: what a study has found, for pages, advice and scripts.
#pragma once

#include <string>
#include <vector>

#include "study/engine.h"

namespace ampa::study {

struct StudyState {
  const StudySpec& spec;
  const Lattice& lattice;
  const Engine& engine;
  const std::vector<sweep::TrialSummary>& trials;
  std::size_t num_decisions = 0;
  std::string end;  // why it is over; empty: it is not
  Json context = Json::object();
};

constexpr std::int64_t kStudySummaryVersion = 1;

// {"schema_version", "context", "config": the study's file, "results"}. In results: name, end (null while it goes on),
// metric, objectives, constraints, counts, settings (those that were run, with their figures over the seeds),
// differences (blocked ANOVA of each objective), importance (of each dimension of a space), hypervolume (with a
// bootstrap interval over the seeds), confirmed, reference, trials.
Json study_json(const StudyState& state);

// The results in a few sentences.
std::string study_words(const Json& summary);

}  // namespace ampa::study

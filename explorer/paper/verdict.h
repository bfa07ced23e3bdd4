// Whether the runs of a table show what the paper's text claims.
#pragma once

#include <string>

#include "paper/results.h"

namespace ampa::paper {

struct Verdict {
  std::string word;      // "shown", "not shown", "reversed", "not run"
  std::string evidence;  // the test, in words
};

// A claim of differences is tested over all pairs of a task and a seed of which both runs have the figure, by the
// one-sided paired t-test (paper/differences.h): shown where p < 0.05 for a positive mean difference, reversed where
// p < 0.05 for a negative one. A claim of divergence is shown where more than half of the one's runs diverge and none
// of the other's, reversed in the opposite case.
Verdict verdict_of(const Claim& claim, const TableResult& result);

}  // namespace ampa::paper

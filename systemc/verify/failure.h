// A failure as a person reads it.
#pragma once

#include <cstdint>
#include <string>

#include "verify/job_check.h"
#include "verify/scenario.h"

namespace ampa::verify {

struct Failure {
  std::string device;      // "rtl"
  std::string found_in;    // the scenario that failed first
  std::string first_text;  // what differed there
  Scenario smallest;
  Difference difference;  // of the smallest
  std::int64_t num_shrink_runs = 0;
};

// One job on a line: pass, sizes, formats and stress.
std::string describe(const Step& step);

// Some lines: where it was found, the smallest jobs that fail with all their codes (the first kMaxPrintedCodes of each
// row), and what differs. Ends with a newline.
std::string failure_block(const std::string& point, const Failure& failure);

constexpr std::int64_t kMaxPrintedCodes = 64, kMaxPrintedRows = 8;

}  // namespace ampa::verify

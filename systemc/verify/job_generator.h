// Jobs that try an array: directed ones at the edges of its range, and random ones that any seed repeats.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gemm/gemm_job.h"
#include "timing/hardware_point.h"

namespace ampa::systemc {

// A job with the tensors that it reads. Stays where it is: the job points into it.
struct GeneratedJob {
  GeneratedJob() = default;
  GeneratedJob(const GeneratedJob&) = delete;
  GeneratedJob& operator=(const GeneratedJob&) = delete;

  std::string name;
  gemm::CodeTensor a, b;
  gemm::GemmJob job;
};
using GeneratedJobPtr = std::unique_ptr<GeneratedJob>;

// Every pair of widths and signedness with all-min, all-max, alternating and zero codes; K = 1, one row, one column;
// sizes beside and beyond the array's; odd widths; convolutions of each pass; sums that no 32-bit accumulator holds.
std::vector<GeneratedJobPtr> directed_jobs(const timing::HardwarePoint& point);

// Job `index` of `seed`: widths 2..8, either signedness, zero points, up to three tiles a side, plain matrices
// (transposed or not) and windows of convolutions (strided, dilated, padded). Depends on nothing else than its
// arguments.
GeneratedJobPtr random_job(const timing::HardwarePoint& point, std::uint64_t seed, std::int64_t index);

}  // namespace ampa::systemc

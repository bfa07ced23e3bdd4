// The C++ twin of rtl/core/ampa_core_config.vh: the words from which a core runs a job.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "timing/job_plan.h"

namespace ampa::timing {

constexpr std::int64_t kMaxSlabEntries = 64;

// Where the data of a job lie: byte addresses, multiples of the port's bytes.
struct JobAddresses {
  std::uint64_t a = 0, b = 0, results = 0;
};

// 32-bit words, a whole number of beats. core/README.md says what each means. `codes` of a plan whose results leave as
// codes must be of its form, with a correction for each column if it has any.
std::vector<std::uint32_t> make_descriptor(const JobPlan& plan, const JobAddresses& addresses,
                                           const std::optional<Requantization>& codes);

// The beats of a plan's descriptor.
std::int64_t descriptor_beats(const JobPlan& plan);

}  // namespace ampa::timing

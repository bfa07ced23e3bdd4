// Whether a core can run what a descriptor says: the C++ twin of the checks of rtl/core.
#pragma once

#include <cstddef>
#include <cstdint>

#include "timing/core_config.h"
#include "tlm/core/job_words.h"
#include "tlm/core/step_walker.h"

namespace ampa::tlm {

// The longest descriptor of a core, in beats of its port: what lies behind is no part of any job.
std::int64_t most_descriptor_beats(std::int64_t port_bytes);

// Whether the words make a job: rtl/core/ampa_core_check.v lists what is asked for. `num_words` were fetched.
bool is_job(const JobWords& job, const timing::CoreConfig& config, std::size_t num_words);

// Whether the core holds what a step asks for: as rtl/core/ampa_core_steps.v.
bool is_within_limits(const JobWords& job, const StepWalker& step, const timing::CoreConfig& config);

}  // namespace ampa::tlm

// Who runs GemmJobs, by name.
#pragma once

#include <memory>
#include <string>

#include "commands/core_flags.h"
#include "common/thread_pool.h"
#include "gemm/backend.h"

namespace ampa::commands {

using config::kDefaultPoint;

// "cpu", "reference", "tlm" or "rtl"; the last two simulate the array of hardware point `point` or, with a memory, the
// core around it. `threads` must outlive the backend. Throws InputError for an unknown name or point, or a point or
// core without RTL.
std::unique_ptr<gemm::Backend> make_backend(const std::string& name, const std::string& point, const CoreFlags& core,
                                            ThreadPool& threads);

}  // namespace ampa::commands

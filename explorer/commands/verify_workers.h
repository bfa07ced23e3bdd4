// The targets of `ampa verify`, each in a process of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/json_reader.h"

namespace ampa::commands {

// Runs `ampa verify ARGUMENTS --worker-report FILE --TARGETKIND TARGET` for every target, `processes` at a time, and
// returns their reports in order. Throws with the worker's last words if one ends without a report: InputError if
// it found its input wrong, else RunError.
struct VerifyTarget {
  std::string flag;  // "--point" or "--unit"
  std::string name;
};
std::vector<Json> run_workers(const std::vector<VerifyTarget>& targets,
                              const std::function<std::vector<std::string>(const VerifyTarget&)>& arguments_of,
                              int processes, const std::function<void(std::size_t done)>& on_progress);

}  // namespace ampa::commands

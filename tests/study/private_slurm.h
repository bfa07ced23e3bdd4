// A Slurm of a test's own: a controller and virtual nodes of two processors each, all on this machine and in one
// folder, which end with the object. Nothing of the machine's own configuration is read or changed.
#pragma once

#include <string>
#include <vector>

#include "../explorer/scratch.h"

namespace ampa::testing {

class PrivateSlurm {
 public:
  // Whether slurmctld, slurmd, sbatch and munged are here (scripts/setup.sh --tests installs them).
  static bool is_installed();

  // Starts all and points SLURM_CONF to it. Partitions: low (the default), whose jobs make room for those of high.
  // Throws std::runtime_error with the logs if the nodes are not idle after half a minute.
  explicit PrivateSlurm(const std::vector<std::string>& nodes);
  ~PrivateSlurm();
  PrivateSlurm(const PrivateSlurm&) = delete;
  PrivateSlurm& operator=(const PrivateSlurm&) = delete;

  void start_node(const std::string& node) const;

  // As if its power were cut: the daemon and all that it started.
  void kill_node(const std::string& node) const;

  void stop_one_worker(const std::string& node) const;  // which lives, and says nothing any more

  std::string ask(const std::string& command) const;  // what a command of Slurm prints
  std::string logs() const;

 private:
  std::vector<int> processes_of(const std::string& node) const;  // that it started for jobs, oldest first

  Scratch folder_;
  std::vector<std::string> nodes_;
};

}  // namespace ampa::testing

// The folder of one attempt at a trial: DIR/trials/ID/attempt.CLAIM.
#pragma once

#include <filesystem>
#include <string>

namespace ampa::study {

class Attempt {
 public:
  // Makes the folder, with the furthest whole checkpoint of the trial and of its other attempts. Throws RunError.
  Attempt(const std::filesystem::path& trial_folder, const std::string& claim);

  const std::filesystem::path& folder() const { return folder_; }
  bool has_checkpoint() const { return has_checkpoint_; }

  // Empties the folder, and the trial's of its checkpoints, which the trainer refuses: it starts from the beginning.
  void start_over();

  // Moves what the trainer left to the trial's folder and removes all attempts. Throws RunError.
  void publish();

  void remove();

 private:
  void adopt_checkpoint();

  std::filesystem::path trial_folder_, folder_;
  bool has_checkpoint_ = false;
};

}  // namespace ampa::study

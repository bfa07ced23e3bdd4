// The folder of a run: record.json and checkpoint.bin, and whether what is in them may be gone on with.
#pragma once

#include <filesystem>
#include <optional>

#include "record/run_record.h"
#include "train/checkpoint.h"

namespace ampa::train {

class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path dir) : dir_(std::move(dir)) {}

  bool is_none() const { return dir_.empty(); }  // nothing is kept
  std::filesystem::path record_path() const { return dir_ / "record.json"; }
  std::filesystem::path checkpoint_path() const { return dir_ / "checkpoint.bin"; }

  void tidy() const;        // away with temporaries of processes that are gone
  void start_over() const;  // away with both files

  struct Kept {
    CheckpointState state;
    record::RunRecord record;
  };
  // What the run with `identity` can be gone on with; none if there is no checkpoint. Throws InputError for a
  // checkpoint or a record beside it, or alone, of another run: these are never replaced.
  std::optional<Kept> read(const record::Identity& identity) const;

 private:
  void check_record_beside(const record::Identity& identity, bool has_checkpoint) const;

  std::filesystem::path dir_;
};

}  // namespace ampa::train

#include "train/run_folder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/atomic_file.h"
#include "common/error.h"
#include "train/identity.h"

namespace ampa::train {
namespace {

// Throws unless the run in `saved` can be gone on with as the one of `identity`.
void check_identity(const record::RunRecord& saved, const record::Identity& identity,
                    const std::filesystem::path& path) {
  if (!saved.identity)
    throw InputError(
        fmt::format("{}: identity: expected that of the run to go on with, found none: it was written by an "
                    "older version, which measured accuracy by another rule",
                    path.string()));
  const std::vector<std::string> obstacles = obstacles_to_resume(*saved.identity, identity);
  if (!obstacles.empty())
    throw InputError(
        fmt::format("{}: identity: expected the run that the settings describe, found another one (kept and "
                    "asked for): {}",
                    path.string(), fmt::join(obstacles, "; ")));
}

}  // namespace

void RunFolder::tidy() const {
  remove_stale_temporaries(dir_);
}

void RunFolder::start_over() const {
  std::filesystem::remove(record_path());
  std::filesystem::remove(checkpoint_path());
}

void RunFolder::check_record_beside(const record::Identity& identity, bool has_checkpoint) const {
  if (!std::filesystem::exists(record_path())) return;
  std::optional<record::RunRecord> saved;
  try {
    saved = record::read_record(record_path());
  } catch (const InputError&) {
    if (!has_checkpoint) throw;  // else the checkpoint holds all that a damaged record did
  }
  if (saved) check_identity(*saved, identity, record_path());
}

std::optional<RunFolder::Kept> RunFolder::read(const record::Identity& identity) const {
  if (!std::filesystem::exists(checkpoint_path())) {
    check_record_beside(identity, false);
    return std::nullopt;
  }
  const std::string source = checkpoint_path().string();
  Kept kept{read_checkpoint_state(checkpoint_path()), {}};
  kept.record = record::from_json(kept.state.record, source);
  check_identity(kept.record, identity, checkpoint_path());
  check_record_beside(identity, true);
  return kept;
}

}  // namespace ampa::train

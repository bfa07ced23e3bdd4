#include "verify/stream_file.h"

#include "common/json_reader.h"

namespace ampa::verify {
namespace {

constexpr std::int64_t kMaxInputs = 1'000'000, kMaxCycles = 1'000'000'000;

}  // namespace

void write_failed_stream(const std::filesystem::path& path, const std::string& unit, const UnitFailure& failure) {
  const UnitRun& run = failure.smallest;
  write_json_file(path, {{"schema_version", 1},
                         {"unit", unit},
                         {"seed", std::to_string(run.seed)},
                         {"num_inputs", run.num_inputs},
                         {"switch_modes", run.switch_modes},
                         {"offer_percent", run.offer_percent},
                         {"take_percent", run.take_percent},
                         {"reset_after_cycles", run.reset_after_cycles},
                         {"mismatch", failure.mismatch}});
}

UnitStream read_stream(const std::filesystem::path& path) {
  const Json json = read_json_file(path);
  JsonReader at(json, path.string());
  at.integer("schema_version", 1, 1);
  UnitStream stream;
  stream.unit = at.string("unit");
  stream.run.seed = at.decimal("seed");
  stream.run.num_inputs = at.integer("num_inputs", 1, kMaxInputs);
  stream.run.switch_modes = at.boolean("switch_modes");
  stream.run.offer_percent = static_cast<int>(at.integer("offer_percent", 1, 100));
  stream.run.take_percent = static_cast<int>(at.integer("take_percent", 1, 100));
  stream.run.reset_after_cycles = at.integer("reset_after_cycles", 0, kMaxCycles);
  at.string("mismatch");
  at.finish();
  unit_from_string(stream.unit);
  return stream;
}

}  // namespace ampa::verify

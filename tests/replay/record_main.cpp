// Runs the benches of units, processing elements and arrays on recorded models: AMPA_RECORD_FOLDER=somewhere
// ampa_record
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "common/error.h"
#include "pe_bench.h"
#include "recorded_models.h"
#include "rtl/units/unit_checks.h"

namespace {

struct Traffic {
  int offer_percent, take_percent;
};
constexpr Traffic kTraffics[] = {{100, 100}, {30, 100}, {100, 30}, {60, 60}};

void record_run(const ampa::rtl::UnitCheck& check, const Traffic& traffic, std::uint64_t seed,
                std::int64_t reset_after_cycles) {
  const ampa::rtl::Handshakes sides = {ampa::rtl::random_pattern(seed, traffic.offer_percent),
                                       ampa::rtl::random_pattern(seed + 1000, traffic.take_percent)};
  const auto verdict = check.run({{seed, 400, seed > 2}, sides, reset_after_cycles});
  if (!verdict.mismatch.empty()) throw ampa::MismatchError(check.name + ": " + verdict.mismatch);
}

// Of each bench, of units for each traffic; AMPA_RECORD_SEEDS in the environment asks for more.
std::int64_t num_seeds() {
  return ampa::replay::record_limit("AMPA_RECORD_SEEDS", 4);
}

void record_unit(const ampa::rtl::UnitCheck& check) {
  std::uint64_t seed = 0;
  for (const Traffic& traffic : kTraffics)
    for (std::int64_t run = 1; run <= num_seeds(); ++run)
      record_run(check, traffic, ++seed, run % 2 == 0 ? 10 * run + 7 : 0);
  if (check.name.find("-long") == std::string::npos) return;
  for (seed = 5; seed <= 57; ++seed) record_run(check, kTraffics[3], seed, 0);  // every bit of a count
}

constexpr int kRows = 2, kCols = 3, kLanes = 32, kSerialLanes = 5;  // as targets.json has them

template <class Model>
void record_pe(ampa::replay::Pe pe) {
  for (std::int64_t seed = 1; seed <= num_seeds(); ++seed)
    ampa::replay::PeBench<Model>(pe, kLanes, static_cast<std::uint64_t>(seed)).run(2000);
}

template <class Model, bool WeightStationary>
void record_array(ampa::replay::Pe pe) {
  const int lanes = pe == ampa::replay::Pe::kSerial ? kSerialLanes : kLanes;
  for (std::int64_t seed = 1; seed <= num_seeds(); ++seed)
    ampa::replay::ArrayBench<Model, WeightStationary>(pe, kRows, kCols, lanes, static_cast<std::uint64_t>(seed))
        .run(100);
}

void record_all() {
  using ampa::replay::Pe;
  for (const auto& check : ampa::rtl::unit_checks()) record_unit(check);
  ampa::replay::AccumulatorBench<Vampa_accumulator>(1).run(3000);
  record_pe<Vampa_int8_pe>(Pe::kInt8);
  record_pe<Vampa_int8_pe_structural>(Pe::kInt8);
  record_pe<Vampa_fused_pe>(Pe::kFused);
  record_pe<Vampa_fused_pe_structural>(Pe::kFused);
  record_pe<Vampa_fused_fast_pe>(Pe::kFused);
  record_pe<Vampa_serial_pe>(Pe::kSerial);
  record_pe<Vampa_serial_pe_structural>(Pe::kSerial);
  record_array<Vampa_os_int8, false>(Pe::kInt8);
  record_array<Vampa_os_fused, false>(Pe::kFused);
  record_array<Vampa_os_fused_fast, false>(Pe::kFused);
  record_array<Vampa_os_serial, false>(Pe::kSerial);
  record_array<Vampa_ws_int8, true>(Pe::kInt8);
  record_array<Vampa_ws_fused, true>(Pe::kFused);
  record_array<Vampa_ws_fused_fast, true>(Pe::kFused);
  record_array<Vampa_ws_serial, true>(Pe::kSerial);
}

}  // namespace

int main() {
  try {
    record_all();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "record: %s\n", error.what());
    return 1;
  }
  return 0;
}

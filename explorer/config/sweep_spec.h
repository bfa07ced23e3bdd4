// What a sweep is asked to do: SWEEP.json, spread out into trials.
#pragma once

#include <string>
#include <vector>

#include "common/json_reader.h"
#include "config/trial.h"

namespace ampa::config {

constexpr std::int64_t kSweepSchemaVersion = 1;

struct SweepSpec {
  std::string source;  // the file, for messages
  std::string name;
  std::vector<Trial> trials;        // each configuration once, baselines first
  std::vector<std::string> points;  // hardware points on which every run is costed
  Json json;                        // the file's own text
};

// SWEEP.json:
//   schema_version 1, name
//   base       keys of a train config that all trials share
//   grid       train-config keys with arrays of values: every combination is a setting
//   list       array of train configs over base: each is a setting (each is crossed with the grid if there are both)
//   seeds      array of seeds: every setting is run once with each; default [1]
//   points     hardware points; default ["fused-16x16"]
//   baselines  schemes other than ampa, run once with each seed on every task; default none
// Throws InputError naming `source`, the key, what was expected and what was found.
SweepSpec parse_sweep(const Json& json, const std::string& source);

}  // namespace ampa::config

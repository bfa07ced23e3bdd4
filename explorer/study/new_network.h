// What settings that were tried elsewhere come to on a network that no run has seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "ir/network.h"
#include "sweep/summary.h"

namespace ampa::study {

// The settings of a resolved configuration that go with its scheme, as they are carried to another network: ratios in
// percent of the layers, the interval as a share of the epochs ("itv"), Thr, ladder and what else acts.
Json carried_settings(const Json& config);

// `config` with the scheme's settings replaced by those that are carried.
Json with_carried(Json config, const Json& carried);

// A network that settings are for.
struct NewNetwork {
  std::string name;     // or path
  std::string dataset;  // empty: none named, the network's own input
  std::int64_t epochs = 0;
  ir::Network network;
};

struct OnNewNetwork {
  int num_layers = 0;              // quantized ones
  bool has_ladder = false;         // of these only: the next five
  std::vector<std::string> names;  // "alpha", "beta", "gamma"
  std::vector<double> percents;    // of these
  std::vector<int> selected;       // layers, or groups of them, that an update selects
  std::int64_t interval_epochs = 0, num_updates = 0;
  std::optional<sweep::ReductionRange> range;  // of RR, estimated before training
  std::vector<std::string> notices;            // ratios that select nothing, an interval that leaves no update
};

// Throws InputError for settings that the network cannot have.
OnNewNetwork on_new_network(const Json& carried, const NewNetwork& network);

// "alpha 10, beta 20, gamma 30, itv 0.05, thr 3, ladder [4,6,8]", and what is not at its default.
std::string carried_words(const Json& carried);

// The same as flags of `ampa train`.
std::string carried_flags(const Json& carried);

}  // namespace ampa::study

// The record of a run of a built-in network that nobody trained: its jobs, and widths that change from epoch to epoch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "networks/load_network.h"
#include "record/run_record.h"
#include "train/step_jobs.h"

namespace ampa::testing {

// Widths of 4, 6 or 8 bits for every layer, drawn anew every `interval` epochs; 8 before.
inline void add_epochs(record::RunRecord& record, std::int64_t num_epochs, std::int64_t interval) {
  std::uint32_t state = 1;
  const auto draw = [&state] {
    state = state * 1664525u + 1013904223u;
    return Bits(4 + 2 * static_cast<int>((state >> 16) % 3));
  };
  std::vector<allocate::LayerBits> bits(record.layers.size(), {8, 8, 8});
  for (std::int64_t epoch = 0; epoch < num_epochs; ++epoch) {
    if (epoch % interval == 0 && epoch > 0)
      for (allocate::LayerBits& layer : bits) layer = {draw(), draw(), draw()};
    record.epochs.emplace_back();
    record.epochs.back().epoch = epoch;
    record.epochs.back().bits = bits;
  }
}

inline record::RunRecord record_of(const std::string& name, std::int64_t batch, std::int64_t num_epochs,
                                   std::int64_t interval) {
  record::RunRecord record;
  const ir::Network network = networks::load_network(name);
  record.jobs = train::step_jobs(network, batch);
  for (const int index : network.quantized_layers())
    record.layers.push_back({network.layers[static_cast<std::size_t>(index)].name, 0, 0});
  record.steps_per_epoch = 782;
  add_epochs(record, num_epochs, interval);
  return record;
}

}  // namespace ampa::testing

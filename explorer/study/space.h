// What the settings of a study differ in.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/json_reader.h"

namespace ampa::study {

// A setting of a training run and the values that it takes, in their order.
struct Dimension {
  std::string key;
  std::vector<Json> values;
  // The setting is left at its default unless another one has one of these values; empty: never.
  std::string when_key;
  std::vector<Json> when_values;
};

struct Space {
  std::vector<Dimension> dimensions;
  std::vector<Json> list;  // in place of dimensions: each entry is a setting

  // Of the dimensions' values, or the entries of the list.
  std::size_t num_combinations() const;
  // The keys of a combination and their values; the last dimension changes fastest.
  Json combination(std::size_t index) const;
  // How many values each dimension has; of a list one number.
  std::vector<std::size_t> radices() const;
};

// What a range without steps takes its values from.
struct SpaceContext {
  std::int64_t epochs = 0;          // of the run: itv becomes whole epochs
  std::function<int()> num_layers;  // quantized ones: alpha, beta and gamma become whole layers
};

constexpr std::size_t kMaxCombinations = 100000;

// `space` or `list` of a study's file:
//   "space": {KEY: [values]
//             KEY: {"values": [...], "when": {OTHER: [values]}}
//             KEY: {"from", "to", "steps" (values from end to end), "scale": "linear" | "log", "when"}
// Integers without steps take all values; alpha, beta and gamma those that select another number of layers; itv those
// that come to another interval. Throws InputError naming the key.
Space read_space(JsonReader& reader, const SpaceContext& context);

}  // namespace ampa::study

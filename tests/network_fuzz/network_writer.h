// Writes the description of a random network layer by layer.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "ir/network.h"
#include "numerics/random_stream.h"

namespace ampa::network_fuzz {

using ir::Shape;

class Random {
 public:
  explicit Random(std::uint64_t seed) : stream_{seed, 0, 0} {}
  std::int64_t between(std::int64_t min, std::int64_t max) {
    return min + static_cast<std::int64_t>(stream_.bits32(next_++) % static_cast<std::uint64_t>(max - min + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }

 private:
  numerics::RandomStream stream_;
  std::uint64_t next_ = 0;
};

// Knows every value's shape and whether somebody reads it.
class NetworkWriter {
 public:
  struct Value {
    std::string name;
    Shape shape;
    bool is_read;
  };

  NetworkWriter(Random& random, Shape input) : random_(random) { values_.push_back({"input", input, true}); }

  Random& random() { return random_; }
  const std::vector<Value>& values() const { return values_; }
  const Shape& shape(std::size_t value) const { return values_[value].shape; }

  // The last value, or any: so that values come to have several readers.
  std::size_t pick() {
    return random_.one_in(3)
               ? static_cast<std::size_t>(random_.between(0, static_cast<std::int64_t>(values_.size()) - 1))
               : values_.size() - 1;
  }

  std::size_t put(const char* type, const std::vector<std::size_t>& inputs, Shape out, Json keys = Json::object()) {
    const std::string name = fmt::format("{}{}", type, layers_.size());
    Json layer = {{"name", name}, {"type", type}, {"inputs", Json::array()}};
    for (const std::size_t input : inputs) {
      layer["inputs"].push_back(values_[input].name);
      values_[input].is_read = true;
    }
    layer.update(keys);
    layers_.push_back(layer);
    values_.push_back({name, out, false});
    return values_.size() - 1;
  }

  // Whether the next layer with GEMMs is quantized.
  bool quantized() { return !random_.one_in(4); }

 protected:
  Random& random_;
  std::vector<Value> values_;
  Json layers_ = Json::array();
};

}  // namespace ampa::network_fuzz

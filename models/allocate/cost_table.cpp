#include "allocate/cost_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "common/error.h"
#include "numerics/formats.h"

namespace ampa::allocate {
namespace {

constexpr std::int64_t kMostCycles = std::int64_t{1} << 50;  // of a layer's pass; sums of 2^13 layers fit
constexpr std::int64_t kMostVersions = 1 << 20;
constexpr const char* kPassKeys[] = {"fwd", "dgrad", "wgrad"};

std::vector<std::vector<std::int64_t>> read_rows(JsonReader& layer, const char* key, std::size_t num_widths) {
  const Json& rows = layer.array(key);
  const auto is_row = [&](const Json& row) {
    return row.is_array() && row.size() == num_widths && std::all_of(row.begin(), row.end(), [](const Json& cycles) {
             return cycles.is_number_integer() && cycles >= 0 && cycles <= kMostCycles;
           });
  };
  if (rows.size() != num_widths || !std::all_of(rows.begin(), rows.end(), is_row))
    layer.fail(key, fmt::format("{} rows of {} numbers of cycles", num_widths, num_widths), rows.dump());
  return rows.get<std::vector<std::vector<std::int64_t>>>();
}

}  // namespace

CostTable CostTable::read(const Json& json, const std::string& source) {
  CostTable table;
  JsonReader reader(json, source);
  reader.integer("schema_version", 1, 1);
  table.point_ = reader.string("point");
  table.point_version_ = reader.integer("point_version", 1, kMostVersions);
  for (const std::int64_t bits : reader.integers("widths", kMinBits, kMaxBits))
    table.widths_.push_back(static_cast<Bits>(bits));
  if (table.widths_.empty() ||
      std::adjacent_find(table.widths_.begin(), table.widths_.end(), std::greater_equal<>()) != table.widths_.end())
    reader.fail("widths", "rising widths", json.at("widths").dump());
  for (JsonReader layer : reader.children("layers")) {
    layer.string("layer");
    std::array<Rows, kNumPasses> passes;
    for (std::size_t pass = 0; pass < kNumPasses; ++pass)
      passes[pass] = read_rows(layer, kPassKeys[pass], table.widths_.size());
    layer.finish();
    table.layers_.push_back(std::move(passes));
  }
  reader.finish();
  return table;
}

bool CostTable::has(Bits bits) const {
  return std::find(widths_.begin(), widths_.end(), bits) != widths_.end();
}

std::size_t CostTable::place(Bits bits) const {
  return static_cast<std::size_t>(std::find(widths_.begin(), widths_.end(), bits) - widths_.begin());
}

std::int64_t CostTable::cycles(int layer, LayerBits bits) const {
  const std::array<Rows, kNumPasses>& passes = layers_[static_cast<std::size_t>(layer)];
  const std::size_t w = place(bits.w), a = place(bits.a), g = place(bits.g);
  return passes[kForward][a][w] + passes[kDataGradient][g][w] + passes[kWeightGradient][g][a];
}

std::int64_t CostTable::cycles(const std::vector<LayerBits>& bits) const {
  std::int64_t sum = 0;
  for (int layer = 0; layer < num_layers(); ++layer) sum += cycles(layer, bits[static_cast<std::size_t>(layer)]);
  return sum;
}

}  // namespace ampa::allocate

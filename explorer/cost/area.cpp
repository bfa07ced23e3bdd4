#include "cost/area.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "common/json_reader.h"
#include "grid_synthesis_counts.h"
#include "synthesis_counts.h"

namespace ampa::cost {
namespace {

constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
constexpr double kAnyNumber = std::numeric_limits<double>::max();

JsonReader synthesis_counts() {
  static const Json json = Json::parse(embedded::synthesis_counts().front().second);
  return JsonReader(json, "rtl/synth/area.json");
}

std::string module_of(const timing::HardwarePoint& point) {
  return point.dataflow == timing::Dataflow::kOutputStationary ? "ampa_os_array" : "ampa_ws_array";
}

CellCounts read_counts(JsonReader reader) {
  CellCounts counts;
  counts.lut = reader.integer("lut", 0, kAny);
  counts.ff = reader.integer("ff", 0, kAny);
  counts.dsp48e1 = reader.integer("dsp48e1", 0, kAny);
  counts.carry4 = reader.integer("carry4", 0, kAny);
  if (reader.has("sites")) counts.sites = reader.integer("sites", 0, kAny);
  return counts;
}

std::optional<PointArea> synthesised_area(const timing::HardwarePoint& point) {
  for (JsonReader entry : synthesis_counts().children("entries")) {
    if (entry.string("kind") != "array" || entry.string("module") != module_of(point)) continue;
    JsonReader parameters = entry.child("parameters");
    if (parameters.integer("Pe", 0, kAny) == static_cast<std::int64_t>(point.pe) &&
        parameters.integer("Rows", 1, kAny) == point.rows && parameters.integer("Cols", 1, kAny) == point.cols)
      return PointArea{AreaMethod::kSynthesised, read_counts(entry.child("with_dsp")),
                       read_counts(entry.child("no_dsp"))};
  }
  return std::nullopt;
}

// The sum that rtl/synth/compose.py describes.
std::int64_t composed_count(JsonReader terms, const timing::HardwarePoint& point) {
  const auto coefficient = [&terms](const char* name) { return terms.number(name, -kAnyNumber, kAnyNumber); };
  const auto rows = static_cast<double>(point.rows), cols = static_cast<double>(point.cols);
  const double count = coefficient("base") + rows * coefficient("row") + cols * coefficient("col") +
                       rows * cols * coefficient("element") + rows * (rows - 1) / 2 * coefficient("row_skew") +
                       cols * (cols - 1) / 2 * coefficient("col_skew");
  return std::llround(count);
}

CellCounts composed_counts(JsonReader kinds, const timing::HardwarePoint& point) {
  CellCounts counts;
  counts.lut = composed_count(kinds.child("lut"), point);
  counts.ff = composed_count(kinds.child("ff"), point);
  counts.dsp48e1 = composed_count(kinds.child("dsp48e1"), point);
  counts.carry4 = composed_count(kinds.child("carry4"), point);
  return counts;
}

PointArea composed_area(const timing::HardwarePoint& point) {
  for (JsonReader entry : synthesis_counts().children("compositions"))
    if (entry.string("module") == module_of(point) &&
        entry.integer("pe", 0, kAny) == static_cast<std::int64_t>(point.pe))
      return {AreaMethod::kComposed, composed_counts(entry.child("with_dsp"), point),
              composed_counts(entry.child("no_dsp"), point)};
  synthesis_counts().fail("compositions", "one of every processing element and dataflow", "none of " + point.name);
}

JsonReader grid_counts() {
  static const Json json = Json::parse(embedded::grid_synthesis_counts().front().second);
  return JsonReader(json, "rtl/synth/grid_area.json");
}

// Grids are synthesised whole, none is composed.
PointArea grid_area(const timing::HardwarePoint& point) {
  JsonReader area = grid_counts();
  for (JsonReader entry : area.children("entries"))
    if (entry.string("name") == point.name)
      return {AreaMethod::kSynthesised, read_counts(entry.child("with_dsp")), read_counts(entry.child("no_dsp"))};
  area.fail("entries", "one of every grid that is asked for", "none of " + point.name);
}

}  // namespace

std::string to_string(AreaMethod method) {
  return method == AreaMethod::kSynthesised ? "synthesised" : "composed";
}

PointArea area_of(const timing::HardwarePoint& point) {
  if (timing::pe_formats(point.pe).is_grid) return grid_area(point);
  const std::optional<PointArea> area = synthesised_area(point);
  return area ? *area : composed_area(point);
}

std::vector<std::string> synthesised_grids() {
  std::vector<std::string> names;
  for (JsonReader entry : grid_counts().children("entries"))
    if (entry.string("kind") == "grid") names.push_back(entry.string("name"));
  return names;
}

Device reference_device() {
  constexpr std::int64_t kBram36 = 1030;  // Xilinx DS180, XC7VX485T
  JsonReader reader = synthesis_counts().child("device");
  return {reader.string("name"), reader.integer("lut", 1, kAny), reader.integer("ff", 1, kAny),
          reader.integer("dsp48e1", 1, kAny), kBram36};
}

}  // namespace ampa::cost

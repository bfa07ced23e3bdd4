#include "cost/area.h"

#include <limits>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "synthesis_counts.h"

namespace ampa::cost {
namespace {

constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();

struct ArrayEntry {
  std::string module;
  std::int64_t pe = 0, rows = 0, cols = 0;
  PointArea area;
};

CellCounts read_counts(JsonReader reader) {
  CellCounts counts;
  counts.lut = reader.integer("lut", 0, kAny);
  counts.ff = reader.integer("ff", 0, kAny);
  counts.dsp48e1 = reader.integer("dsp48e1", 0, kAny);
  counts.carry4 = reader.integer("carry4", 0, kAny);
  return counts;
}

const Json& synthesis_counts() {
  static const Json json = Json::parse(embedded::synthesis_counts().front().second);
  return json;
}

std::vector<ArrayEntry> read_arrays() {
  JsonReader reader(synthesis_counts(), "rtl/synth/area.json");
  std::vector<ArrayEntry> arrays;
  for (JsonReader entry : reader.children("entries")) {
    if (entry.string("kind") != "array") continue;
    JsonReader parameters = entry.child("parameters");
    ArrayEntry array;
    array.module = entry.string("module");
    array.pe = parameters.integer("Pe", 0, kAny);
    array.rows = parameters.integer("Rows", 1, kAny);
    array.cols = parameters.integer("Cols", 1, kAny);
    array.area = {read_counts(entry.child("with_dsp")), read_counts(entry.child("no_dsp"))};
    arrays.push_back(array);
  }
  return arrays;
}

}  // namespace

std::optional<PointArea> area_of(const timing::HardwarePoint& point) {
  static const std::vector<ArrayEntry> arrays = read_arrays();
  const bool is_os = point.dataflow == timing::Dataflow::kOutputStationary;
  const std::string module = is_os ? "ampa_os_array" : "ampa_ws_array";
  for (const ArrayEntry& array : arrays)
    if (array.module == module && array.pe == static_cast<std::int64_t>(point.pe) && array.rows == point.rows &&
        array.cols == point.cols)
      return array.area;
  return std::nullopt;
}

Device reference_device() {
  JsonReader file(synthesis_counts(), "rtl/synth/area.json");
  JsonReader reader = file.child("device");
  return {reader.string("name"), reader.integer("lut", 1, kAny), reader.integer("ff", 1, kAny),
          reader.integer("dsp48e1", 1, kAny)};
}

}  // namespace ampa::cost

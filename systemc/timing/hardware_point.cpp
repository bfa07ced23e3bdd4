#include "timing/hardware_point.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <optional>
#include <set>

#include "common/error.h"
#include "common/json_reader.h"
#include "rtl_design_points.h"

namespace ampa::timing {
namespace {

constexpr std::int64_t kMaxSide = 1024;
constexpr std::string_view kWeightStationary = "ws", kFast = "fast";

std::optional<std::int64_t> parse_side(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_plain = !text.empty() && text.front() >= '1' && text.front() <= '9';
  if (!is_plain || error != std::errc() || end != text.data() + text.size() || value > kMaxSide) return std::nullopt;
  return value;
}

// Takes `word` off the front of `text` (and the hyphen before or behind it) if it is there.
bool take_prefix(std::string_view& text, std::string_view word) {
  if (text.substr(0, word.size()) != word || text.substr(word.size(), 1) != "-") return false;
  text.remove_prefix(word.size() + 1);
  return true;
}
bool take_suffix(std::string_view& text, std::string_view word) {
  if (text.size() <= word.size() || text.substr(text.size() - word.size()) != word) return false;
  text.remove_suffix(word.size());
  if (text.back() != '-') return false;
  text.remove_suffix(1);
  return true;
}

std::optional<Pe> pe_from_name(std::string_view name) {
  const std::vector<PeFormats>& table = all_pe_formats();
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i].name == name) return static_cast<Pe>(i);
  return std::nullopt;
}

// PE[-ws]-ROWSxCOLS[-fast]
std::optional<HardwarePoint> parse_name(const std::string& name) {
  std::string_view text = name;
  HardwarePoint point;
  const std::optional<Pe> pe = pe_from_name(text.substr(0, text.find('-')));
  if (!pe || !take_prefix(text, pe_formats(*pe).name)) return std::nullopt;
  point.pe = *pe;
  if (!pe_formats(*pe).is_grid && take_prefix(text, kWeightStationary)) point.dataflow = Dataflow::kWeightStationary;
  if (pe_formats(*pe).has_fast_form && take_suffix(text, kFast)) point.form = Form::kFast;
  const std::size_t cross = text.find('x');
  if (cross == std::string_view::npos) return std::nullopt;
  const auto rows = parse_side(text.substr(0, cross)), cols = parse_side(text.substr(cross + 1));
  if (!rows || !cols) return std::nullopt;
  const GridElement& grid = pe_formats(*pe).grid;
  if (*rows % grid.rows_each != 0 || *cols % grid.cols_each != 0) return std::nullopt;
  point.rows = *rows;
  point.cols = *cols;
  point.name = name_of(point);
  return point;
}

// Every line of the file repeats in its keys what its name says: CMake reads the keys.
HardwarePoint read_point(JsonReader reader) {
  const std::string name = reader.string("name");
  const std::optional<HardwarePoint> parsed = parse_name(name);
  if (!parsed) reader.fail("name", "PE[-ws]-ROWSxCOLS[-fast]", "'" + name + "'");
  HardwarePoint point = *parsed;
  const auto expect = [&](const std::string& key, std::string_view expected) {
    const std::string found = reader.string(key);
    if (found != expected) reader.fail(key, std::string(expected), "'" + found + "'");
  };
  expect("pe", pe_formats(point.pe).name);
  expect("dataflow", point.dataflow == Dataflow::kWeightStationary ? "ws" : "os");
  expect("form", point.form == Form::kFast ? "fast" : "synthesised");
  reader.integer("rows", point.rows, point.rows);
  reader.integer("cols", point.cols, point.cols);
  point.verilated = AMPA_VERILATE != 0;
  reader.finish();
  return point;
}

std::vector<HardwarePoint> read_points() {
  const std::string source = "rtl/design_points.json";
  const Json json = Json::parse(embedded::rtl_design_points().front().second);
  JsonReader reader(json, source);
  reader.integer("schema_version", 2, 2);
  std::vector<HardwarePoint> points;
  std::set<std::string> names;
  for (const JsonReader& child : reader.children("points")) {
    points.push_back(read_point(child));
    if (!names.insert(points.back().name).second)
      reader.fail("points", "each name once", "'" + points.back().name + "' twice");
  }
  reader.finish();
  return points;
}

}  // namespace

std::string name_of(const HardwarePoint& point) {
  return fmt::format("{}{}-{}x{}{}", pe_formats(point.pe).name,
                     point.dataflow == Dataflow::kWeightStationary ? "-ws" : "", point.rows, point.cols,
                     point.form == Form::kFast ? "-fast" : "");
}

const std::vector<HardwarePoint>& design_points() {
  static const std::vector<HardwarePoint> points = read_points();
  return points;
}

HardwarePoint point_from_string(const std::string& name) {
  std::vector<std::string> names;
  for (const HardwarePoint& point : design_points()) {
    if (point.name == name) return point;
    names.push_back(point.name);
  }
  if (const std::optional<HardwarePoint> point = parse_name(name)) return *point;
  std::vector<std::string_view> kinds;
  for (const PeFormats& formats : all_pe_formats()) kinds.push_back(formats.name);
  throw InputError(
      fmt::format("point: expected one of {} or PE[-ws]-ROWSxCOLS with PE one of {} and sides of 1..{} (pack2 even, "
                  "rows of int8p even), found '{}'",
                  fmt::join(names, ", "), fmt::join(kinds, ", "), kMaxSide, name));
}

}  // namespace ampa::timing

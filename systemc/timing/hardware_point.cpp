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
constexpr std::string_view kFusedPrefix = "fused-";

std::optional<std::int64_t> parse_side(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_plain = !text.empty() && text.front() >= '1' && text.front() <= '9';
  if (!is_plain || error != std::errc() || end != text.data() + text.size() || value > kMaxSide) return std::nullopt;
  return value;
}

std::optional<HardwarePoint> parse_size(const std::string& name) {
  const std::string_view text = name;
  if (text.substr(0, kFusedPrefix.size()) != kFusedPrefix) return std::nullopt;
  const std::string_view size = text.substr(kFusedPrefix.size());
  const std::size_t cross = size.find('x');
  if (cross == std::string_view::npos) return std::nullopt;
  const auto rows = parse_side(size.substr(0, cross)), cols = parse_side(size.substr(cross + 1));
  if (!rows || !cols) return std::nullopt;
  return HardwarePoint{name, ArrayKind::kFused, *rows, *cols, false};
}

HardwarePoint read_point(JsonReader reader) {
  HardwarePoint point;
  point.name = reader.string("name");
  const std::string kind = reader.string("kind");
  if (kind != "fused") reader.fail("kind", "fused", "'" + kind + "'");
  point.rows = reader.integer("rows", 1, kMaxSide);
  point.cols = reader.integer("cols", 1, kMaxSide);
  point.verilated = true;
  const std::string expected = fmt::format("{}{}x{}", kFusedPrefix, point.rows, point.cols);
  if (point.name != expected) reader.fail("name", expected, "'" + point.name + "'");
  reader.finish();
  return point;
}

std::vector<HardwarePoint> read_points() {
  const std::string source = "rtl/design_points.json";
  const Json json = Json::parse(embedded::rtl_design_points().front().second);
  JsonReader reader(json, source);
  reader.integer("schema_version", 1, 1);
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
  if (const std::optional<HardwarePoint> point = parse_size(name)) return *point;
  throw InputError(fmt::format("point: expected one of {} or fused-ROWSxCOLS with sides of 1..{}, found '{}'",
                               fmt::join(names, ", "), kMaxSide, name));
}

}  // namespace ampa::timing

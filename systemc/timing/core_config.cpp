#include "timing/core_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "common/error.h"
#include "common/number_text.h"

namespace ampa::timing {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;

std::int64_t parse_size(std::string_view key, std::string_view text) {
  const std::optional<std::int64_t> value = parse_bytes(text);
  if (!value || *value < 1 || *value > kMostBytes)
    throw InputError(fmt::format("core: {}: expected a size such as 4096, 16K or 96KB, at most {}, found '{}'", key,
                                 kMostBytes, text));
  return *value;
}

void take_size(std::string_view item, CoreConfig& config) {
  const std::size_t equals = item.find('=');
  const std::string_view key = item.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : item.substr(equals + 1);
  if (key == "a")
    config.a_bytes = parse_size(key, value);
  else if (key == "b")
    config.b_bytes = parse_size(key, value);
  else if (key == "sums")
    config.sums = parse_size(key, value);
  else if (key == "port")
    config.port_bytes = parse_size(key, value);
  else
    throw InputError(
        fmt::format("core: expected a, b, sums or port as in POINT:a=16K,b=16K,sums=4096,port=16, found '{}'", item));
}

}  // namespace

CoreConfig core_from_string(const std::string& text) {
  CoreConfig config;
  const std::size_t colon = std::min(text.find(':'), text.size());
  config.point = point_from_string(text.substr(0, colon));
  std::set<std::string_view> given;
  for (std::size_t begin = colon + 1; begin <= text.size() && colon < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view item = std::string_view(text).substr(begin, end - begin);
    if (!given.insert(item.substr(0, item.find('='))).second)
      throw InputError(
          fmt::format("core: {}: expected once, found twice in '{}'", item.substr(0, item.find('=')), text));
    take_size(item, config);
    begin = end + 1;
  }
  check(config);
  return config;
}

std::string name_of(const CoreConfig& config) {
  return fmt::format("{}:a={},b={},sums={},port={}", config.point.name, config.a_bytes, config.b_bytes, config.sums,
                     config.port_bytes);
}

void check(const CoreConfig& config) {
  if (pe_formats(config.point.pe).is_grid)
    throw InputError(
        fmt::format("core: expected an array of int8, fused or serial elements, found '{}'", config.point.name));
  const std::int64_t port = config.port_bytes;
  if (port < 8 || port > 128 || (port & (port - 1)) != 0)
    throw InputError(fmt::format("core: port: expected a power of two in 8..128 bytes, found {}", port));
  for (const auto& [key, bytes] : {std::pair{"a", config.a_bytes}, std::pair{"b", config.b_bytes}})
    if (bytes < port || bytes % port != 0 || bytes > kMostBytes)
      throw InputError(fmt::format("core: {}: expected a multiple of the port's {} bytes, found {}", key, port, bytes));
  if (config.sums < config.point.rows * config.point.cols || config.sums > kMostBytes)
    throw InputError(fmt::format("core: sums: expected at least the {} x {} of the array, found {}", config.point.rows,
                                 config.point.cols, config.sums));
}

std::int64_t max_macs(const CoreConfig& config) {
  constexpr CodeFormat kNarrow{2, false};
  return pe_formats(config.point.pe).macs(kNarrow, kNarrow);
}

std::int64_t depth_items(const CoreConfig& config) {
  const bool is_ws = config.point.dataflow == Dataflow::kWeightStationary;
  return max_macs(config) * (is_ws ? config.point.rows : 1);
}

std::int64_t setup_cycles(const CoreConfig& config) {
  return std::max({config.point.rows, config.point.cols, depth_items(config)});
}

}  // namespace ampa::timing

#include "timing/memory_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>

#include "common/error.h"
#include "common/number_text.h"

namespace ampa::timing {
namespace {

constexpr std::int64_t kMost = 1000000;

std::int64_t integer_of(std::string_view key, std::string_view text) {
  const std::optional<std::int64_t> value = parse_integer(text);
  if (!value) throw InputError(fmt::format("memory: {}: expected an integer, found '{}'", key, text));
  return *value;
}

// "8", "8/3" or "0.5".
void parse_bandwidth(std::string_view text, MemorySettings& settings) {
  constexpr std::string_view kKey = "bytes_per_cycle";
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    settings.bytes = integer_of(kKey, text.substr(0, slash));
    settings.per_cycles = integer_of(kKey, text.substr(slash + 1));
    return;
  }
  if (const std::optional<std::int64_t> whole = parse_integer(text)) {  // 1e3, 2.0
    settings.bytes = *whole;
    settings.per_cycles = 1;
    return;
  }
  const std::size_t point = text.find('.');
  const std::string_view decimals = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (decimals.size() > 5)
    throw InputError(fmt::format("memory: {}: expected at most 5 decimals, found '{}'", kKey, text));
  std::string digits(text.substr(0, point));
  digits += decimals;
  settings.bytes = integer_of(kKey, digits);
  settings.per_cycles = 1;
  for (std::size_t i = 0; i < decimals.size(); ++i) settings.per_cycles *= 10;
  const std::int64_t divisor = std::gcd(settings.bytes, settings.per_cycles);
  if (divisor > 1) {
    settings.bytes /= divisor;
    settings.per_cycles /= divisor;
  }
}

void check_range(std::string_view key, std::int64_t value, std::int64_t least) {
  if (value < least || value > kMost)
    throw InputError(fmt::format("memory: {}: expected {}..{}, found {}", key, least, kMost, value));
}

}  // namespace

void check(const MemorySettings& settings) {
  check_range("latency", settings.latency_cycles, 1);
  check_range("bytes_per_cycle: bytes", settings.bytes, 1);
  check_range("bytes_per_cycle: cycles", settings.per_cycles, 1);
  check_range("gap", settings.gap_cycles, 0);
  check_range("gap_period", settings.gap_period_cycles, 0);
  if (settings.gap_cycles > 0 && settings.gap_period_cycles <= settings.gap_cycles)
    throw InputError(fmt::format("memory: gap_period: expected more than the gap of {} cycles, found {}",
                                 settings.gap_cycles, settings.gap_period_cycles));
}

MemorySettings memory_from_string(const std::string& text) {
  MemorySettings settings;
  if (text == "ideal") {
    settings.latency_cycles = 1;
    settings.bytes = kMost;
    return settings;
  }
  std::set<std::string_view> given;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view item = std::string_view(text).substr(begin, end - begin);
    const std::size_t equals = item.find('=');
    const std::string_view key = item.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? "" : item.substr(equals + 1);
    if (!given.insert(key).second)
      throw InputError(fmt::format("memory: {}: expected once, found twice in '{}'", key, text));
    if (key == "latency")
      settings.latency_cycles = integer_of(key, value);
    else if (key == "bytes_per_cycle")
      parse_bandwidth(value, settings);
    else if (key == "gap_period")
      settings.gap_period_cycles = integer_of(key, value);
    else if (key == "gap")
      settings.gap_cycles = integer_of(key, value);
    else
      throw InputError(fmt::format(
          "memory: expected 'ideal' or KEY=VALUE with latency, bytes_per_cycle, gap_period or gap, found '{}'", item));
    begin = end + 1;
  }
  check(settings);
  return settings;
}

std::string to_string(const MemorySettings& settings) {
  std::string text = fmt::format("latency={},bytes_per_cycle={}", settings.latency_cycles, settings.bytes);
  if (settings.per_cycles != 1) text += fmt::format("/{}", settings.per_cycles);
  if (settings.has_gaps())
    text += fmt::format(",gap_period={},gap={}", settings.gap_period_cycles, settings.gap_cycles);
  return text;
}

Json to_json(const MemorySettings& settings) {
  return {{"latency_cycles", settings.latency_cycles},
          {"bandwidth_bytes", settings.bytes},
          {"bandwidth_cycles", settings.per_cycles},
          {"gap_period_cycles", settings.gap_period_cycles},
          {"gap_cycles", settings.gap_cycles}};
}

BurstTimer::BurstTimer(const MemorySettings& settings, std::int64_t port_bytes)
    : latency_(settings.latency_cycles),
      beat_cost_(port_bytes * settings.per_cycles),
      bandwidth_(settings.bytes),
      gap_period_(settings.gap_period_cycles),
      gap_(settings.gap_cycles),
      has_gaps_(settings.has_gaps()) {
  bandwidth_ = std::min(bandwidth_, beat_cost_);  // one beat per cycle at most
}

std::int64_t BurstTimer::active_before(std::int64_t cycle) const {
  const std::int64_t active = gap_period_ - gap_;
  return cycle / gap_period_ * active + std::max<std::int64_t>(0, cycle % gap_period_ - gap_);
}

std::int64_t BurstTimer::active_cycle(std::int64_t number) const {
  const std::int64_t active = gap_period_ - gap_;
  return checked_add(checked_mul(number / active, gap_period_, kCycles), gap_ + number % active, kCycles);
}

}  // namespace ampa::timing

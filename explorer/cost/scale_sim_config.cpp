#include "cost/scale_sim_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <string_view>

#include "common/error.h"
#include "cost/plain_text.h"

namespace ampa::cost {
namespace {

constexpr std::int64_t kMostSide = 1024;
constexpr std::int64_t kMostKb = std::int64_t{1} << 20;  // of a scratchpad
constexpr std::int64_t kLeastPort = 8, kMostPort = 128;  // bytes a cycle

std::string_view trimmed(std::string_view text) {
  const std::string_view blanks = " \t\r\f\v";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// Up to a # or ; at the start or behind a blank.
std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i)
    if ((line[i] == '#' || line[i] == ';') && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
      return line.substr(0, i);
  return line;
}

struct Entry {
  std::string name;  // SECTION.KEY as written
  std::string value;
  std::int64_t line = 0;
  bool used = false;
};

class Reader {
 public:
  Reader(const std::string& text, const std::string& source) : source_(source) {
    std::string_view rest = plain_text(text, source);
    std::string section;
    for (std::int64_t line = 1; !rest.empty(); ++line) {
      const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
      add_line(trimmed(without_comment(rest.substr(0, end))), line, section);
      rest.remove_prefix(std::min(end + (rest.substr(end, 2) == "\r\n" ? 2 : 1), rest.size()));
    }
  }

  ScaleSimConfig read() {
    ScaleSimConfig config;
    if (const Entry* name = find("general.run_name")) config.run_name = name->value;
    config.rows = number("architecture_presets.arrayheight", kMostSide);
    config.cols = number("architecture_presets.arraywidth", kMostSide);
    config.dataflow = dataflow();
    check_dense();
    if (is_user_bandwidth()) config.memory = memory();
    for (const auto& [key, entry] : entries_)
      if (!entry.used) config.unused.push_back(fmt::format("{} = {}", entry.name, entry.value));
    return config;
  }

 private:
  [[noreturn]] void fail(const Entry& entry, const std::string& expected) const {
    throw InputError(fmt::format("{}: line {}: {}: expected {}, found \"{}\"", source_, entry.line, entry.name,
                                 expected, entry.value));
  }

  void add_line(std::string_view line, std::int64_t number, std::string& section) {
    if (line.empty()) return;
    if (line.front() == '[' && line.back() == ']') {
      section = trimmed(line.substr(1, line.size() - 2));
      return;
    }
    const std::size_t end = line.find_first_of("=:");
    if (section.empty() || end == 0 || end == std::string_view::npos)
      throw InputError(fmt::format("{}: line {}: expected [section] or, in a section, key = value, found \"{}\"",
                                   source_, number, line));
    Entry entry;
    entry.name = fmt::format("{}.{}", section, trimmed(line.substr(0, end)));
    std::string_view value = trimmed(line.substr(end + 1));
    if (value.size() > 1 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    entry.value = value;
    entry.line = number;
    const auto [old, added] = entries_.emplace(lower(entry.name), entry);
    if (!added)
      throw InputError(fmt::format("{}: line {}: {}: expected a key once, found it in line {} as well", source_, number,
                                   entry.name, old->second.line));
  }

  const Entry* find(const std::string& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    found->second.used = true;
    return &found->second;
  }

  const Entry& required(const std::string& key) {
    if (const Entry* entry = find(key)) return *entry;
    throw InputError(fmt::format("{}: {}: expected a value, found no such key", source_, key));
  }

  std::int64_t number(const Entry& entry, std::string_view text, std::int64_t max) const {
    std::int64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size() || value < 1 || value > max)
      fail(entry, fmt::format("a whole number in [1, {}]", max));
    return value;
  }
  std::int64_t number(const std::string& key, std::int64_t max) {
    const Entry& entry = required(key);
    return number(entry, entry.value, max);
  }

  timing::Dataflow dataflow() {
    const Entry& entry = required("architecture_presets.dataflow");
    if (lower(entry.value) == "os") return timing::Dataflow::kOutputStationary;
    if (lower(entry.value) == "ws") return timing::Dataflow::kWeightStationary;
    fail(entry, lower(entry.value) == "is" ? "os or ws (there is no input stationary array here)" : "os or ws");
  }

  void check_dense() {
    const Entry* entry = find("sparsity.sparsitysupport");
    if (entry != nullptr && lower(entry->value) != "false") fail(*entry, "false (layers are costed as dense ones)");
  }

  bool is_user_bandwidth() {
    const Entry* entry = find("run_presets.interfacebandwidth");
    if (entry == nullptr || lower(entry->value) == "calc") return false;
    if (lower(entry->value) != "user") fail(*entry, "USER or CALC");
    return true;
  }

  std::int64_t kilobytes(const std::string& operand) {
    const std::string key = "architecture_presets." + operand + "sramsz";
    return number(entries_.count(key + "kb") == 0 && entries_.count(key) != 0 ? key : key + "kb", kMostKb);
  }

  // One bandwidth, or one for each operand, which have to be equal.
  ScaleSimConfig::Memory memory() {
    ScaleSimConfig::Memory memory{kilobytes("ifmap"), kilobytes("filter"), kilobytes("ofmap"), 0};
    const Entry& entry = required("architecture_presets.bandwidth");
    for (std::string_view rest = entry.value;;) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      const std::int64_t words = number(entry, trimmed(rest.substr(0, end)), kMostPort);
      if (memory.words_per_cycle != 0 && memory.words_per_cycle != words)
        fail(entry, "equal bandwidths, as all operands share one port here");
      memory.words_per_cycle = words;
      if (end == rest.size()) return memory;
      rest.remove_prefix(end + 1);
    }
  }

  const std::string& source_;
  std::map<std::string, Entry> entries_;  // by name in lower case
};

}  // namespace

ScaleSimConfig parse_scale_sim_config(const std::string& text, const std::string& source) {
  return Reader(text, source).read();
}

timing::HardwarePoint point_of(const ScaleSimConfig& config, timing::Pe pe) {
  timing::HardwarePoint point;
  point.pe = pe;
  point.dataflow = config.dataflow;
  point.rows = config.rows;
  point.cols = config.cols;
  return timing::point_from_string(timing::name_of(point));
}

std::string scratchpads_of(const ScaleSimConfig::Memory& memory) {
  std::int64_t port = kLeastPort;
  while (port < memory.words_per_cycle) port *= 2;
  return fmt::format("a={},b={},sums={},port={}", memory.ifmap_kb * 512, memory.filter_kb * 512, memory.ofmap_kb * 64,
                     port);
}

std::string memory_of(const ScaleSimConfig::Memory& memory) {
  return fmt::format("latency=1,bytes_per_cycle={}", memory.words_per_cycle);
}

}  // namespace ampa::cost

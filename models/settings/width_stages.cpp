#include "settings/width_stages.h"

#include <fmt/format.h>

#include <cmath>

#include "common/error.h"
#include "common/number_text.h"

namespace ampa::settings {
namespace {

[[noreturn]] void fail(const std::string& source, const std::string& expected, const std::string& found) {
  throw InputError(fmt::format("{}: expected {}, found \"{}\"", source, expected, found));
}

// At the commas outside of braces.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += (c == '{') - (c == '}');
    if (c == ',' && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

void read_begin(const std::string& text, const std::string& source, WidthStage& stage) {
  constexpr const char* kExpected =
      "stages that begin at a percentage of the epochs above 0, at most 100, or at an epoch from 1, such as 50%:w4a4g4";
  stage.begin = text;
  if (!text.empty() && text.back() == '%') {
    const std::optional<double> percent = parse_number(text.substr(0, text.size() - 1));
    if (!percent || !(*percent > 0) || *percent > 100) fail(source, kExpected, text);
    stage.percent = *percent;
    return;
  }
  const std::optional<std::int64_t> epoch = parse_integer(text);
  if (!epoch || *epoch < 1) fail(source, kExpected, text);
  stage.epoch = *epoch;
}

}  // namespace

std::int64_t WidthStage::first_epoch(std::int64_t epochs) const {
  if (epoch > 0) return epoch;
  return static_cast<std::int64_t>(std::floor(percent / 100 * static_cast<double>(epochs) + 0.5));
}

std::vector<WidthStage> width_stages_from_string(const std::string& text, const std::string& source) {
  std::vector<WidthStage> stages;
  for (const std::string& part : split(text)) {
    WidthStage stage;
    std::string widths = part;
    const std::size_t colon = part.substr(0, part.find('{')).find(':');  // those in braces are not of the stage
    if (!stages.empty() && colon == std::string::npos) fail(source, "BEGIN:WIDTHS behind the first stage", part);
    if (!stages.empty()) {
      read_begin(part.substr(0, colon), source, stage);
      widths = part.substr(colon + 1);
      const WidthStage& before = stages.back();
      const bool ascends =
          (stage.epoch == 0 || stage.epoch > before.epoch) && (stage.percent == 0 || stage.percent > before.percent);
      if (!ascends) fail(source, "begins that ascend", before.begin + " and then " + stage.begin);
    }
    stage.widths = widths_from_string(widths, source);
    stages.push_back(std::move(stage));
  }
  return stages;
}

std::string inline_text(const std::vector<WidthStage>& stages) {
  std::string text;
  for (const WidthStage& stage : stages)
    text += (stage.begin.empty() ? "" : "," + stage.begin + ":") + inline_text(stage.widths);
  return text;
}

}  // namespace ampa::settings

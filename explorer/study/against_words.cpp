// TaskAgainst -> sentences, and JSON.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "study/against.h"

namespace ampa::study {
namespace {

constexpr std::size_t kNumShown = 5;
constexpr double kLevel = 0.05, kNothing = 0.05;  // percent of cycles

std::string with_interval(const statistics::MeanInterval& value, double sign = 1) {
  if (!value.interval) return "1 seed, no interval";
  const double low = std::min(sign * value.interval->low, sign * value.interval->high);
  const double high = std::max(sign * value.interval->low, sign * value.interval->high);
  return fmt::format("{:.2f} .. {:.2f} with 95 %, {} seeds", low, high, value.count);
}

std::string lead_words(const TaskAgainst& task, const SettingAgainst& setting) {
  if (!setting.lead) return "no seed in common";
  const double lead = setting.lead->mean;
  std::string words =
      fmt::format("{} {:.2f}{} {} than with {} ({}{})", task.metric.name, std::abs(lead), difference_words(task.metric),
                  lead >= 0 ? "better" : "worse", task.scheme, with_interval(*setting.lead, lead >= 0 ? 1 : -1),
                  setting.is_confirmed ? ", unseen, on test samples" : "");
  if (!setting.p) return words;
  if (*setting.p < kLevel)
    return words + fmt::format(": shown to be better (p = {:.2g}, Holm over {})", *setting.p, task.settings.size());
  const bool is_worse = setting.lead->interval && setting.lead->interval->high < 0;
  return words + (is_worse ? ": shown to be worse" : ": the two are not told apart");
}

std::string cycle_words(const TaskAgainst& task, const CyclesAgainst& on) {
  const double mean = on.fewer_percent.mean;
  std::string words;
  if (std::abs(mean) < kNothing)
    words = fmt::format("on {} as many cycles as {}", on.point, task.scheme);
  else
    words = fmt::format("on {} {:.1f} % {} cycles than {} ({})", on.point, std::abs(mean), mean > 0 ? "fewer" : "more",
                        task.scheme, with_interval(on.fewer_percent, mean > 0 ? 1 : -1));
  const auto saves = [](double percent) {
    if (std::abs(percent) < kNothing) return std::string("no cycle");
    return fmt::format("{:.1f} %{}", std::abs(percent), percent < 0 ? " less than none" : "");
  };
  return words + fmt::format("; against INT8 there {} saves {}, the setting {}", task.scheme, saves(on.of_scheme),
                             saves(on.of_setting));
}

std::string setting_words(const TaskAgainst& task, const SettingAgainst& setting) {
  return fmt::format("{}: RR {:.2f} %, {}\n", setting.label, setting.rr_percent, lead_words(task, setting));
}

std::string task_words(const TaskAgainst& task) {
  std::string text = fmt::format("{}: {} has an RR of {:.2f} % ({} run{}); ", task.words, task.scheme, task.rr_percent,
                                 task.num_seeds, task.num_seeds == 1 ? "" : "s");
  if (task.settings.empty()) return text + "there is no other setting to compare with it\n";
  if (task.is_matched)
    text += fmt::format("{} of {} settings save at least as much\n", task.settings.size(), task.num_settings);
  else
    text += fmt::format("none of {} settings saves as much; the closest one:\n", task.num_settings);
  const SettingAgainst& best = task.settings.front();
  text += (task.is_matched ? "best: " : "") + setting_words(task, best);
  for (const CyclesAgainst& on : best.points) text += "  " + cycle_words(task, on) + '\n';
  if (best.points.empty()) text += "  no hardware point was costed\n";
  for (std::size_t i = 1; i < std::min(kNumShown, task.settings.size()); ++i)
    text += "then: " + setting_words(task, task.settings[i]);
  return text;
}

Json interval_json(const statistics::MeanInterval& value) {
  return {{"seeds", value.count},
          {"mean", value.mean},
          {"interval", value.interval ? Json{value.interval->low, value.interval->high} : Json(nullptr)}};
}

Json setting_json(const SettingAgainst& setting) {
  Json points = Json::array();
  for (const CyclesAgainst& on : setting.points)
    points.push_back({{"point", on.point},
                      {"fewer_percent", interval_json(on.fewer_percent)},
                      {"setting_saves_percent", on.of_setting},
                      {"scheme_saves_percent", on.of_scheme}});
  return {{"label", setting.label},
          {"rr_percent", setting.rr_percent},
          {"lead", setting.lead ? interval_json(*setting.lead) : Json(nullptr)},
          {"confirmed", setting.is_confirmed},
          {"p", setting.p ? Json(*setting.p) : Json(nullptr)},
          {"points", points}};
}

}  // namespace

std::string against_words(const std::vector<TaskAgainst>& tasks) {
  std::string text;
  for (const TaskAgainst& task : tasks) text += task_words(task);
  return text;
}

Json to_json(const std::vector<TaskAgainst>& tasks, const std::string& scheme, const Json& context) {
  Json list = Json::array();
  for (const TaskAgainst& task : tasks) {
    Json settings = Json::array();
    for (const SettingAgainst& setting : task.settings) settings.push_back(setting_json(setting));
    list.push_back({{"task", task.words},
                    {"rr_percent", task.rr_percent},
                    {"is_matched", task.is_matched},
                    {"num_settings", task.num_settings},
                    {"settings", settings}});
  }
  return {
      {"schema_version", 1}, {"context", context}, {"config", {{"against", scheme}}}, {"results", {{"tasks", list}}}};
}

}  // namespace ampa::study

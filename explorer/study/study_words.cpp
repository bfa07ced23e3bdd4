// study.json -> sentences.
#include <fmt/format.h>

#include "common/metric.h"
#include "record/run_record.h"
#include "study/study_json.h"

namespace ampa::study {
namespace {

// "accuracy", "rr", "cycles on fused-16x16".
std::string objective_name(const Json& results, std::size_t k) {
  const Json& objective = results.at("objectives")[k];
  const auto of = objective.at("of").get<std::string>();
  if (of == "metric") return results.at("metric").at("name").get<std::string>();
  return objective.at("point").is_null() ? of : of + " on " + objective.at("point").get<std::string>();
}

std::string figure_words(const Json& figures) {
  if (figures.is_null()) return "none";
  std::string words = fmt::format("{:.6g}", figures.at("mean").get<double>());
  if (!figures.at("std").is_null()) words += fmt::format(" +- {:.2g}", figures.at("std").get<double>());
  return words;
}

std::string objectives_words(const Json& results, const Json& figures) {
  std::string words;
  for (std::size_t k = 0; k < figures.size(); ++k)
    words += fmt::format("{}{} {}", k == 0 ? "" : ", ", objective_name(results, k), figure_words(figures[k]));
  return words;
}

std::string counts_words(const Json& results) {
  const auto combinations = results.at("num_combinations").get<std::int64_t>();
  const auto distinct = results.at("num_distinct").get<std::int64_t>();
  std::string words = fmt::format("{} settings", combinations);
  if (distinct != combinations) words += fmt::format(", {} distinct", distinct);
  return words + fmt::format("; {} runs of {} epochs in all; {} decisions of {}", results.at("num_runs").dump(),
                             results.at("num_epochs").dump(), results.at("num_decisions").dump(),
                             results.at("sampler").get<std::string>());
}

std::string spread_words(const Json& results, std::size_t k) {
  const Json& difference = results.at("differences")[k];
  const std::string name = objective_name(results, k);
  if (difference.is_null()) return fmt::format("{}: one seed, or one setting: nothing to tell differences by", name);
  const std::string f =
      difference.at("f").is_null() ? "no spread within" : fmt::format("F = {:.3g}", difference.at("f").get<double>());
  const std::string test = fmt::format("{}, p = {:.2g}", f, difference.at("p").get<double>());
  return difference.at("is_noise").get<bool>()
             ? fmt::format("{}: the settings are indistinguishable from noise ({})", name, test)
             : fmt::format("{}: the settings differ by more than their seeds ({})", name, test);
}

std::string fidelity_words(const Json& fidelity) {
  std::string words =
      fmt::format("fidelity {}: {} settings, {}{} of them run on the study's own task too", fidelity.at("base").dump(),
                  fidelity.at("num_settings").dump(),
                  fidelity.contains("num_promoted") ? fidelity.at("num_promoted").dump() + " promoted, " : "",
                  fidelity.at("num_shared").dump());
  if (!fidelity.at("tau").is_null())
    words += fmt::format("; Kendall's tau of the rankings {:.2f} ({:.2f} .. {:.2f} with 95 %)",
                         fidelity.at("tau").get<double>(), fidelity.at("low").get<double>(),
                         fidelity.at("high").get<double>());
  if (fidelity.at("is_off").get<bool>()) words += ": no guide, switched off";
  return words;
}

std::string confirmed_words(const Json& results, const Metric& metric, const Json& confirmed) {
  const Json& test = confirmed.at("test_metric");
  std::string words = fmt::format("confirmed: {}: ", confirmed.at("label").get<std::string>());
  if (test.is_null()) return words + "no result on unseen seeds";
  words += fmt::format("test {} {} over {} unseen seeds", metric.name,
                       metric_words(metric, test.at("mean").get<double>()), test.at("count").dump());
  const Json& loss = confirmed.at("loss");
  if (!loss.is_null()) {
    words += fmt::format("; loses {:.3g}{} against {}", loss.at("mean").get<double>(), difference_words(metric),
                         results.at("reference").get<std::string>());
    if (!loss.at("at_most").is_null())
      words += fmt::format(", at most {:.3g} with 95 %", loss.at("at_most").get<double>());
    if (!loss.at("p").is_null())
      words +=
          fmt::format("; {} the bound (p = {:.2g}, Holm)",
                      confirmed.at("meets").get<bool>() ? "meets" : "is not shown to meet", loss.at("p").get<double>());
    if (!confirmed.at("meets").get<bool>() && !confirmed.at("seeds_needed").is_null())
      words += fmt::format("; about {} seeds would be needed", confirmed.at("seeds_needed").dump());
  }
  return words;
}

}  // namespace

std::string study_words(const Json& summary) {
  const Json& results = summary.at("results");
  const Metric metric = record::metric_from_json(JsonReader(results.at("metric"), "study.json", "results.metric"));
  std::string text = counts_words(results) + "\n";
  for (std::size_t k = 0; k < results.at("objectives").size(); ++k) text += spread_words(results, k) + "\n";
  std::size_t num_meeting = 0, num_complete = 0;
  for (const Json& setting : results.at("settings")) {
    num_complete += setting.at("status") == "complete";
    num_meeting += setting.at("meets").is_boolean() && setting.at("meets").get<bool>() ? 1 : 0;
  }
  if (!results.at("constraints").empty())
    text += fmt::format("{} of {} settings meet the constraints by their means{}\n", num_meeting, num_complete,
                        num_meeting > 0 ? "" : ": none is confirmed or recommended");
  for (const Json& setting : results.at("settings"))
    if (setting.at("on_front").get<bool>())
      text += fmt::format("on the front: {}: {}\n", setting.at("label").get<std::string>(),
                          objectives_words(results, setting.at("objectives")));
  for (const Json& fidelity : results.value("fidelities", Json::array())) text += fidelity_words(fidelity) + "\n";
  for (const Json& confirmed : results.at("confirmed")) text += confirmed_words(results, metric, confirmed) + "\n";
  if (results.at("end").is_string()) text += "over: " + results.at("end").get<std::string>() + "\n";
  return text;
}

}  // namespace ampa::study

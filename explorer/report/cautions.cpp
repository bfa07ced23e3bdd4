#include <fmt/format.h>

#include <algorithm>

#include "report/figures.h"
#include "report/findings.h"
#include "report/html_text.h"
#include "report/importance_data.h"

namespace ampa::report {
namespace {

constexpr std::size_t kFewSeeds = 3;

std::string test_words(const std::optional<double>& f, double p) {
  return fmt::format("{}, p = {:.2g}", f ? fmt::format("F = {:.2g}", *f) : "no spread within", p);
}

std::string noise_words(const std::string& name, const std::string& test) {
  return fmt::format(
      "{}: the settings are indistinguishable from noise ({}; analysis of variance with the seeds as blocks).", name,
      test);
}

void of_sweep(const ReportInput& input, std::vector<std::string>& list) {
  const Figure metric = figures_of(input).front();
  for (const sweep::Recommendation& task : input.recommendations) {
    list.insert(list.end(), task.notes.begin(), task.notes.end());
    const auto anova = statistics::blocked_anova(seed_table(input, task.task, metric).rows);
    if (anova && anova->is_noise())
      list.push_back(noise_words(capitalised(task.metric.name), test_words(anova->f, anova->p)));
  }
}

void of_study(const StudyFacts& study, std::vector<std::string>& list) {
  const Json& results = study.summary.at("results");
  if (results.at("end").is_null()) list.push_back("The study goes on: what follows is what it has found so far.");
  for (std::size_t k = 0; k < results.at("objectives").size(); ++k) {
    const Json& difference = results.at("differences")[k];
    const std::string of = figure_key(results.at("objectives")[k]);
    const std::string name = of == "metric" ? results.at("metric").at("name").get<std::string>() : of;
    if (difference.is_null())
      list.push_back(
          fmt::format("{}: one setting or one seed came to the end: nothing tells settings apart.", capitalised(name)));
    if (difference.is_null() || difference.at("is_noise") == false) continue;
    const Json& f = difference.at("f");
    list.push_back(noise_words(
        capitalised(name),
        test_words(f.is_null() ? std::nullopt : std::optional(f.get<double>()), difference.at("p").get<double>())));
  }
  const std::size_t seeds = study.summary.at("config").value("seeds", Json::array({1})).size();
  if (seeds < kFewSeeds)
    list.push_back(fmt::format("The search has {} of each setting: {}.", seeds == 1 ? "1 seed" : "2 seeds",
                               seeds == 1 ? "its spread is unknown" : "intervals are wide"));
  const Json& confirmed = results.at("confirmed");
  if (confirmed.empty())
    list.push_back("Nothing has been confirmed with unseen seeds: the figures of what a search chose are optimistic.");
  for (const Json& setting : confirmed)
    if (setting.at("meets") == false)
      list.push_back(
          fmt::format("{} is not shown to meet the bounds{}.", setting.at("label").get<std::string>(),
                      setting.at("seeds_needed").is_null()
                          ? ""
                          : fmt::format("; about {} seeds would be needed", setting.at("seeds_needed").dump())));
}

}  // namespace

std::string cautions(const ReportInput& input) {
  std::vector<std::string> list;
  if (input.study)
    of_study(*input.study, list);
  else if (input.summary.trials.size() == 1)
    list.push_back("One run: another seed may come to other figures, and nothing here says how far.");
  else
    of_sweep(input, list);
  if (list.empty()) return "";
  std::string html = "<div class=\"panel caution\" role=\"note\"><h2>Caution</h2>\n<ul>\n";
  for (const std::string& words : list) html += "<li>" + escaped(words) + "</li>\n";
  return html + "</ul></div>\n";
}

}  // namespace ampa::report

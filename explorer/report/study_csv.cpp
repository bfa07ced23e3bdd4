#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/csv_text.h"
#include "report/figures.h"

namespace ampa::report {
namespace {

std::string cell(const Json& value) {
  return value.is_null() ? "" : value.is_string() ? csv_text(value.get<std::string>()) : value.dump();
}

std::string cells(const Json* statistics) {
  if (statistics == nullptr) return ",,,,";
  std::string text;
  for (const char* key : {"mean", "std", "min", "max"}) text += ',' + cell(statistics->at(key));
  return text;
}

// The settings that a study's space or list names.
std::vector<std::string> keys_of(const Json& config) {
  std::vector<std::string> keys;
  if (config.contains("space"))
    for (const auto& [key, values] : config.at("space").items()) keys.push_back(key);
  if (config.contains("list"))
    for (const Json& setting : config.at("list"))
      for (const auto& [key, value] : setting.items())
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  return keys;
}

}  // namespace

std::string study_csv(const StudyFacts& study) {
  const Json& results = study.summary.at("results");
  const std::vector<std::string> keys = keys_of(study.summary.at("config"));
  std::string csv = "setting,label,scheme,baseline";
  for (const std::string& key : keys) csv += ',' + key;
  csv += ",status,meets,on_front";
  for (const Json& objective : results.at("objectives"))
    csv += fmt::format(",{0}_mean,{0}_std,{0}_min,{0}_max", figure_key(objective));
  csv +=
      ",confirmed_seeds,test_metric_mean,test_metric_std,test_metric_min,test_metric_max,loss_mean,loss_at_most,p,"
      "confirmed\n";
  std::map<std::string, const Json*> confirmed_of;
  for (const Json& confirmed : results.at("confirmed"))
    confirmed_of[confirmed.at("id").get<std::string>()] = &confirmed;
  for (const Json& setting : results.at("settings")) {
    const Json& config = setting.at("config");
    csv += cell(setting.at("id")) + ',' + cell(setting.at("label")) + ',' + cell(config.at("scheme")) + ',' +
           cell(setting.at("baseline"));
    for (const std::string& key : keys) csv += ',' + cell(config.value(key, Json()));
    csv += ',' + cell(setting.at("status")) + ',' + cell(setting.at("meets")) + ',' + cell(setting.at("on_front"));
    for (std::size_t k = 0; k < results.at("objectives").size(); ++k)
      csv += cells(setting.at("objectives").empty() ? nullptr : &setting.at("objectives")[k]);
    const auto found = confirmed_of.find(setting.at("id").get<std::string>());
    if (found == confirmed_of.end()) {
      csv += ",,,,,,,,,\n";
      continue;
    }
    const Json& confirmed = *found->second;
    const Json& loss = confirmed.at("loss");
    csv += ',' + cell(confirmed.at("test_metric").at("count")) + cells(&confirmed.at("test_metric"));
    for (const char* key : {"mean", "at_most", "p"}) csv += ',' + (loss.is_null() ? "" : cell(loss.at(key)));
    csv += ',' + cell(confirmed.at("meets")) + '\n';
  }
  return csv;
}

}  // namespace ampa::report

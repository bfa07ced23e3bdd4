// Advice -> sentences, and JSON.
#include <fmt/format.h>

#include "common/metric.h"
#include "study/advice.h"
#include "study/or_null.h"

namespace ampa::study {
namespace {

constexpr std::size_t kNumShown = 5;

std::string target_words(const StudyTrials& study, const Target& target, const Advice& advice) {
  std::vector<std::string> parts;
  const std::string& name = study.metric.name;
  if (target.max_metric_loss)
    parts.push_back(fmt::format("a loss of {} of at most {}{} against {}", name, *target.max_metric_loss,
                                difference_words(study.metric), advice.reference));
  if (target.min_rr_percent) parts.push_back(fmt::format("an RR of at least {} %", *target.min_rr_percent));
  if (target.max_cycles) parts.push_back(fmt::format("at most {} cycles on {}", *target.max_cycles, advice.point));
  if (target.max_lut_seconds)
    parts.push_back(fmt::format("at most {} LUT-seconds on {}", *target.max_lut_seconds, advice.point));
  if (target.max_energy) parts.push_back(fmt::format("at most {} J on {}", *target.max_energy, advice.point));
  return parts.empty() ? "the best " + name : fmt::format("{}", fmt::join(parts, ", "));
}

std::string settings_words(const Json& settings) {
  std::vector<std::string> parts;
  for (const auto& item : settings.items())
    parts.push_back(item.key() + " " +
                    (item.value().is_string() ? item.value().get<std::string>() : item.value().dump()));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string savings_words(const AdvisedSetting& setting, const Advice& advice) {
  std::vector<std::string> parts;
  if (setting.rr_percent) parts.push_back(fmt::format("RR {:.2f} %", *setting.rr_percent));
  if (setting.cycles) parts.push_back(fmt::format("{:.6g} cycles on {}", *setting.cycles, advice.point));
  if (setting.lut_seconds) parts.push_back(fmt::format("{:.4g} LUT-seconds there", *setting.lut_seconds));
  if (setting.energy) parts.push_back(fmt::format("{:.4g} J there", *setting.energy));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string loss_words(const StudyTrials& study, const statistics::PairedTest& loss, const char* where) {
  std::string words = fmt::format("loses {:.2f}{} {}", loss.mean, difference_words(study.metric), where);
  words += fmt::format(", {} seed{}", loss.count, loss.count == 1 ? "" : "s");
  if (loss.at_most) words += fmt::format(", at most {:.2f} with 95 %", *loss.at_most);
  return words;
}

std::string standing_words(const Target& target, const AdvisedSetting& setting, const Advice& advice) {
  switch (setting.standing) {
    case Standing::kShown:
      return fmt::format("shown: below the bound on unseen seeds (p = {:.2g}, Holm over {})", *setting.p,
                         advice.num_confirmed);
    case Standing::kConfirmed:
      if (!target.max_metric_loss) return "confirmed on unseen seeds";
      return setting.p ? fmt::format("not shown: below the bound by its mean only (p = {:.2g}, Holm over {})",
                                     *setting.p, advice.num_confirmed)
                       : "not shown: one unseen seed tells nothing of the spread";
    case Standing::kSearched:
      break;
  }
  return fmt::format("not confirmed: the best of {} settings looks better than it is", advice.num_complete);
}

std::string next_words(const StudyTrials& study, const Target& target, const AdvisedSetting& setting) {
  if (setting.standing == Standing::kShown) return "more seeds would narrow the bound and change nothing else";
  if (setting.more_seeds) {
    const std::int64_t runs = 2 * *setting.more_seeds;
    return fmt::format(
        "about {} more unseen seeds of it and of the reference ({} runs, {} epochs) would show it in 4 of 5 cases",
        *setting.more_seeds, runs, runs * study.spec.epochs());
  }
  if (setting.standing == Standing::kSearched)
    return "unseen seeds (a confirm stage of more settings) would tell how much of this is chance";
  if (!target.max_metric_loss) return "with a bound on the loss, it would be said how many seeds show it";
  return "with one seed no number of seeds can be named";
}

}  // namespace

std::string advice_words(const StudyTrials& study, const Target& target, const Advice& advice) {
  std::string text = fmt::format("for {}: {} of {} settings that were run to the end\n",
                                 target_words(study, target, advice), advice.settings.size(), advice.num_complete);
  if (advice.settings.empty()) return text + "nothing is recommended\n";
  const AdvisedSetting& best = advice.settings.front();
  text += fmt::format("recommended: {}\n  settings: {}\n", best.label, settings_words(best.settings));
  text +=
      fmt::format("  {} on samples held out {:.4g}; {}\n", study.metric.name, best.metric, savings_words(best, advice));
  if (best.searched) text += "  search: " + loss_words(study, *best.searched, "on samples held out") + '\n';
  if (best.confirmed)
    text += "  confirm: " + loss_words(study, *best.confirmed, "on the test set, unseen seeds") + '\n';
  text += "  " + standing_words(target, best, advice) + "\n  next: " + next_words(study, target, best) + '\n';
  for (std::size_t i = 1; i < std::min(kNumShown, advice.settings.size()); ++i)
    text += fmt::format("then: {}: {}; {}\n", advice.settings[i].label, savings_words(advice.settings[i], advice),
                        standing_words(target, advice.settings[i], advice));
  return text;
}

namespace {

Json to_json(const std::optional<statistics::PairedTest>& loss) {
  if (!loss) return nullptr;
  return {{"seeds", loss->count},
          {"mean", loss->mean},
          {"std_dev", or_null(loss->std_dev)},
          {"at_most", or_null(loss->at_most)}};
}

}  // namespace

Json to_json(const Target& target, const Advice& advice, const Json& context) {
  Json list = Json::array();
  for (const AdvisedSetting& setting : advice.settings) {
    constexpr const char* kStandings[] = {"shown", "confirmed", "searched"};
    list.push_back({{"label", setting.label},
                    {"settings", setting.settings},
                    {"standing", kStandings[static_cast<int>(setting.standing)]},
                    {"metric", setting.metric},
                    {"searched_loss", to_json(setting.searched)},
                    {"confirmed_loss", to_json(setting.confirmed)},
                    {"p", or_null(setting.p)},
                    {"more_seeds", or_null(setting.more_seeds)},
                    {"rr_percent", or_null(setting.rr_percent)},
                    {"cycles", or_null(setting.cycles)},
                    {"lut_seconds", or_null(setting.lut_seconds)},
                    {"energy", or_null(setting.energy)}});
  }
  return {{"schema_version", 1},
          {"context", context},
          {"config",
           {{"max_metric_loss", or_null(target.max_metric_loss)},
            {"min_rr", or_null(target.min_rr_percent)},
            {"max_cycles", or_null(target.max_cycles)},
            {"max_lut_seconds", or_null(target.max_lut_seconds)},
            {"max_energy", or_null(target.max_energy)},
            {"energy", target.energy},
            {"point", advice.point}}},
          {"results",
           {{"reference", advice.reference},
            {"num_complete", advice.num_complete},
            {"num_confirmed", advice.num_confirmed},
            {"settings", list}}}};
}

}  // namespace ampa::study

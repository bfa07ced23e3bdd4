#include <fmt/format.h>

#include "sweep/recommend.h"

namespace ampa::sweep {
namespace {

constexpr std::size_t kNumShown = 5;

std::string article(const std::string& name) {
  return !name.empty() && std::string("aeiou").find(name.front()) != std::string::npos ? "an" : "a";
}

const char* worse_side(const Metric& metric) {
  return metric.larger_is_better ? "below" : "above";
}

const char* better_side(const Metric& metric) {
  return metric.larger_is_better ? "above" : "below";
}

std::string constraint_words(const Constraints& constraints, const Recommendation& recommendation) {
  const Metric& metric = recommendation.metric;
  std::vector<std::string> parts;
  if (constraints.max_metric_loss)
    parts.push_back(fmt::format("{} {} at most {}{} {} {}", article(metric.name), metric.name,
                                *constraints.max_metric_loss, difference_words(metric), worse_side(metric),
                                recommendation.baseline ? recommendation.baseline->label : "the baseline"));
  if (constraints.min_rr_percent) parts.push_back(fmt::format("an RR of at least {} %", *constraints.min_rr_percent));
  if (constraints.max_cycles)
    parts.push_back(fmt::format("at most {:.0f} cycles on {}", *constraints.max_cycles, recommendation.point));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string spread_words(const Metric& metric, const Statistics& statistics) {
  if (!statistics.std_dev) return metric_words(metric, statistics.mean) + " (1 seed)";
  return fmt::format("{:.2f} +- {} ({} seeds, {:.2f} .. {:.2f})", statistics.mean,
                     metric_words(metric, *statistics.std_dev), statistics.count, statistics.min, statistics.max);
}

std::string loss_words(const Candidate& candidate, const Recommendation& recommendation) {
  if (!candidate.metric_loss) return "";
  const double loss = *candidate.metric_loss;
  const Metric& metric = recommendation.metric;
  return fmt::format(", {:.2f}{} {} {}", std::abs(loss), difference_words(metric),
                     loss >= 0 ? worse_side(metric) : better_side(metric), recommendation.baseline->label);
}

std::string count_words(double count) {
  if (count >= 1e9) return fmt::format("{:.3f} G", count / 1e9);
  if (count >= 1e6) return fmt::format("{:.3f} M", count / 1e6);
  return fmt::format("{:.0f}", count);
}

std::string front_words(const Candidate& candidate, const Metric& metric) {
  if (candidate.front_distance_rr == 0) return fmt::format("on the Pareto front of {} and RR", metric.name);
  return fmt::format("{:.2f}{} {} the Pareto front of {} and RR", candidate.front_distance_rr, difference_words(metric),
                     worse_side(metric), metric.name);
}

// The setting, and the others of the sweep that are the same run.
std::string label_words(const SettingSummary& setting) {
  if (setting.same_runs.empty()) return setting.label;
  return fmt::format("{} (the same run as {})", setting.label, fmt::join(setting.same_runs, ", "));
}

std::string evidence_words(const Candidate& candidate, const Recommendation& recommendation) {
  const SettingSummary& setting = candidate.setting;
  std::string words =
      fmt::format("{} {}{}, RR {:.2f} %", setting.metric.name, spread_words(setting.metric, *setting.final_metric),
                  loss_words(candidate, recommendation), setting.bitops_reduction_percent->mean);
  if (setting.train_loss) words += fmt::format(", training loss {:.3f}", setting.train_loss->mean);
  if (const PointStatistics* costed = setting.at_point(recommendation.point))
    words += fmt::format(
        ", {} cycles on {} ({} compute, {} fill/drain, {} operand stall, {} write stall; {:.2f} % fewer than INT8)",
        count_words(costed->total_cycles.mean), recommendation.point, count_words(costed->compute_mean),
        count_words(costed->fill_drain_mean), count_words(costed->operand_stall_mean),
        count_words(costed->write_stall_mean), costed->reduction_percent.mean);
  return words + ", " + front_words(candidate, setting.metric);
}

// "_points": the end of a key of a difference of the metric.
std::string unit_suffix(const Metric& metric) {
  const std::string unit = difference_unit(metric);
  return unit.empty() ? "" : '_' + unit;
}

Json candidate_json(const Candidate& candidate, const std::string& point) {
  const SettingSummary& setting = candidate.setting;
  const PointStatistics* costed = setting.at_point(point);
  const std::string points = unit_suffix(setting.metric);
  const std::string name = metric_key({setting.metric.name, "", true});
  const std::string loss_key = name + "_loss" + points, loss_key_std = name + "_loss_std_error" + points;
  Json json;
  json["setting"] = setting.id;
  json["label"] = setting.label;
  if (!setting.same_runs.empty()) json["same_runs"] = setting.same_runs;
  json["config"] = setting.config;
  json["trials"] = candidate.trials;
  json["num_seeds"] = setting.num_completed;
  json[metric_key(setting.metric)] = to_json(setting.final_metric);
  json["train_loss"] = to_json(setting.train_loss);
  json["bitops_reduction_percent"] = to_json(setting.bitops_reduction_percent);
  json["total_cycles"] = costed ? to_json(std::optional<Statistics>(costed->total_cycles)) : Json(nullptr);
  json["cycle_parts"] = Json(nullptr);
  if (costed)
    json["cycle_parts"] = {{"compute_cycles_mean", costed->compute_mean},
                           {"fill_drain_cycles_mean", costed->fill_drain_mean},
                           {"operand_stall_cycles_mean", costed->operand_stall_mean},
                           {"write_stall_cycles_mean", costed->write_stall_mean}};
  json[loss_key] = candidate.metric_loss ? Json(*candidate.metric_loss) : Json(nullptr);
  json[loss_key_std] = candidate.metric_loss_std_error ? Json(*candidate.metric_loss_std_error) : Json(nullptr);
  json["front_distance_rr" + points] = candidate.front_distance_rr;
  json["front_distance_cycles" + points] =
      candidate.front_distance_cycles ? Json(*candidate.front_distance_cycles) : Json(nullptr);
  return json;
}

Json candidates_json(const std::vector<Candidate>& candidates, const std::string& point) {
  Json json = Json::array();
  for (const Candidate& candidate : candidates) json.push_back(candidate_json(candidate, point));
  return json;
}

Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace

RecommendationWords words_of(const Recommendation& recommendation, const Constraints& constraints) {
  RecommendationWords words;
  words.outcome = fmt::format("{} on {}: {} of {} settings have {}.", recommendation.network, recommendation.dataset,
                              recommendation.ranked.size(), recommendation.num_candidates,
                              constraint_words(constraints, recommendation));
  words.notes = recommendation.notes;
  if (recommendation.ranked.empty()) return words;
  words.best_label = label_words(recommendation.ranked.front().setting);
  words.best_evidence = evidence_words(recommendation.ranked.front(), recommendation);
  if (recommendation.ranked.size() > 1) words.order = recommendation.ranked_by;
  for (std::size_t i = 1; i < recommendation.ranked.size() && i < kNumShown; ++i)
    words.next.push_back(fmt::format("{}: {}", label_words(recommendation.ranked[i].setting),
                                     evidence_words(recommendation.ranked[i], recommendation)));
  return words;
}

std::string in_words(const Recommendation& recommendation, const Constraints& constraints) {
  const RecommendationWords words = words_of(recommendation, constraints);
  std::string text = words.outcome + "\n";
  text += words.best_label.empty() ? "No setting can be recommended.\n"
                                   : fmt::format("Recommended: {}: {}.\n", words.best_label, words.best_evidence);
  if (!words.order.empty()) text += fmt::format("Next, by {}:\n", words.order);
  for (std::size_t i = 0; i < words.next.size(); ++i) text += fmt::format("  {}. {}\n", i + 2, words.next[i]);
  for (const std::string& note : words.notes) text += "Note: " + note + "\n";
  return text;
}

Json to_json(const std::vector<Recommendation>& recommendations, const Constraints& constraints, const Json& context) {
  Json json;
  json["schema_version"] = kSummarySchemaVersion;
  json["context"] = context;
  json["config"] = {{"max_metric_loss", optional_number(constraints.max_metric_loss)},
                    {"min_rr", optional_number(constraints.min_rr_percent)},
                    {"max_cycles", optional_number(constraints.max_cycles)},
                    {"point", constraints.point},
                    {"baseline", constraints.baseline}};
  json["results"]["tasks"] = Json::array();
  for (const Recommendation& task : recommendations)
    json["results"]["tasks"].push_back({{"network", task.network},
                                        {"dataset", task.dataset},
                                        {"point", task.point},
                                        {"baseline", task.baseline ? Json(task.baseline->label) : Json(nullptr)},
                                        {"num_candidates", task.num_candidates},
                                        {"ranked_by", task.ranked_by},
                                        {"metric", record::to_json(task.metric)},
                                        {"seed_noise" + unit_suffix(task.metric), optional_number(task.seed_noise)},
                                        {"recommended", candidates_json(task.ranked, task.point)},
                                        {"fixed_that_meet", candidates_json(task.fixed_that_meet, task.point)},
                                        {"notes", task.notes},
                                        {"words", in_words(task, constraints)}});
  return json;
}

}  // namespace ampa::sweep

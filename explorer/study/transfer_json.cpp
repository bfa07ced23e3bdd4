// TransferAdvice -> JSON.
#include "study/or_null.h"
#include "study/transfer.h"

namespace ampa::study {
namespace {

template <typename Range>
Json ends(const std::optional<Range>& range, double Range::*low, double Range::*high) {
  return range ? Json{(*range).*low, (*range).*high} : Json(nullptr);
}

Json candidate_json(const TransferAdvice& advice, const TransferAdvice::Candidate& candidate) {
  const PooledSetting& pooled = candidate.pooled;
  Json on = Json::array();
  for (std::size_t task = 0; task < pooled.on.size(); ++task) {
    if (!pooled.on[task]) continue;
    const TriedSetting& tried = advice.evidence.tasks[task].settings[*pooled.on[task]];
    on.push_back({{"task", task},
                  {"label", tried.label},
                  {"losses", tried.losses},
                  {"confirmed", tried.is_confirmed},
                  {"rr_percent", or_null(tried.rr_percent)}});
  }
  const OnNewNetwork& there = candidate.there;
  using statistics::Interval;
  using sweep::ReductionRange;
  return {{"settings", pooled.carried},
          {"selected_layers", there.selected},
          {"interval_epochs", there.has_ladder ? Json(there.interval_epochs) : Json(nullptr)},
          {"num_updates", there.has_ladder ? Json(there.num_updates) : Json(nullptr)},
          {"floors", candidate.floors},
          {"notices", there.notices},
          {"rr_range_percent", ends(there.range, &ReductionRange::low_percent, &ReductionRange::high_percent)},
          {"expected_rr_percent", or_null(candidate.expected_rr)},
          {"on", on},
          {"mean_rank", pooled.mean_rank},
          {"loss",
           {{"tasks", pooled.loss.of_mean.count},
            {"mean", pooled.loss.of_mean.mean},
            {"std_dev", or_null(pooled.loss.of_mean.std_dev)},
            {"interval", ends(pooled.loss.of_mean.interval, &Interval::low, &Interval::high)},
            {"another_at_most", or_null(pooled.loss.at_most)},
            {"another_above", or_null(pooled.loss.above)}}}};
}

}  // namespace

Json to_json(const Target& target, const TransferAdvice& advice, const Json& context) {
  Json tasks = Json::array(), settings = Json::array(), left_out = Json::array();
  for (const TransferTask& task : advice.evidence.tasks)
    tasks.push_back({{"network", task.network},
                     {"dataset", task.dataset},
                     {"epochs", task.epochs},
                     {"num_layers", task.num_layers},
                     {"num_settings", task.settings.size()},
                     {"dirs", task.dirs}});
  for (const TransferAdvice::Candidate& setting : advice.settings) settings.push_back(candidate_json(advice, setting));
  for (const LeftOut& of : advice.left_out)
    left_out.push_back({{"task", of.task},
                        {"label", advice.evidence.tasks[of.task].settings[of.setting].label},
                        {"loss", of.loss},
                        {"rank", of.rank},
                        {"num_ranked", of.num_ranked}});
  Json agreement = nullptr;
  if (advice.agreement)
    agreement = {{"tau", advice.agreement->tau},
                 {"interval", {advice.agreement->interval.low, advice.agreement->interval.high}},
                 {"num_settings", advice.agreement->num_settings}};
  return {{"schema_version", 1},
          {"context", context},
          {"config",
           {{"max_metric_loss", or_null(target.max_metric_loss)},
            {"min_rr", or_null(target.min_rr_percent)},
            {"network", advice.network.name},
            {"dataset", advice.network.dataset},
            {"epochs", advice.network.epochs}}},
          {"results",
           {{"reference", advice.evidence.reference},
            {"tasks", tasks},
            {"left_out", advice.evidence.left_out},
            {"not_carried", advice.not_carried},
            {"num_tried", advice.num_tried},
            {"num_compared", advice.num_compared},
            {"agreement", agreement},
            {"settings", settings},
            {"tried_without", left_out}}}};
}

}  // namespace ampa::study

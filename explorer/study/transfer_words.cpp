// TransferAdvice -> sentences.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "allocate/ampa_settings.h"
#include "study/transfer.h"

namespace ampa::study {
namespace {

constexpr std::size_t kNumShown = 5;

const char* plural(std::int64_t count) {
  return count == 1 ? "" : "s";
}

class Writer {
 public:
  Writer(const Target& target, const TransferAdvice& advice)
      : target_(target), advice_(advice), tasks_(advice.evidence.tasks), metric_(tasks_.front().metric) {}

  std::string text() {
    add_evidence();
    if (advice_.settings.empty()) {
      text_ += "nothing is recommended\n";
      return text_;
    }
    const TransferAdvice::Candidate& best = advice_.settings.front();
    line("recommended: {}", carried_words(best.pooled.carried));
    add_mapping(best);
    add_loss(best.pooled);
    add_trust(best.pooled);
    for (const LeftOut& left_out : advice_.left_out) add_left_out(left_out);
    add_next(best.pooled);
    for (std::size_t i = 1; i < std::min(kNumShown, advice_.settings.size()); ++i) {
      const TransferAdvice::Candidate& other = advice_.settings[i];
      line("then: {}: {}; loses {:.2f}{} on average", carried_words(other.pooled.carried), rr_words(other),
           other.pooled.loss.of_mean.mean, points());
    }
    return text_;
  }

 private:
  template <typename... T>
  void line(fmt::format_string<T...> format, T&&... values) {
    text_ += fmt::format(format, std::forward<T>(values)...) + '\n';
  }

  std::string points() const { return difference_words(metric_); }

  std::string target_words() const {
    std::vector<std::string> parts;
    if (target_.max_metric_loss)
      parts.push_back(fmt::format("a loss of {} of at most {}{} against {}", metric_.name, *target_.max_metric_loss,
                                  points(), advice_.evidence.reference));
    if (target_.min_rr_percent) parts.push_back(fmt::format("an RR of at least {} %", *target_.min_rr_percent));
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  void add_evidence() {
    const NewNetwork& network = advice_.network;
    line("for {} with {} on {}, {} epoch{}: {} of {} setting{} tried on {} of {} task{} (of {} on any)", target_words(),
         network.name, network.dataset.empty() ? "an input of its own" : network.dataset, network.epochs,
         plural(network.epochs), advice_.settings.size(), advice_.num_compared, plural(advice_.num_compared),
         advice_.num_tasks, tasks_.size(), plural(static_cast<std::int64_t>(tasks_.size())), advice_.num_tried);
    for (const TransferTask& task : tasks_) {
      const auto confirmed = std::count_if(task.settings.begin(), task.settings.end(),
                                           [](const TriedSetting& tried) { return tried.is_confirmed; });
      line("evidence: {}: {} setting{}, {} on unseen seeds and test samples ({})", task.words, task.settings.size(),
           plural(static_cast<std::int64_t>(task.settings.size())), confirmed, fmt::join(task.dirs, ", "));
      if (task.network == network.name && task.dataset == network.dataset && task.epochs == network.epochs)
        line("  this very task: `ampa recommend` of that folder alone, without --network, answers for it");
    }
    for (const std::string& sentence : advice_.evidence.left_out) line("  left out: {}", sentence);
    for (const std::string& sentence : advice_.not_carried) line("  not carried: {}", sentence);
    add_agreement();
  }

  void add_agreement() {
    if (!advice_.agreement) return;
    const RankAgreement& agreement = *advice_.agreement;
    const bool is_shown = agreement.interval.low > 0;
    line("agreement: the tasks rank {} settings by loss with Kendall's tau {:.2f} ({:.2f} .. {:.2f} with 95 %){}",
         agreement.num_settings, agreement.tau, agreement.interval.low, agreement.interval.high,
         is_shown ? "" : ": what loses least on one says nothing of another");
  }

  std::string rr_words(const TransferAdvice::Candidate& candidate) const {
    if (!candidate.there.range) return "RR unknown before training";
    std::string words = fmt::format("RR {:.2f} % .. {:.2f} % before training", candidate.there.range->low_percent,
                                    candidate.there.range->high_percent);
    if (candidate.expected_rr && candidate.pooled.place)
      words += fmt::format(", about {:.1f} % if it comes to lie there as on the tasks at hand ({:.2f} of the way)",
                           *candidate.expected_rr, *candidate.pooled.place);
    if (target_.min_rr_percent && candidate.there.range->low_percent < *target_.min_rr_percent)
      words += fmt::format("; {} % may be missed", *target_.min_rr_percent);
    return words;
  }

  // What a ratio selects on the tasks that tried it, where layers go alone.
  std::string elsewhere(const PooledSetting& pooled, double percent) const {
    if (pooled.carried.value("granularity", "layer") != "layer") return "";
    std::vector<std::string> parts;
    for (std::size_t task = 0; task < tasks_.size(); ++task)
      if (pooled.on[task])
        parts.push_back(fmt::format("{} of {} on {}", allocate::num_selected(percent, tasks_[task].num_layers),
                                    tasks_[task].num_layers, tasks_[task].network));
    return fmt::format(" ({})", fmt::join(parts, ", "));
  }

  void add_mapping(const TransferAdvice::Candidate& best) {
    const OnNewNetwork& there = best.there;
    if (there.has_ladder) {
      for (std::size_t i = 0; i < there.names.size(); ++i)
        line("  {} {:.4g} %: {} of {} layers an update{}{}", there.names[i], there.percents[i], there.selected[i],
             there.num_layers, elsewhere(best.pooled, there.percents[i]),
             there.selected[i] == 0 && there.percents[i] > 0 ? ": floors to none here" : "");
      line("  an update every {} epoch{}, {} that act{}", there.interval_epochs, plural(there.interval_epochs),
           there.num_updates, there.num_updates == 1 ? "s" : "");
    }
    if (best.floors)
      line("  so it is another setting there than the one that was tried: what was seen of that says little");
    for (const std::string& notice : there.notices) line("  note: {}", notice);
    line("  {}", rr_words(best));
  }

  void add_loss(const PooledSetting& pooled) {
    for (std::size_t task = 0; task < tasks_.size(); ++task) {
      if (!pooled.on[task]) continue;
      const TriedSetting& tried = tasks_[task].settings[*pooled.on[task]];
      const statistics::PairedTest test = statistics::test_loss(tried.losses, target_.max_metric_loss.value_or(0));
      std::string at_most = test.at_most ? fmt::format(", at most {:.2f} with 95 %", *test.at_most) : "";
      line("  on {}: loses {:.2f}{}, {} {}seed{}{}, RR {}", tasks_[task].words, test.mean, points(), test.count,
           tried.is_confirmed ? "unseen " : "", plural(test.count), at_most,
           tried.rr_percent ? fmt::format("{:.2f} %", *tried.rr_percent) : "unknown");
    }
    if (pooled.loss.of_mean.interval)
      line("  over {} tasks and their seeds: {:.2f}{} ({:.2f} .. {:.2f} with 95 %), mean rank {:.1f} of {}",
           pooled.loss.of_mean.count, pooled.loss.of_mean.mean, points(), pooled.loss.of_mean.interval->low,
           pooled.loss.of_mean.interval->high, pooled.mean_rank, advice_.num_compared);
  }

  void add_trust(const PooledSetting& pooled) {
    if (!pooled.loss.at_most)
      return line("  one task: there is no interval between tasks, so nothing is shown for another network");
    if (!target_.max_metric_loss)
      return line("  another such task: at most {:.2f}{} with 95 %", *pooled.loss.at_most, points());
    const bool is_foreseen = *pooled.loss.at_most <= *target_.max_metric_loss;
    line(
        "  another such task: at most {:.2f}{} with 95 %: {} (probability of a larger loss {:.0f} %; of {} settings "
        "the best looks better than it is)",
        *pooled.loss.at_most, points(), is_foreseen ? "within the bound" : "the bound is not shown for it",
        100 * *pooled.loss.above, advice_.num_compared);
  }

  void add_left_out(const LeftOut& left_out) {
    const TransferTask& task = tasks_[left_out.task];
    const TriedSetting& tried = task.settings[left_out.setting];
    std::string verdict;
    if (target_.max_metric_loss)
      verdict = left_out.loss <= *target_.max_metric_loss ? ", within the bound" : ", beyond the bound";
    line(
        "  tried: without {} the others would have named {} for it: it lost {:.2f}{} there{}, RR {}, place {} of {} "
        "by loss",
        task.words, tried.label, left_out.loss, points(), verdict,
        tried.rr_percent ? fmt::format("{:.2f} %", *tried.rr_percent) : "unknown", left_out.rank, left_out.num_ranked);
  }

  void add_next(const PooledSetting& pooled) {
    std::optional<std::int64_t> seeds;
    if (advice_.seed_std_dev && target_.max_metric_loss)
      seeds = statistics::seeds_needed(pooled.loss.of_mean.mean, *advice_.seed_std_dev, *target_.max_metric_loss);
    const NewNetwork& network = advice_.network;
    if (seeds)
      line(
          "  next: {0} seeds of it and of {1} there ({2} runs, {3} epochs) would show it in 4 of 5 cases, if it loses "
          "there what it lost on average",
          *seeds, advice_.evidence.reference, 2 * *seeds, 2 * *seeds * network.epochs);
    else
      line("  next: runs of it and of {} there, each with two seeds or more, are what would show it",
           advice_.evidence.reference);
    line("  ampa train --network {}{}{} --epochs {}", network.name,
         network.dataset.empty() ? "" : " --dataset " + network.dataset, carried_flags(pooled.carried), network.epochs);
  }

  const Target& target_;
  const TransferAdvice& advice_;
  const std::vector<TransferTask>& tasks_;
  const Metric& metric_;
  std::string text_;
};

}  // namespace

std::string transfer_words(const Target& target, const TransferAdvice& advice) {
  return Writer(target, advice).text();
}

}  // namespace ampa::study

#include "paper/page_parts.h"

#include <fmt/format.h>

#include <cmath>

#include "paper/differences.h"
#include "paper/figures.h"
#include "paper/forecast.h"
#include "paper/history.h"
#include "paper/verdict.h"
#include "statistics/mean_interval.h"

namespace ampa::paper {
namespace {

constexpr const char* kCosts[] = {"megacycles", "cycles_saved_percent", "lut_seconds"};
constexpr const char* kNone = "-";

std::string ours(const RowResult& row, const Figure& figure) {
  const std::vector<double> values = row.values(figure.name);
  const std::optional<double> mean = statistics::mean_of(values);
  if (!mean) return kNone;
  std::string text = fmt::format("{:.{}f}", *mean, figure.digits);
  if (const auto half = half_width(values)) text += fmt::format(" ± {:.{}f}", *half, figure.digits);
  return text;
}

std::string printed(const Row& row, const std::string& figure) {
  const auto found = row.printed.find(figure);
  if (found == row.printed.end()) return kNone;
  return found->second ? fmt::format("{}", *found->second) : "NaN";
}

std::string seeds_words(const RowResult& row) {
  std::int64_t finished = 0, diverged = 0;
  for (const SeedResult& seed : row.seeds) {
    finished += seed.record ? 1 : 0;
    diverged += seed.diverged() ? 1 : 0;
  }
  std::string words = fmt::format("{}/{}", finished, row.seeds.size());
  if (diverged > 0) words += fmt::format(", {} diverged", diverged);
  return words;
}

std::string records_words(const RowResult& row) {
  std::string words;
  for (const SeedResult& seed : row.seeds)
    if (!seed.results_sha256.empty()) words += (words.empty() ? "" : " ") + seed.results_sha256.substr(0, 8);
  return words.empty() ? kNone : words;
}

std::string metric_title(const TableResult& result) {
  for (const RowResult& row : result.rows)
    for (const SeedResult& seed : row.seeds)
      if (seed.record) return fmt::format("{} ({})", seed.record->metric.name, seed.record->metric.unit);
  return "metric";
}

std::string title_of(const TableResult& result, const Figure& figure) {
  return figure.name == "metric" ? metric_title(result) : figure.title;
}

// The first seed that was finished.
const SeedResult* shown_seed(const RowResult& row) {
  for (const SeedResult& seed : row.seeds)
    if (seed.record && !seed.record->epochs.empty()) return &seed;
  return nullptr;
}

std::string run_words(const RowResult& row, const SeedResult& seed) {
  return fmt::format("{}, {}, seed {}", row.setting, task(row.task).paper, seed.seed);
}

std::vector<double> values_of(const record::RunRecord& record, std::size_t layer, OperandKind kind, bool losses) {
  std::vector<double> values;
  for (const record::EpochResult& epoch : record.epochs)
    if (!losses)
      values.push_back(epoch.bits[layer].of(kind));
    else if (!epoch.sensitivities.empty())
      values.push_back(sensitivity_of(epoch.sensitivities[layer], kind));
  return values;
}

}  // namespace

PageTable figures_table(const TableResult& result) {
  const Experiment& experiment = *result.experiment;
  PageTable table;
  table.header = {"network, data", "setting"};
  for (const std::string& name : experiment.figures) {
    const std::string title = title_of(result, *find_figure(name));
    table.header.insert(table.header.end(), {title + ", printed", title + ", ours"});
  }
  table.header.insert(table.header.end(), {"at the paper's size", "RR estimated"});
  for (const char* name : kCosts) table.header.push_back(find_figure(name)->title);
  table.header.insert(table.header.end(), {"seeds", "records"});
  for (const Row& row : experiment.rows) {
    std::vector<std::string> cells = {task(row.task).paper, row.setting};
    const RowResult* run = result.row(row.task, row.setting);
    for (const std::string& name : experiment.figures) {
      cells.push_back(printed(row, name));
      cells.push_back(run ? ours(*run, *find_figure(name)) : "not at this scale");
    }
    cells.push_back(forecast_words(experiment, row));
    cells.push_back(
        run && run->range ? fmt::format("{:.2f} .. {:.2f}", run->range->low_percent, run->range->high_percent) : kNone);
    for (const char* name : kCosts) cells.push_back(run ? ours(*run, *find_figure(name)) : kNone);
    cells.push_back(run ? seeds_words(*run) : kNone);
    cells.push_back(run ? records_words(*run) : kNone);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

PageTable claims_table(const TableResult& result) {
  PageTable table{{"claim", "verdict", "evidence"}, {}};
  for (const Claim& claim : result.experiment->claims) {
    const Verdict verdict = verdict_of(claim, result);
    table.rows.push_back({claim.words, verdict.word, verdict.evidence});
  }
  return table;
}

PageTable all_claims_table(const std::vector<TableResult>& results) {
  PageTable table{{"claim", "verdict", "of"}, {}};
  for (const TableResult& result : results)
    for (const Claim& claim : result.experiment->claims)
      table.rows.push_back({claim.words, verdict_of(claim, result).word, heading_of(*result.experiment)});
  return table;
}

std::vector<LayerHistory> layer_histories(const TableResult& result) {
  std::vector<LayerHistory> histories;
  const bool losses = result.experiment->kind == "losses";
  if (!losses && result.experiment->kind != "widths") return histories;
  for (const RowResult& row : result.rows) {
    const SeedResult* const seed = shown_seed(row);
    if (seed == nullptr || seed->record->epochs.front().bits.empty()) continue;
    for (const auto& [kind, name] :
         {std::pair(OperandKind::kGradient, "gradients"), std::pair(OperandKind::kWeight, "weights"),
          std::pair(OperandKind::kActivation, "activations")}) {
      LayerHistory history{fmt::format("{} of {}", name, run_words(row, *seed)), {}, {}};
      for (std::size_t layer = 0; layer < seed->record->layers.size(); ++layer) {
        history.layers.push_back(seed->record->layers[layer].name);
        history.values.push_back(values_of(*seed->record, layer, kind, losses));
      }
      histories.push_back(std::move(history));
    }
  }
  return histories;
}

std::vector<Curve> curves(const TableResult& result) {
  std::vector<Curve> list;
  if (result.experiment->kind != "curves") return list;
  for (const RowResult& row : result.rows)
    if (const SeedResult* const seed = shown_seed(row)) {
      Curve curve{run_words(row, *seed), {}};
      for (const record::EpochResult& epoch : seed->record->epochs) curve.values.push_back(epoch.test_metric);
      list.push_back(std::move(curve));
    }
  return list;
}

std::string command_of(const TableResult& result, const std::string& folder) {
  return fmt::format("ampa paper run {} --scale {} --out {}", result.experiment->name, result.scale, folder);
}

std::string heading_of(const Experiment& experiment) {
  const bool is_table = experiment.name.rfind("table", 0) == 0;
  return fmt::format("{} {}", is_table ? "Table" : "Figure", experiment.name.substr(is_table ? 5 : 6));
}

}  // namespace ampa::paper

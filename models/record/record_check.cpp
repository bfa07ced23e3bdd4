#include "record/record_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "bitops/bitops.h"
#include "common/atomic_file.h"
#include "record/layer_shape_json.h"

namespace ampa::record {
namespace {

constexpr std::int64_t kMaxSetting = std::int64_t{1}
                                     << 31;  // a product with the steps or MACs of a record stays below 2^63
constexpr std::int64_t kMaxMacs = std::int64_t{1} << 42;

std::optional<std::int64_t> setting(const RunRecord& record, const char* key) {
  const auto found = record.config.find(key);
  if (found == record.config.end() || !found->is_number_integer()) return std::nullopt;
  const auto value = found->get<std::int64_t>();
  return value >= 0 && value <= kMaxSetting ? std::optional(value) : std::nullopt;
}

void check_status(const RunRecord& record, const JsonReader& results) {
  const auto finished = static_cast<std::int64_t>(record.epochs.size());
  const std::optional<std::int64_t> epochs = setting(record, "epochs");
  if (epochs && (finished > *epochs || (record.status == Status::kCompleted && finished != *epochs)))
    results.fail(
        "epochs",
        fmt::format("{} {} epochs in a record that is {}", record.status == Status::kCompleted ? "the" : "at most",
                    *epochs, to_string(record.status)),
        fmt::format("{}", finished));
  const bool has_reason = !record.status_reason.empty();
  if (record.status != Status::kPaused && (record.status == Status::kDiverged) != has_reason)
    results.fail("status_reason",
                 record.status == Status::kDiverged ? "a reason" : "no reason unless diverged or paused",
                 '"' + record.status_reason + '"');
  if (finished > 0 && record.steps_per_epoch == 0)
    results.fail("steps_per_epoch", "at least 1 as there are epochs", "0");
}

void check_digest(const JsonReader& results, const char* key, const std::string& digest) {
  if (digest.empty()) return;
  if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
    results.fail(key, "a SHA-256 of 64 hexadecimal digits, or nothing", '"' + digest + '"');
}

// NaN stands for null: a figure that was not finite.
void check_range(const JsonReader& results, std::size_t epoch, const char* key, double value, double max) {
  if (!std::isnan(value) && !(value >= 0 && value <= max))
    results.fail(fmt::format("epochs[{}].{}", epoch, key),
                 std::isinf(max) ? "a number >= 0 or null" : fmt::format("a number in [0, {}] or null", max),
                 fmt::format("{}", value));
}

void check_epochs(const RunRecord& record, const JsonReader& results, std::int64_t version) {
  const bool is_percent = record.metric.unit == "percent";
  for (std::size_t i = 0; i < record.epochs.size(); ++i) {
    const EpochResult& epoch = record.epochs[i];
    check_range(results, i, "learning_rate", epoch.learning_rate, 1000);
    check_range(results, i, "train_loss", epoch.train_loss, INFINITY);
    if (is_percent)
      check_range(results, i, version == 1 ? "train_accuracy_percent" : "train_metric", epoch.train_metric, 100);
    check_range(results, i, "test_loss", epoch.test_loss, INFINITY);
    if (epoch.validation_metric.has_value() != record.epochs.front().validation_metric.has_value())
      results.fail(fmt::format("epochs[{}].validation_metric", i), "it in every epoch or in none",
                   "epochs with and without");
    if (epoch.validation_metric) {
      check_range(results, i, "validation_loss", epoch.validation_loss.value(), INFINITY);
      if (is_percent) check_range(results, i, "validation_metric", *epoch.validation_metric, 100);
    }
    if (is_percent)
      check_range(results, i, version == 1 ? "test_accuracy_percent" : "test_metric", epoch.test_metric, 100);
    for (const allocate::LayerSensitivity& layer : epoch.sensitivities)
      for (const double value : {layer.w, layer.a, layer.g}) check_range(results, i, "sensitivities", value, INFINITY);
  }
}

// Answers are of the last epoch.
void check_answers(const RunRecord& record, const JsonReader& results) {
  if (!record.answers) return;
  if (record.epochs.empty() || !record.epochs.back().validation_metric)
    results.fail("answers", "none, as no epoch has a validation_metric", "answers");
  const EpochResult& last = record.epochs.back();
  const auto check = [&](const char* part, const std::vector<bool>& right, double metric) {
    if (percent_right(right) != metric)
      results.fail(fmt::format("answers.{}.right", part), fmt::format("{} % of them, the last epoch's metric", metric),
                   fmt::format("{} %", percent_right(right)));
  };
  check("validation", record.answers->validation, *last.validation_metric);
  check("test", record.answers->test, last.test_metric);
}

void check_bitops(const RunRecord& record, const JsonReader& results) {
  const std::vector<bitops::CountedGemm> gemms = counted_gemms(record);
  const std::int64_t int8 = bitops::int8_training_bitops(gemms);
  std::vector<std::int64_t> found;
  for (std::size_t i = 0; i < record.epochs.size(); ++i) {
    const EpochResult& epoch = record.epochs[i];
    if (epoch.bits.empty()) continue;
    const std::int64_t expected = bitops::training_bitops(gemms, epoch.bits);
    if (epoch.bitops_per_image != expected)
      results.fail(fmt::format("epochs[{}].bitops_per_image", i),
                   fmt::format("{}, that of the epoch's bits and the jobs' counted MACs", expected),
                   fmt::format("{}", epoch.bitops_per_image.value_or(0)));
    found.push_back(expected);
  }
  const char* key = "bitops_reduction_percent";
  if (found.empty() || int8 == 0) {
    if (record.bitops_reduction_percent) results.fail(key, "null, as no epoch has bits", "a number");
    return;
  }
  const double expected = bitops::reduction_percent(found, int8);
  if (!record.bitops_reduction_percent || !(std::abs(*record.bitops_reduction_percent - expected) <= 1e-9 * 100))
    results.fail(key, fmt::format("{}, that of the epochs' BitOPs", expected),
                 record.bitops_reduction_percent ? fmt::format("{}", *record.bitops_reduction_percent) : "null");
}

// Whether the steps compute no gradient on codes (ir::Recipe::double_rounding).
bool is_forward_only(const RunRecord& record) {
  const auto is_forward = [](const auto& job) { return job.pass == gemm::Pass::kForward; };
  return record.counted_only.empty() && std::all_of(record.jobs.begin(), record.jobs.end(), is_forward);
}

// fwd of every layer, then, unless gradients are computed without codes, from the last layer to the first, dgrad
// (unless the layer reads the network's input) and wgrad (unless the second of two activations is the network's input).
void check_jobs(const RunRecord& record, const JsonReader& results) {
  const std::size_t num_layers = record.layers.size();
  std::size_t next = 0;
  const auto expect = [&](const std::string& layer, gemm::Pass pass) {
    if (next < record.jobs.size() && record.jobs[next].layer == layer && record.jobs[next].pass == pass) return ++next;
    results.fail("jobs", fmt::format("{} of layer '{}' as number {}", gemm::to_string(pass), layer, next),
                 next < record.jobs.size()
                     ? fmt::format("{} of '{}'", gemm::to_string(record.jobs[next].pass), record.jobs[next].layer)
                     : "the end of the jobs");
  };
  for (const QuantizedLayer& layer : record.layers) expect(layer.name, gemm::Pass::kForward);
  for (std::size_t i = is_forward_only(record) ? 0 : num_layers; i-- > 0;) {
    const std::string& name = record.layers[i].name;
    const auto is_next = [&](gemm::Pass pass) {
      return next < record.jobs.size() && record.jobs[next].pass == pass && record.jobs[next].layer == name;
    };
    if (is_next(gemm::Pass::kDataGradient)) expect(name, gemm::Pass::kDataGradient);
    if (record.layers[i].num_weights > 0 || is_next(gemm::Pass::kWeightGradient))
      expect(name, gemm::Pass::kWeightGradient);
  }
  if (next != record.jobs.size())
    results.fail("jobs", fmt::format("{} jobs, those of a step of the {} layers", next, num_layers),
                 fmt::format("{}", record.jobs.size()));
}

// Every pass of every layer counts once, run or not, and the forward pass as the layer's MACs.
void check_counted(const RunRecord& record, const JsonReader& results) {
  std::set<std::pair<std::size_t, gemm::Pass>> seen;
  for (const bitops::CountedGemm& gemm : counted_gemms(record)) {
    const QuantizedLayer& layer = record.layers[gemm.layer];
    if (!seen.emplace(gemm.layer, gemm.pass).second)
      results.fail("counted_only", fmt::format("{} of layer '{}' once", gemm::to_string(gemm.pass), layer.name),
                   "it again");
    if (gemm.pass == gemm::Pass::kForward && gemm.macs != layer.macs)
      results.fail("jobs", fmt::format("{} counted MACs of fwd of layer '{}', its MACs", layer.macs, layer.name),
                   fmt::format("{}", gemm.macs));
  }
  if (seen.size() != record.layers.size() * (is_forward_only(record) ? 1 : 3))
    results.fail("counted_only", fmt::format("the passes of {} layers, run or counted", record.layers.size()),
                 fmt::format("{} passes", seen.size()));
}

// Where maps are filled up with zero points, more MACs are run than counted.
bool may_run_over_gaps(const RunRecord& record, const QuantizedLayer& layer, const StepJob& job) {
  if (job.shape) return gemm::runs_over_gaps(*job.shape, job.pass);
  const bool is_transposed =
      layer.num_weights > 0 && std::any_of(record.jobs.begin(), record.jobs.end(), [&](const StepJob& other) {
        return other.layer == job.layer && other.pass == gemm::Pass::kWeightGradient &&
               other.operands.first == OperandKind::kActivation;
      });
  return job.pass == gemm::Pass::kDataGradient || (is_transposed && job.pass == gemm::Pass::kForward);
}

void check_job_sizes(const RunRecord& record, const JsonReader& results) {
  const std::optional<std::int64_t> batch_size = setting(record, "batch_size");
  if (!batch_size) return;
  const std::map<std::string, std::size_t> index = layer_indices(record);
  for (std::size_t i = 0; i < record.jobs.size(); ++i) {
    const StepJob& job = record.jobs[i];
    const QuantizedLayer& layer = record.layers[index.at(job.layer)];
    if (job.shape && gemm::num_images(*job.shape) != *batch_size)
      results.fail(fmt::format("jobs[{}].{}.images", i, shape_key(*job.shape)),
                   fmt::format("the batch size, {}", *batch_size), fmt::format("{}", gemm::num_images(*job.shape)));
    if (may_run_over_gaps(record, layer, job)) continue;
    if (*batch_size > kMaxMacs / layer.macs || job.batch * job.m * job.n * job.k != layer.macs * *batch_size)
      results.fail(
          fmt::format("jobs[{}]", i),
          fmt::format("{} MACs for each of {} images, those of layer '{}'", layer.macs, *batch_size, layer.name),
          fmt::format("{} x {} x {}{}", job.m, job.n, job.k, job.batch == 1 ? "" : fmt::format(" x {}", job.batch)));
  }
}

}  // namespace

void check_consistency(const RunRecord& record, const JsonReader& results, std::int64_t version) {
  check_status(record, results);
  check_digest(results, "checkpoint_sha256", record.checkpoint_sha256);
  check_digest(results, "tensor_digest", record.tensor_digest);
  check_epochs(record, results, version);
  check_answers(record, results);
  check_jobs(record, results);
  check_counted(record, results);
  check_job_sizes(record, results);
  check_bitops(record, results);
}

std::optional<std::int64_t> images_per_epoch(const RunRecord& record) {
  const std::optional<std::int64_t> batch_size = setting(record, "batch_size");
  if (!batch_size) return std::nullopt;
  const std::int64_t missing = record.last_batch_images > 0 ? *batch_size - record.last_batch_images : 0;
  return record.steps_per_epoch * *batch_size - missing;
}

std::string results_digest(const Json& record) {
  Json covered;
  for (const char* key : {"config", "identity", "results"})
    if (record.contains(key)) covered[key] = record.at(key);
  return sha256_hex(covered.dump());
}

}  // namespace ampa::record

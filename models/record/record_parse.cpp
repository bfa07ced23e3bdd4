// JSON -> RunRecord, strictly; of version 2, and of version 1, which knew one metric and widths by layer.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "common/error.h"
#include "record/layer_shape_json.h"
#include "record/record_check.h"
#include "record/run_record.h"
#include "record/trained_network.h"

namespace ampa::record {
namespace {

constexpr std::int64_t kMaxCount = std::numeric_limits<std::int64_t>::max();
// Far beyond any network, and small enough that the cycles of a step fit 63 bits.
constexpr std::int64_t kMaxSide = std::int64_t{1} << 31;
constexpr std::int64_t kMaxMacs = std::int64_t{1} << 42;
constexpr std::int64_t kMaxStepsPerEpoch = 1000000000;
constexpr std::int64_t kMaxImages = std::int64_t{1} << 30;

double number_or_nan(JsonReader& reader, const std::string& key) {
  return reader.number_or_null(key).value_or(std::numeric_limits<double>::quiet_NaN());
}

Status parse_status(JsonReader& reader) {
  const std::string name = reader.string("status");
  for (const Status status : {Status::kCompleted, Status::kDiverged, Status::kInterrupted, Status::kPaused})
    if (to_string(status) == name) return status;
  reader.fail("status", "one of completed, diverged, interrupted, paused", '"' + name + '"');
}

void check_length(const JsonReader& reader, const std::string& key, std::size_t found, std::size_t expected,
                  const char* what) {
  if (found != expected)
    reader.fail(key, fmt::format("one entry for each of the {} {}", expected, what), fmt::format("{} entries", found));
}

std::vector<std::int64_t> parse_widths(JsonReader& reader, const std::string& key, std::size_t num_layers) {
  std::vector<std::int64_t> widths = reader.integers(key, kMinOperandBits, kMaxBits);
  check_length(reader, key, widths.size(), num_layers, "layers");
  return widths;
}

// Of version 1: {"w": [...], "a": [...], "g": [...]}, one number per layer.
std::vector<allocate::LayerBits> parse_layer_bits(JsonReader reader, std::size_t num_layers) {
  const std::vector<std::int64_t> w = parse_widths(reader, "w", num_layers);
  const std::vector<std::int64_t> a = parse_widths(reader, "a", num_layers);
  const std::vector<std::int64_t> g = parse_widths(reader, "g", num_layers);
  reader.finish();
  std::vector<allocate::LayerBits> bits;
  for (std::size_t i = 0; i < num_layers; ++i)
    bits.push_back({static_cast<Bits>(w[i]), static_cast<Bits>(a[i]), static_cast<Bits>(g[i])});
  return bits;
}

std::vector<double> parse_numbers(JsonReader& reader, const std::string& key, std::size_t count, const char* what) {
  std::vector<double> numbers;
  for (const Json& value : reader.array(key)) {
    if (!value.is_number() && !value.is_null()) reader.fail(key, "an array of numbers or nulls", value.dump());
    numbers.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
  }
  check_length(reader, key, numbers.size(), count, what);
  return numbers;
}

std::vector<allocate::LayerSensitivity> parse_layer_sensitivities(JsonReader reader, std::size_t num_layers) {
  const std::vector<double> w = parse_numbers(reader, "w", num_layers, "layers");
  const std::vector<double> a = parse_numbers(reader, "a", num_layers, "layers");
  const std::vector<double> g = parse_numbers(reader, "g", num_layers, "layers");
  reader.finish();
  std::vector<allocate::LayerSensitivity> sensitivities;
  for (std::size_t i = 0; i < num_layers; ++i) sensitivities.push_back({w[i], a[i], g[i]});
  return sensitivities;
}

std::vector<allocate::LayerBits> parse_bits(JsonReader& reader, const Sites& sites, std::int64_t version) {
  if (version == 1) return parse_layer_bits(reader.child("bits"), sites.num_layers());
  std::vector<Bits> numbers;
  for (const std::int64_t bits : reader.integers("bits", kMinOperandBits, kMaxBits))
    numbers.push_back(static_cast<Bits>(bits));
  check_length(reader, "bits", numbers.size(), sites.size(), "sites");
  return sites.bits_by_layer(numbers);
}

std::vector<allocate::LayerSensitivity> parse_sensitivities(JsonReader& reader, const Sites& sites,
                                                            std::int64_t version) {
  if (version == 1) return parse_layer_sensitivities(reader.child("sensitivities"), sites.num_layers());
  return sites.sensitivities_by_layer(parse_numbers(reader, "sensitivities", sites.size(), "sites"));
}

EpochResult parse_epoch(JsonReader reader, std::int64_t index, const Sites& sites, std::int64_t version) {
  EpochResult epoch;
  epoch.epoch = reader.integer("epoch", index, index);
  epoch.learning_rate = number_or_nan(reader, "learning_rate");
  epoch.train_loss = number_or_nan(reader, "train_loss");
  epoch.train_metric = number_or_nan(reader, version == 1 ? "train_accuracy_percent" : "train_metric");
  epoch.test_loss = number_or_nan(reader, "test_loss");
  epoch.test_metric = number_or_nan(reader, version == 1 ? "test_accuracy_percent" : "test_metric");
  if (reader.has("validation_metric")) {
    epoch.validation_loss = number_or_nan(reader, "validation_loss");
    epoch.validation_metric = number_or_nan(reader, "validation_metric");
  }
  const bool has_bits = !reader.any("bits").is_null(), has_bitops = !reader.any("bitops_per_image").is_null();
  if (has_bits) epoch.bits = parse_bits(reader, sites, version);
  if (has_bitops) epoch.bitops_per_image = reader.integer("bitops_per_image", 0, kMaxCount);
  if (sites.num_layers() > 0 && has_bits != has_bitops)
    reader.fail("bitops_per_image", has_bits ? "an integer, as there are bits" : "null, as there are no bits",
                has_bitops ? "an integer" : "null");
  if (!reader.any("sensitivities").is_null()) epoch.sensitivities = parse_sensitivities(reader, sites, version);
  if (reader.has("first_order"))
    epoch.first_order = sites.sensitivities_by_layer(parse_numbers(reader, "first_order", sites.size(), "sites"));
  if (reader.has("widths"))
    for (JsonReader& width : reader.children("widths")) {
      WidthResult result;
      result.bits = static_cast<Bits>(width.integer("bits", kMinBits, kMaxBits));
      result.train_loss = number_or_nan(width, "train_loss");
      result.train_metric = number_or_nan(width, "train_metric");
      result.test_loss = number_or_nan(width, "test_loss");
      result.test_metric = number_or_nan(width, "test_metric");
      width.finish();
      epoch.widths.push_back(result);
    }
  reader.finish();
  return epoch;
}

// The list is that of the layers: it says how the numbers of epochs and jobs are to be read.
void check_sites(std::vector<JsonReader> found, const JsonReader& results, const std::vector<QuantizedLayer>& layers,
                 const Sites& sites) {
  check_length(results, "sites", found.size(), sites.size(), "operands of the layers");
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string layer = found[i].string("layer"), operand = found[i].string("operand");
    const std::string& expected = layers[sites[i].layer].name;
    const std::string_view kind = site_name(sites[i].kind);
    if (layer != expected) found[i].fail("layer", '"' + expected + '"', '"' + layer + '"');
    if (operand != kind) found[i].fail("operand", fmt::format("\"{}\"", kind), '"' + operand + '"');
    found[i].finish();
  }
}

// What the operands a and b of a pass may be; in the gradient of the weights, or of the second of two activations, they
// may have changed places.
std::vector<gemm::OperandKinds> possible_operands(gemm::Pass pass, bool has_weights) {
  if (!has_weights && pass != gemm::Pass::kWeightGradient) return {gemm::product_operands({}, pass)};
  const gemm::OperandKinds kinds = gemm::operand_kinds(pass);
  if (pass != gemm::Pass::kWeightGradient) return {kinds};
  return {kinds, {kinds.second, kinds.first}};
}

gemm::OperandKinds parse_operands(JsonReader& reader, const CountedJob& job, std::size_t layer, const Sites& sites) {
  const std::vector<std::int64_t> found = reader.integers("sites", 0, kMaxCount);
  std::vector<std::string> expected;
  const bool has_weights = sites.find(layer, OperandKind::kWeight).has_value();
  for (const gemm::OperandKinds& operands : possible_operands(job.pass, has_weights)) {
    const std::vector<std::size_t> of_job = sites.of_job(layer, operands);
    if (std::equal(found.begin(), found.end(), of_job.begin(), of_job.end(),
                   [](std::int64_t x, std::size_t y) { return x == static_cast<std::int64_t>(y); }))
      return operands;
    expected.push_back(fmt::format("[{}]", fmt::join(of_job, ", ")));
  }
  reader.fail(
      "sites",
      fmt::format("{}, those of {} of layer '{}'", fmt::join(expected, " or "), gemm::to_string(job.pass), job.layer),
      fmt::format("[{}]", fmt::join(found, ", ")));
}

QuantizedLayer parse_layer(JsonReader reader, std::int64_t version) {
  QuantizedLayer layer;
  layer.name = reader.string("name");
  layer.macs = reader.integer("macs", 1, kMaxMacs);
  layer.num_weights = reader.integer("num_weights", version > 1 ? 0 : 1, kMaxMacs);
  reader.finish();
  return layer;
}

// The job's own m, n and k, and its operands, say the same as its layer's shape.
void check_shape(const JsonReader& reader, const StepJob& job) {
  const char* const key = shape_key(*job.shape);
  const gemm::JobGeometry geometry = gemm::job_geometry(*job.shape, job.pass, {});
  const auto text = [](std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t batch) {
    return fmt::format("{} x {} x {}{}", m, n, k, batch == 1 ? "" : fmt::format(", a batch of {}", batch));
  };
  const std::string found = text(geometry.a.rows(), geometry.b.rows(), geometry.a.depth(), geometry.a.batch());
  const std::string expected = text(job.m, job.n, job.k, job.batch);
  if (found != expected || geometry.b.depth() != job.k || geometry.a.batch() != job.batch)
    reader.fail(key, fmt::format("a {} whose {} is {}", shape_name(*job.shape), gemm::to_string(job.pass), expected),
                "one of " + found);
  if (gemm::operand_kinds(*job.shape, job.pass) != job.operands)
    reader.fail("sites", fmt::format("those of {} of the {}", gemm::to_string(job.pass), shape_name(*job.shape)),
                "others");
}

// Layer, pass, sites and counted MACs. Version 1 names the first two; every pass of a layer counts its MACs.
CountedJob parse_counted(JsonReader& reader, const std::vector<QuantizedLayer>& layers, const Sites& sites,
                         std::int64_t version) {
  CountedJob job;
  job.layer = reader.string("layer");
  std::size_t index = 0;
  while (index < layers.size() && layers[index].name != job.layer) ++index;
  if (index == layers.size()) reader.fail("layer", "the name of one of the record's layers", '"' + job.layer + '"');
  const std::string pass = reader.string("pass");
  if (pass != "fwd" && pass != "dgrad" && pass != "wgrad")
    reader.fail("pass", "one of fwd, dgrad, wgrad", '"' + pass + '"');
  job.pass = gemm::pass_from_string(pass);
  job.operands = version > 1 ? parse_operands(reader, job, index, sites) : gemm::operand_kinds(job.pass);
  job.counted_macs = version > 1 ? reader.integer("counted_macs", 1, kMaxMacs) : layers[index].macs;
  if (reader.has("keep_one_in")) job.keep_one_in = reader.integer("keep_one_in", 2, kMaxBits);
  return job;
}

StepJob parse_job(JsonReader reader, const std::vector<QuantizedLayer>& layers, const Sites& sites,
                  std::int64_t version) {
  StepJob job;
  const CountedJob counted = parse_counted(reader, layers, sites, version);
  job.layer = counted.layer, job.pass = counted.pass, job.counted_macs = counted.counted_macs;
  job.operands = counted.operands;
  job.keep_one_in = counted.keep_one_in;
  job.m = reader.integer("m", 1, kMaxSide);
  job.n = reader.integer("n", 1, kMaxSide);
  job.k = reader.integer("k", 1, kMaxSide);
  if (job.m > kMaxMacs / job.n || job.m * job.n > kMaxMacs / job.k)
    reader.fail("k", fmt::format("a job of at most {} MACs", kMaxMacs),
                fmt::format("{} x {} x {}", job.m, job.n, job.k));
  if (reader.has("batch")) job.batch = reader.integer("batch", 1, kMaxMacs / (job.m * job.n * job.k));
  job.shape = parse_shape(reader);
  if (job.shape) check_shape(reader, job);
  reader.finish();
  return job;
}

// Version 1 does not say what is counted and not run: the data gradient of a layer that reads the network's input.
void count_missing_data_gradients(RunRecord& record) {
  for (const QuantizedLayer& layer : record.layers) {
    const auto is_its = [&](const StepJob& job) {
      return job.layer == layer.name && job.pass == gemm::Pass::kDataGradient;
    };
    if (std::none_of(record.jobs.begin(), record.jobs.end(), is_its))
      record.counted_only.push_back({layer.name, gemm::Pass::kDataGradient, layer.macs});
  }
}

// What follows from the rest is read for its keys' sake: it has to be what the rest says.
void check_derived(JsonReader reader, const RunRecord& record) {
  const Json expected = derived_results(record);
  for (const char* key : {"inference", "intersection"}) {
    if (!reader.has(key)) continue;
    const Json found = reader.any(key);
    const Json wanted = expected.contains(key) ? expected.at(key) : Json();
    if (found != wanted) reader.fail(key, wanted.dump() + ", that of the epochs", found.dump());
  }
}

void parse_results(JsonReader reader, RunRecord& record, std::int64_t version) {
  record.status = parse_status(reader);
  record.status_reason = reader.string("status_reason");
  record.bitops_reduction_percent = reader.number_or_null("bitops_reduction_percent");
  record.checkpoint_sha256 = reader.string("checkpoint_sha256");
  if (reader.has("tensor_digest")) record.tensor_digest = reader.string("tensor_digest");
  record.steps_per_epoch = reader.integer("steps_per_epoch", 0, kMaxStepsPerEpoch);
  if (reader.has("last_batch_images")) record.last_batch_images = reader.integer("last_batch_images", 1, kMaxImages);
  if (reader.has("images_per_epoch")) {
    const std::int64_t images = images_per_epoch(record).value_or(0);
    reader.integer("images_per_epoch", images, images);
  }
  if (version > 1) record.metric = metric_from_json(reader.child("metric"));
  if (reader.has("answers")) record.answers = answers_from_json(reader.child("answers"));
  for (JsonReader& layer : reader.children("layers")) record.layers.push_back(parse_layer(std::move(layer), version));
  if (reader.has("groups")) {
    for (const std::int64_t group : reader.integers("groups", 0, static_cast<std::int64_t>(record.layers.size())))
      record.groups.push_back(static_cast<int>(group));
    check_length(reader, "groups", record.groups.size(), record.layers.size(), "layers");
  }
  const Sites sites = sites_of(record.layers);
  if (version > 1) check_sites(reader.children("sites"), reader, record.layers, sites);
  for (JsonReader& job : reader.children("jobs"))
    record.jobs.push_back(parse_job(std::move(job), record.layers, sites, version));
  if (version == 1)
    count_missing_data_gradients(record);
  else
    for (JsonReader& job : reader.children("counted_only")) {
      record.counted_only.push_back(parse_counted(job, record.layers, sites, version));
      job.finish();
    }
  std::int64_t index = 0;
  for (JsonReader& epoch : reader.children("epochs")) {
    record.epochs.push_back(parse_epoch(epoch, index++, sites, version));
    const bool has_bits = !record.epochs.back().bits.empty();
    if (has_bits == record.epochs.front().bits.empty())
      epoch.fail("bits", "widths in every epoch or in none",
                 has_bits ? "them after epochs without" : "none after epochs with");
  }
  const JsonReader consistent = reader;
  for (const char* key : {"inference", "intersection"})
    if (reader.has(key)) reader.any(key);
  reader.finish();
  check_consistency(record, consistent, version);
  check_derived(consistent, record);
}

}  // namespace

Metric metric_from_json(JsonReader reader) {
  Metric metric;
  metric.name = reader.string("name");
  if (metric.name.empty()) reader.fail("name", "a name", "an empty text");
  metric.unit = reader.string("unit");
  metric.larger_is_better = reader.boolean("larger_is_better");
  reader.finish();
  return metric;
}

RunRecord from_json(const Json& json, const std::string& source) {
  JsonReader reader(json, source);
  const std::int64_t version = reader.integer("schema_version", 1, kSchemaVersion);
  RunRecord record;
  record.context = reader.object("context");
  record.config = reader.object("config");
  if (reader.has("identity")) record.identity = identity_from_json(reader.child("identity"));
  parse_results(reader.child("results"), record, version);
  if (reader.has("results_sha256")) {
    const std::string kept = reader.string("results_sha256"), found = results_digest(json);
    if (kept != found)
      reader.fail("results_sha256", found + ", that of config, identity and results",
                  kept + ": the record was edited or damaged");
  }
  reader.finish();
  return record;
}

}  // namespace ampa::record

// JSON -> RunRecord, strictly; of version 2, and of version 1, which knew one metric and widths by layer.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "common/error.h"
#include "common/yx_json.h"
#include "record/record_check.h"
#include "record/run_record.h"

namespace ampa::record {
namespace {

constexpr std::int64_t kMaxCount = std::numeric_limits<std::int64_t>::max();
// Far beyond any network, and small enough that the cycles of a step fit 63 bits.
constexpr std::int64_t kMaxSide = std::int64_t{1} << 31;
constexpr std::int64_t kMaxMacs = std::int64_t{1} << 42;
constexpr std::int64_t kMaxStepsPerEpoch = 1000000000;
// Of a convolution: small enough that the numbers of positions and of codes fit 63 bits.
constexpr std::int64_t kMaxImages = std::int64_t{1} << 30;
constexpr std::int64_t kMaxMapSide = std::int64_t{1} << 16;
constexpr std::int64_t kMaxKernel = std::int64_t{1} << 15;

double number_or_nan(JsonReader& reader, const std::string& key) {
  return reader.number_or_null(key).value_or(std::numeric_limits<double>::quiet_NaN());
}

Status parse_status(JsonReader& reader) {
  const std::string name = reader.string("status");
  for (const Status status : {Status::kCompleted, Status::kDiverged, Status::kInterrupted})
    if (to_string(status) == name) return status;
  reader.fail("status", "one of completed, diverged, interrupted", '"' + name + '"');
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

std::vector<allocate::LayerBits> parse_bits(JsonReader& reader, std::size_t num_layers, std::int64_t version) {
  if (version == 1) return parse_layer_bits(reader.child("bits"), num_layers);
  std::vector<Bits> sites;
  for (const std::int64_t bits : reader.integers("bits", kMinOperandBits, kMaxBits))
    sites.push_back(static_cast<Bits>(bits));
  check_length(reader, "bits", sites.size(), kSitesPerLayer * num_layers, "sites");
  return bits_by_layer(sites);
}

std::vector<allocate::LayerSensitivity> parse_sensitivities(JsonReader& reader, std::size_t num_layers,
                                                            std::int64_t version) {
  if (version == 1) return parse_layer_sensitivities(reader.child("sensitivities"), num_layers);
  return sensitivities_by_layer(parse_numbers(reader, "sensitivities", kSitesPerLayer * num_layers, "sites"));
}

EpochResult parse_epoch(JsonReader reader, std::int64_t index, std::size_t num_layers, std::int64_t version) {
  EpochResult epoch;
  epoch.epoch = reader.integer("epoch", index, index);
  epoch.learning_rate = number_or_nan(reader, "learning_rate");
  epoch.train_loss = number_or_nan(reader, "train_loss");
  epoch.train_metric = number_or_nan(reader, version == 1 ? "train_accuracy_percent" : "train_metric");
  epoch.test_loss = number_or_nan(reader, "test_loss");
  epoch.test_metric = number_or_nan(reader, version == 1 ? "test_accuracy_percent" : "test_metric");
  const bool has_bits = !reader.any("bits").is_null(), has_bitops = !reader.any("bitops_per_image").is_null();
  if (has_bits) epoch.bits = parse_bits(reader, num_layers, version);
  if (has_bitops) epoch.bitops_per_image = reader.integer("bitops_per_image", 0, kMaxCount);
  if (num_layers > 0 && has_bits != has_bitops)
    reader.fail("bitops_per_image", has_bits ? "an integer, as there are bits" : "null, as there are no bits",
                has_bitops ? "an integer" : "null");
  if (!reader.any("sensitivities").is_null()) epoch.sensitivities = parse_sensitivities(reader, num_layers, version);
  reader.finish();
  return epoch;
}

// The list is that of the layers: it says how the numbers of epochs and jobs are to be read.
void check_sites(std::vector<JsonReader> sites, const JsonReader& results, const std::vector<QuantizedLayer>& layers) {
  check_length(results, "sites", sites.size(), kSitesPerLayer * layers.size(), "operands of the layers");
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const std::string layer = sites[i].string("layer"), operand = sites[i].string("operand");
    const std::string& expected = layers[i / kSitesPerLayer].name;
    const std::string_view kind = site_name(static_cast<OperandKind>(i % kSitesPerLayer));
    if (layer != expected) sites[i].fail("layer", '"' + expected + '"', '"' + layer + '"');
    if (operand != kind) sites[i].fail("operand", fmt::format("\"{}\"", kind), '"' + operand + '"');
    sites[i].finish();
  }
}

void check_job_sites(JsonReader& reader, const CountedJob& job, std::size_t layer) {
  const auto [a, b] = gemm::operand_kinds(job.pass);
  const std::vector<std::int64_t> expected = {static_cast<std::int64_t>(site_index(layer, a)),
                                              static_cast<std::int64_t>(site_index(layer, b))};
  const std::vector<std::int64_t> found = reader.integers("sites", 0, kMaxCount);
  if (found != expected)
    reader.fail(
        "sites",
        fmt::format("[{}], those of {} of layer '{}'", fmt::join(expected, ", "), gemm::to_string(job.pass), job.layer),
        fmt::format("[{}]", fmt::join(found, ", ")));
}

QuantizedLayer parse_layer(JsonReader reader) {
  QuantizedLayer layer;
  layer.name = reader.string("name");
  layer.macs = reader.integer("macs", 1, kMaxMacs);
  layer.num_weights = reader.integer("num_weights", 1, kMaxMacs);
  reader.finish();
  return layer;
}

gemm::ConvShape parse_conv(JsonReader reader) {
  gemm::ConvShape conv;
  conv.images = reader.integer("images", 1, kMaxImages);
  conv.in_height = reader.integer("in_height", 1, kMaxMapSide);
  conv.in_width = reader.integer("in_width", 1, kMaxMapSide);
  conv.in_channels = reader.integer("in_channels", 1, kMaxSide);
  conv.out_channels = reader.integer("out_channels", 1, kMaxSide);
  conv.kernel_height = reader.integer("kernel_height", 1, kMaxKernel);
  conv.kernel_width = reader.integer("kernel_width", 1, kMaxKernel);
  conv.stride = read_yx(reader, "stride", 1, kMaxMapSide);
  if (reader.has("dilation")) conv.dilation = read_yx(reader, "dilation", 1, kMaxMapSide);
  conv.padding = read_yx(reader, "padding", 0,
                         {conv.dilation.y * (conv.kernel_height - 1), conv.dilation.x * (conv.kernel_width - 1)});
  if (reader.has("groups")) conv.groups = reader.integer("groups", 1, std::min(conv.in_channels, conv.out_channels));
  if (conv.in_channels % conv.groups != 0 || conv.out_channels % conv.groups != 0)
    reader.fail("groups", "a divisor of in_channels and out_channels", fmt::format("{}", conv.groups));
  // Every window begins before the map ends.
  const auto max_out = [](std::int64_t in, std::int64_t padding, std::int64_t stride) {
    return std::min((in - 1 + padding) / stride + 1, kMaxMapSide);
  };
  conv.out_height = reader.integer("out_height", 1, max_out(conv.in_height, conv.padding.y, conv.stride.y));
  conv.out_width = reader.integer("out_width", 1, max_out(conv.in_width, conv.padding.x, conv.stride.x));
  reader.finish();
  return conv;
}

// The job's own m, n and k say the same as its convolution.
void check_conv(const JsonReader& reader, const StepJob& job) {
  const gemm::JobGeometry geometry = gemm::conv_geometry(*job.conv, job.pass, {});
  const auto text = [](std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t batch) {
    return fmt::format("{} x {} x {}{}", m, n, k, batch == 1 ? "" : fmt::format(", a batch of {}", batch));
  };
  const std::string found = text(geometry.a.rows(), geometry.b.rows(), geometry.a.depth(), geometry.a.batch());
  const std::string expected = text(job.m, job.n, job.k, job.batch);
  if (found != expected || geometry.b.depth() != job.k || geometry.a.batch() != job.batch)
    reader.fail("conv", fmt::format("a convolution whose {} is {}", gemm::to_string(job.pass), expected),
                "one of " + found);
}

// Layer, pass, sites and counted MACs. Version 1 names the first two; every pass of a layer counts its MACs.
CountedJob parse_counted(JsonReader& reader, const std::vector<QuantizedLayer>& layers, std::int64_t version) {
  CountedJob job;
  job.layer = reader.string("layer");
  std::size_t index = 0;
  while (index < layers.size() && layers[index].name != job.layer) ++index;
  if (index == layers.size()) reader.fail("layer", "the name of one of the record's layers", '"' + job.layer + '"');
  const std::string pass = reader.string("pass");
  if (pass != "fwd" && pass != "dgrad" && pass != "wgrad")
    reader.fail("pass", "one of fwd, dgrad, wgrad", '"' + pass + '"');
  job.pass = gemm::pass_from_string(pass);
  if (version > 1) check_job_sites(reader, job, index);
  job.counted_macs = version > 1 ? reader.integer("counted_macs", 1, kMaxMacs) : layers[index].macs;
  if (reader.has("keep_one_in")) job.keep_one_in = reader.integer("keep_one_in", 2, kMaxBits);
  return job;
}

StepJob parse_job(JsonReader reader, const std::vector<QuantizedLayer>& layers, std::int64_t version) {
  StepJob job;
  const CountedJob counted = parse_counted(reader, layers, version);
  job.layer = counted.layer, job.pass = counted.pass, job.counted_macs = counted.counted_macs;
  job.keep_one_in = counted.keep_one_in;
  job.m = reader.integer("m", 1, kMaxSide);
  job.n = reader.integer("n", 1, kMaxSide);
  job.k = reader.integer("k", 1, kMaxSide);
  if (job.m > kMaxMacs / job.n || job.m * job.n > kMaxMacs / job.k)
    reader.fail("k", fmt::format("a job of at most {} MACs", kMaxMacs),
                fmt::format("{} x {} x {}", job.m, job.n, job.k));
  if (reader.has("batch")) job.batch = reader.integer("batch", 1, kMaxMacs / (job.m * job.n * job.k));
  if (reader.has("conv")) {
    job.conv = parse_conv(reader.child("conv"));
    check_conv(reader, job);
  }
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

void parse_results(JsonReader reader, RunRecord& record, std::int64_t version) {
  record.status = parse_status(reader);
  record.status_reason = reader.string("status_reason");
  record.bitops_reduction_percent = reader.number_or_null("bitops_reduction_percent");
  record.checkpoint_sha256 = reader.string("checkpoint_sha256");
  if (reader.has("tensor_digest")) record.tensor_digest = reader.string("tensor_digest");
  record.steps_per_epoch = reader.integer("steps_per_epoch", 0, kMaxStepsPerEpoch);
  if (reader.has("images_per_epoch")) {
    const std::int64_t images = images_per_epoch(record).value_or(0);
    reader.integer("images_per_epoch", images, images);
  }
  if (version > 1) record.metric = metric_from_json(reader.child("metric"));
  for (JsonReader& layer : reader.children("layers")) record.layers.push_back(parse_layer(std::move(layer)));
  if (version > 1) check_sites(reader.children("sites"), reader, record.layers);
  for (JsonReader& job : reader.children("jobs"))
    record.jobs.push_back(parse_job(std::move(job), record.layers, version));
  if (version == 1)
    count_missing_data_gradients(record);
  else
    for (JsonReader& job : reader.children("counted_only")) {
      record.counted_only.push_back(parse_counted(job, record.layers, version));
      job.finish();
    }
  std::int64_t index = 0;
  for (JsonReader& epoch : reader.children("epochs")) {
    record.epochs.push_back(parse_epoch(epoch, index++, record.layers.size(), version));
    const bool has_bits = !record.epochs.back().bits.empty();
    if (has_bits == record.epochs.front().bits.empty())
      epoch.fail("bits", "widths in every epoch or in none",
                 has_bits ? "them after epochs without" : "none after epochs with");
  }
  reader.finish();
  check_consistency(record, reader, version);
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

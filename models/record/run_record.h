// The record of one training run: all that cost, sweep, recommendation and report know of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "allocate/bit_allocation.h"
#include "bitops/bitops.h"
#include "common/json_reader.h"
#include "common/metric.h"
#include "gemm/layer_shape.h"
#include "record/answers.h"
#include "record/identity.h"
#include "record/sites.h"

namespace ampa::record {

constexpr std::int64_t kSchemaVersion = 2;  // version 1 is read too

// A GEMM of every training step as BitOPs count it. The widths of its operands are those of its layer's sites.
struct CountedJob {
  std::string layer;
  gemm::Pass pass = gemm::Pass::kForward;
  std::int64_t counted_macs = 0;  // of one image (ir::StepGemm::counted_macs)
  gemm::OperandKinds operands = gemm::operand_kinds(pass);
  std::int64_t keep_one_in = 1;  // groups of its gradient of which one is kept (ir::StepGemm::keep_one_in)
};

// One that every step runs.
struct StepJob {
  std::string layer;
  gemm::Pass pass = gemm::Pass::kForward;
  std::int64_t m = 0, n = 0, k = 0;
  // Of the layer, over the step's images; records of older versions have none.
  std::optional<gemm::LayerShape> shape = std::nullopt;
  std::int64_t batch = 1;  // independent GEMMs of m x n x k: the groups of a convolution, the heads of an attention
  std::int64_t counted_macs = 0;  // these two as of a CountedJob
  gemm::OperandKinds operands = gemm::operand_kinds(pass);
  std::int64_t keep_one_in = 1;  // m, n, k and conv are of all groups
};

// The shape and formats of a step's job under given widths. Weights and gradients are signed, activations unsigned, or
// of two levels in 1 bit; gradients of 1 bit lie in codes of 2 (rule G6 of NUMERICS.md). Of a pruned gradient, whose
// groups are the images of a dgrad and the output channels of a wgrad, as many are left as the rule "top" keeps; under
// widths other than those of two levels, as of a baseline, all.
gemm::JobShape job_shape(const StepJob& job, allocate::LayerBits bits);

// The operands of a step's job under given widths; its shape() is job_shape(job, bits). Zero points are those of no
// step: 0. Throws InputError if the job has no layer's shape.
gemm::JobGeometry job_geometry(const StepJob& job, allocate::LayerBits bits);

// What several widths that are trained together come to in an epoch, each with all widths equal to its own.
struct WidthResult {
  Bits bits = 8;
  double train_loss = 0, train_metric = 0, test_loss = 0, test_metric = 0;  // as of an EpochResult
};

struct EpochResult {
  std::int64_t epoch = 0;  // counts from 0
  double learning_rate = 0;
  double train_loss = 0;    // the objective's mean over the epoch's samples
  double train_metric = 0;  // in the metric's unit
  double test_loss = 0;
  double test_metric = 0;
  std::optional<double> validation_loss, validation_metric;  // in every epoch of a run that holds samples out, or none
  // One per quantized layer, 0 for the weights of a layer without them; empty for scheme fp32.
  std::vector<allocate::LayerBits> bits;
  std::optional<std::int64_t> bitops_per_image;  // of one training step in this epoch; none for scheme fp32
  // Of the quantized layers; present in the epochs that AMPA measured.
  std::vector<allocate::LayerSensitivity> sensitivities;
  // Of the same layers, where the run took them: their first-order terms (rule M7); g is 0.
  std::vector<allocate::LayerSensitivity> first_order;
  std::vector<WidthResult> widths;  // of schemes that train several, the highest first
};

struct QuantizedLayer {
  std::string name;
  std::int64_t macs = 0;         // of one image's forward pass
  std::int64_t num_weights = 0;  // 0: a product of two activations
};

// Paused: after the epoch that was asked for, or because a bound can no longer be met (train::TrainOptions).
enum class Status { kCompleted, kDiverged, kInterrupted, kPaused };
std::string_view to_string(Status status);  // "completed", "diverged", "interrupted", "paused"

struct RunRecord {
  Json context =
      Json::object();  // all that may differ between two runs of one configuration: versions, host, date, time
  Json config = Json::object();      // the resolved configuration (train::TrainConfig)
  std::optional<Identity> identity;  // none in records of older versions

  Status status = Status::kCompleted;
  std::string status_reason;                      // why it diverged or could not meet a bound; else empty
  Metric metric = {"accuracy", "percent", true};  // of records of version 1
  std::vector<QuantizedLayer> layers;
  std::vector<int> groups;  // of the layers that climb together (ir/layer_groups.h); empty: each its own
  std::int64_t steps_per_epoch = 0;
  std::int64_t last_batch_images = 0;    // of an epoch's last step, where it is smaller than the others; else 0
  std::vector<StepJob> jobs;             // of one step, in the order in which they run
  std::vector<CountedJob> counted_only;  // that BitOPs count and no step runs
  std::vector<EpochResult> epochs;       // those that were finished
  std::string checkpoint_sha256;         // of the checkpoint after the last finished epoch; empty if none was written
  std::string
      tensor_digest;  // train::tensor_digest after the last finished epoch; empty before it and in older records
  // Of a run that holds samples out, after its last finished epoch, if its objective tells right from wrong.
  std::optional<Answers> answers;
  // Over the finished epochs; none for scheme fp32 or before the first epoch.
  std::optional<double> bitops_reduction_percent;  // RR = 100 * (1 - mean BitOPs / BitOPs at INT8)
};

// The groups of the layers: 0, 1, ... where each is its own.
std::vector<int> layer_groups(const RunRecord& record);
std::vector<std::string> layer_names(const RunRecord& record);  // of `layers`

// Of `jobs` and `counted_only`: what the BitOPs of an epoch are summed over.
std::vector<bitops::CountedGemm> counted_gemms(const RunRecord& record);

Sites sites_of(const std::vector<QuantizedLayer>& layers);
// The widths that an allocator gives, without those of weights that are not there.
std::vector<allocate::LayerBits> widths_of_sites(std::vector<allocate::LayerBits> bits,
                                                 const std::vector<QuantizedLayer>& layers);

// Where a quantized layer stands in `layers`, and its widths in an epoch's `bits`, by name.
std::map<std::string, std::size_t> layer_indices(const RunRecord& record);

Json to_json(const Metric& metric);  // {"name", "unit", "larger_is_better"}
Metric metric_from_json(JsonReader reader);

// schema_version, context, config, identity (if there is one), results. Numbers that are not finite become null, and
// null is read as a NaN.
Json to_json(const RunRecord& record);

// Throws InputError naming `source`, the key, what was expected and what was found. The config is kept as it is.
RunRecord from_json(const Json& json, const std::string& source);

// File forms of the two. read_record throws InputError for a record of another schema version or of another shape.
RunRecord read_record(const std::filesystem::path& path);
void write_record(const std::filesystem::path& path, const RunRecord& record);

}  // namespace ampa::record

// `ampa export`: the weights of a run's checkpoint as a safetensors file (docs/checkpoint.md).
#include <fmt/format.h>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/kept_run.h"
#include "commands/output.h"
#include "networks/network_digest.h"
#include "numerics/version.h"
#include "ops/build_program.h"
#include "train/tensor_digest.h"
#include "train/two_level.h"
#include "weights/network_state.h"
#include "weights/weight_codes.h"

namespace ampa::commands {
namespace {

// {"conv2": {"w": 4, "a": 4, "g": 6}, ...}
Json widths_json(const ir::Network& network, const std::vector<allocate::LayerBits>& bits) {
  Json json = Json::object();
  const std::vector<int> quantized = network.quantized_layers();
  for (std::size_t i = 0; i < bits.size(); ++i)
    json[network.layers[static_cast<std::size_t>(quantized[i])].name] = {
        {"w", bits[i].w}, {"a", bits[i].a}, {"g", bits[i].g}};
  return json;
}

std::map<std::string, std::string> metadata_of(const KeptRun& run, const std::vector<allocate::LayerBits>& bits,
                                               const std::string& digest) {
  std::map<std::string, std::string> metadata = {
      {"ampa_format", "1"},
      {"network", run.config.network},
      {"network_layers", networks::canonical_json(run.network).dump()},
      {"dataset", run.config.dataset},
      {"scheme", train::to_string(run.config.scheme)},
      {"epochs", std::to_string(run.record.epochs.size())},
      {"widths", widths_json(run.network, bits).dump()},
      {"tensor_digest", digest},
      {"numerics_version",
       std::to_string(run.record.identity ? run.record.identity->numerics_version : numerics::kNumericsVersion)},
      {"layout", "conv2d weights (out, height, width, in); linear weights (out, in), in as (height, width, channels)"}};
  if (run.has_training_images()) {  // else the inputs' normalisation is not known here
    metadata["input_mean"] = Json(run.source->shape().input.mean).dump();
    metadata["input_std"] = Json(run.source->shape().input.std).dump();
  } else {
    notice("note: the training images are not those of the run: the file does not say how inputs are normalised");
  }
  return metadata;
}

void run(const Call& call) {
  const std::string dir = call.text("run");
  const std::filesystem::path out =
      call.has("out") ? std::filesystem::path(call.text("out")) : std::filesystem::path(dir) / "weights.safetensors";
  const KeptRun kept = read_run(dir, call.text("network"), call.text("data_dir"));
  ir::Program graph = ops::build_program(kept.network, kept.arithmetic(), kept.config.seed, ops::Streaming::kOn,
                                         {train::two_level_of(kept.config)});
  const auto optimizer = kept.load_tensors(graph);
  const std::vector<allocate::LayerBits> bits = kept.bits();
  const numerics::ClippingRule& clipping = numerics::clipping_rule(kept.config.clipping, kept.checkpoint.string());
  ThreadPool threads(1);
  weights::TensorFile file;
  file.tensors = weights::state_of(graph);
  const std::size_t num_state = file.tensors.size();
  if (!bits.empty())
    for (weights::Tensor& tensor : weights::weight_codes(kept.network, graph, bits, clipping, threads))
      file.tensors.push_back(std::move(tensor));
  file.metadata = metadata_of(kept, bits, train::tensor_digest(graph, *optimizer));
  weights::write_tensors(out, file);
  print(fmt::format("{}: {} FP32 tensors and the integer codes of {} layers' weights after {} epochs\n", out.string(),
                    num_state, bits.size(), kept.record.epochs.size()));
  flush_output();
}

}  // namespace

void add_export(CLI::App& app) {
  add_command(app, "export", run);
}

}  // namespace ampa::commands

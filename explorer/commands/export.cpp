// `ampa export`: the weights of a run's checkpoint as a safetensors file, and the gradients of a step from them
// (docs/checkpoint.md).
#include <fmt/format.h>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/export_gradients.h"
#include "commands/kept_run.h"
#include "commands/output.h"
#include "networks/network_digest.h"
#include "numerics/version.h"
#include "train/tensor_digest.h"
#include "weights/network_state.h"
#include "weights/weight_codes.h"

namespace ampa::commands {
namespace {

// {"conv2": {"w": 4, "a": 4, "g": 6}, ...}; without w where a layer has no weights
Json widths_json(const ir::Network& network, const std::vector<allocate::LayerBits>& bits) {
  Json json = Json::object();
  const std::vector<int> quantized = network.quantized_layers();
  for (std::size_t i = 0; i < bits.size(); ++i) {
    Json& widths = json[network.layers[static_cast<std::size_t>(quantized[i])].name];
    if (bits[i].w > 0) widths["w"] = bits[i].w;
    widths["a"] = bits[i].a;
    widths["g"] = bits[i].g;
  }
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
    notice(
        fmt::format("note: the training {} are not those of the run: the file does not say how inputs are normalised",
                    run.source->shape().samples()));
  }
  return metadata;
}

void run(const Call& call) {
  const std::string dir = call.text("run");
  const std::filesystem::path out =
      call.has("out") ? std::filesystem::path(call.text("out")) : std::filesystem::path(dir) / "weights.safetensors";
  const KeptRun kept = read_run(dir, call.text("network"), call.text("data_dir"));
  ir::Program graph = kept.program();
  const auto optimizer = kept.load_tensors(graph);
  const std::vector<allocate::LayerBits> bits = kept.bits();
  ThreadPool threads(1);
  weights::TensorFile file;
  file.tensors = weights::state_of(graph);
  const std::size_t num_state = file.tensors.size();
  if (!bits.empty())
    for (weights::Tensor& tensor : weights::weight_codes(kept.network, graph, bits, threads))
      file.tensors.push_back(std::move(tensor));
  file.metadata = metadata_of(kept, bits, train::tensor_digest(graph, *optimizer));
  weights::write_tensors(out, file);
  print(fmt::format("{}: {} FP32 tensors and the integer codes of {} layers' weights after {} epochs\n", out.string(),
                    num_state, bits.size(), kept.record.epochs.size()));
  if (call.has("gradients")) {
    write_gradients(kept, bits, call.text("gradients"));
    print(fmt::format("{}: batch, output and gradients of the step behind them\n", call.text("gradients")));
  }
  flush_output();
}

}  // namespace

void add_export(CLI::App& app) {
  add_command(app, "export", run);
}

}  // namespace ampa::commands

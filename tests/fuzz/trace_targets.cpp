// Readers of traces, checkpoints and weights. Digests and checksums are put right first: what lies behind them is
// tried.
#include <cstring>

#include "common/atomic_file.h"
#include "common/error.h"
#include "fuzz_target.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "trace/index.h"
#include "common/npy.h"
#include "trace/trace.h"
#include "train/checkpoint.h"
#include "weights/network_state.h"

namespace ampa::fuzz {
namespace {

void npy(std::string_view bytes) {
  const NpyArray array = decode_npy(bytes, "input");
  (void)array.num_elements();
}

// An index beside the files of the recorded step that the repository ships.
void trace_index(std::string_view bytes) {
  static const std::filesystem::path folder = [] {
    const std::filesystem::path shipped = std::filesystem::path(AMPA_SOURCE_DIR) / "traces/tinyresnet_step";
    std::filesystem::path copy;
    for (const auto& entry : std::filesystem::directory_iterator(shipped))
      copy = file_with("trace", entry.path().filename().string(), read_file(entry.path())).parent_path();
    return copy;
  }();
  std::string text(bytes);
  try {
    Json index = parse_json(text, "input");
    if (index.is_object()) {
      index.erase("index_crc32");
      text = trace::index_text(index);
    }
  } catch (const InputError&) {  // then the text is tried as it is
  }
  file_with("trace", "index.json", text);
  const trace::Trace trace = trace::read(folder);
  for (std::size_t job = 0; job < trace.jobs.size(); ++job) trace::load_job(trace, job);
  for (std::size_t tensor = 0; tensor < trace.quantizers.size(); ++tensor) trace::load_quantizer(trace, tensor);
}

void checkpoint(std::string_view payload) {
  std::string bytes = "AMPACKPT";
  const std::uint32_t version = 1;
  bytes.append(reinterpret_cast<const char*>(&version), sizeof version);
  bytes += sha256_hex(payload);
  bytes += payload;
  const std::filesystem::path path = file_with("checkpoint", "checkpoint.bin", bytes);
  static ir::Program graph = ops::build_program(networks::load_network("tinycnn"), ir::Arithmetic::kInteger, 1);
  train::read_checkpoint_state(path);
  static const auto optimizer = optim::make_optimizer("sgd", Json::object(), graph.parameters());
  train::load_checkpoint_tensors(path, graph, *optimizer);
}

// What is read is written and read again, as the same bytes; and it may be the weights of a network.
void safetensors(std::string_view bytes) {
  const weights::TensorFile file = weights::decode(bytes, "input");
  const std::string written = weights::encode(file);
  if (weights::encode(weights::decode(written, "written")) != written) throw RunError("written differently");
  weights::state_digest(file);
  static const ir::Network network = networks::load_network("tinycnn");
  static const ir::Program graph = ops::build_program(network, ir::Arithmetic::kInteger, 1);
  weights::load_state(file, "input", graph);
}

}  // namespace

const std::vector<Target>& trace_targets() {
  static const std::vector<Target> targets = {
      {"npy", npy}, {"trace_index", trace_index}, {"checkpoint", checkpoint}, {"safetensors", safetensors}};
  return targets;
}

}  // namespace ampa::fuzz

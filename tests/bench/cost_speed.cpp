// cost_speed: milliseconds to cost recorded runs on a core with a memory, with the analytic model.
//
//   resnet20: 200 epochs of ResNet-20 at batch 64, widths of every layer drawn anew every tenth epoch (19 updates, as
//             Itv/N = 0.05 gives); resnet50: the jobs of a step of a network of ResNet-50's shapes at batch 32, 224 x
//             224
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "cost/core_cost.h"
#include "networks/load_network.h"
#include "train/step_jobs.h"

using namespace ampa;

namespace {

// Deterministic widths 4, 6 or 8.
Bits draw_width() {
  static std::uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return 4 + 2 * static_cast<Bits>((state >> 16) % 3);
}

void add_epochs(record::RunRecord& record, std::int64_t num_epochs, std::int64_t interval) {
  std::vector<allocate::LayerBits> bits(record.layers.size(), {8, 8, 8});
  for (std::int64_t epoch = 0; epoch < num_epochs; ++epoch) {
    if (epoch % interval == 0 && epoch > 0)
      for (allocate::LayerBits& layer : bits) layer = {draw_width(), draw_width(), draw_width()};
    record.epochs.emplace_back();
    record.epochs.back().epoch = epoch;
    record.epochs.back().bits = bits;
  }
}

void add_layer(record::RunRecord& record, const gemm::ConvShape& conv) {
  const std::string name = fmt::format("conv{}", record.layers.size());
  record.layers.push_back({name, 0, 0});
  for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient}) {
    const gemm::JobShape shape = gemm::conv_geometry(conv, pass, {}).shape();
    record.jobs.push_back({name, pass, shape.m, shape.n, shape.k, conv});
  }
}

record::RunRecord resnet20() {
  record::RunRecord record;
  const ir::Network network = networks::load_network("resnet20");
  record.jobs = train::step_jobs(network, 64);
  for (const int index : network.quantized_layers())
    record.layers.push_back({network.layers[static_cast<std::size_t>(index)].name, 0, 0});
  record.steps_per_epoch = 782;
  add_epochs(record, 200, 10);
  return record;
}

// The 52 convolutions behind the first one.
record::RunRecord resnet50() {
  record::RunRecord record;
  std::int64_t in_channels = 64, side = 56;
  const std::int64_t blocks[] = {3, 4, 6, 3};
  for (std::int64_t stage = 0; stage < 4; ++stage) {
    const std::int64_t width = 64 << stage;
    for (std::int64_t block = 0; block < blocks[stage]; ++block) {
      const std::int64_t stride = stage > 0 && block == 0 ? 2 : 1, out_side = side / stride;
      add_layer(record, {32, side, side, in_channels, side, side, width, 1, 1, 1, 0});
      add_layer(record, {32, side, side, width, out_side, out_side, width, 3, 3, stride, 1});
      add_layer(record, {32, out_side, out_side, width, out_side, out_side, 4 * width, 1, 1, 1, 0});
      if (block == 0) add_layer(record, {32, side, side, in_channels, out_side, out_side, 4 * width, 1, 1, stride, 0});
      in_channels = 4 * width;
      side = out_side;
    }
  }
  record.steps_per_epoch = 1;
  add_epochs(record, 2, 1);
  return record;
}

void measure(const char* name, const record::RunRecord& record, const char* core) {
  const timing::CoreConfig config = timing::core_from_string(core);
  for (const char* memory : {"latency=20,bytes_per_cycle=4", "latency=20,bytes_per_cycle=4,gap_period=1000,gap=30"}) {
    std::vector<double> milliseconds;
    cost::CoreCost cost;
    for (int round = 0; round < 9; ++round) {
      const auto begin = std::chrono::steady_clock::now();
      cost = cost::cost_on_core(record, config, timing::memory_from_string(memory), {}, name);
      milliseconds.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    fmt::print("{}, {}, {}: median {:.2f} ms (min {:.2f}, max {:.2f}), {} cycles\n", name, core, memory,
               milliseconds[milliseconds.size() / 2], milliseconds.front(), milliseconds.back(),
               cost.total.cycles.total());
  }
}

}  // namespace

int main() {
  measure("resnet20", resnet20(), "fused-16x16:a=16K,b=64K,sums=16K,port=16");
  measure("resnet50", resnet50(), "fused-32x32:a=512K,b=512K,sums=256K,port=64");
}

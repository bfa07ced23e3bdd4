// cost_speed: milliseconds to cost recorded runs on a core with a memory, with the analytic model.
//
//   resnet20: 200 epochs of ResNet-20 at batch 64, widths of every layer drawn anew every tenth epoch (19 updates, as
//             Itv/N = 0.05 gives); resnet50: the jobs of a step of a network of ResNet-50's shapes at batch 32, 224 x
//             224
//   all:      every built-in network at batch 32, two epochs, on every design point's bare array and on one core
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "../explorer/network_record.h"
#include "common/error.h"
#include "cost/core_cost.h"
#include "cost/run_cost.h"

using namespace ampa;

namespace {

void add_layer(record::RunRecord& record, const gemm::ConvShape& conv) {
  const std::string name = fmt::format("conv{}", record.layers.size());
  record.layers.push_back({name, 0, 0});
  for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient}) {
    const gemm::JobShape shape = gemm::conv_geometry(conv, pass, {}).shape();
    record.jobs.push_back({name, pass, shape.m, shape.n, shape.k, conv});
  }
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
  testing::add_epochs(record, 2, 1);
  return record;
}

template <typename Work>
double milliseconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

void measure(const char* name, const record::RunRecord& record, const char* core) {
  const timing::CoreConfig config = timing::core_from_string(core);
  for (const char* memory : {"latency=20,bytes_per_cycle=4", "latency=20,bytes_per_cycle=4,gap_period=1000,gap=30"}) {
    std::vector<double> milliseconds;
    cost::CoreCost cost;
    for (int round = 0; round < 9; ++round) {
      milliseconds.push_back(milliseconds_of(
          [&] { cost = cost::cost_on_core(record, config, timing::memory_from_string(memory), {}, name); }));
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    fmt::print("{}, {}, {}: median {:.2f} ms (min {:.2f}, max {:.2f}), {} cycles\n", name, core, memory,
               milliseconds[milliseconds.size() / 2], milliseconds.front(), milliseconds.back(),
               cost.total.cycles.total());
  }
}

void measure_all(const char* core) {
  const auto memory = timing::memory_from_string("latency=20,bytes_per_cycle=4");
  fmt::print("\nnetwork: making its record, then costing it on {} arrays (mean, largest), on {}; ms\n",
             timing::design_points().size(), core);
  for (const std::string& network : networks::builtin_networks()) {
    record::RunRecord record;
    const double made = milliseconds_of([&] { record = testing::record_of(network, 32, 2, 1); });
    double sum = 0, largest = 0;
    for (const timing::HardwarePoint& point : timing::design_points()) {
      const double one = milliseconds_of([&] { cost::cost_run(record, point, network); });
      sum += one;
      largest = std::max(largest, one);
    }
    std::string refused;
    const double on_core = milliseconds_of([&] {
      try {
        cost::cost_on_core(record, timing::core_from_string(core), memory, {}, network);
      } catch (const InputError& error) {
        refused = error.what();
      }
    });
    fmt::print("{:<22} {:>4} jobs {:>8.2f} {:>8.3f} {:>8.3f} {:>8.2f} {}\n", network, record.jobs.size(), made,
               sum / static_cast<double>(timing::design_points().size()), largest, on_core, refused);
  }
}

}  // namespace

int main() {
  measure("resnet20", testing::record_of("resnet20", 64, 200, 10), "fused-16x16:a=16K,b=64K,sums=16K,port=16");
  measure("resnet50", resnet50(), "fused-32x32:a=512K,b=512K,sums=256K,port=64");
  measure_all("fused-32x32:a=512K,b=512K,sums=256K,port=64");
}

// Where the time of a training step goes, and how far it is from what this machine allows.
//   step_profile [network] [batch size] [steps] [bits]
// In one process: the most products a second and the memory's bandwidth, then for 1 and 2 threads steps as they are and
// steps with measuring loops in turn. Of the measured steps the table shows the one of median length. Columns:
//   ms       a thread's mean time in the work; in integer products waiting for the other thread is included
//   MB       moved, computed from the arrays that the loops are given: what a cache of the size of the core's second
//            level does not hold (bench/cache_model.h), counted in a step on one thread
//   bound    the larger of products at the peak and bytes at the best bandwidth
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "bench/bandwidth.h"
#include "bench/metered_loops.h"
#include "bench/peak.h"
#include "bench/training_step.h"
#include "data/images_source.h"
#include "kernels/kernels.h"
#include "networks/load_network.h"
#include "ops/table.h"

namespace {

using namespace ampa;
using bench::Work;

struct Options {
  std::string network = "resnet20";
  std::int64_t batch_size = 128;
  int num_steps = 9;
  std::string bits = "8";
};

// What the machine gives to a number of threads.
struct Machine {
  double gmacs = 0, fp32_gmacs = 0;
  double bandwidth = 0;  // GB/s
};

Machine measure_machine(ThreadPool& threads) {
  constexpr std::int64_t kMegabyte = 1 << 20;
  Machine machine;
  machine.gmacs = bench::peak_gmacs(kernels::active().name, threads);
  machine.fp32_gmacs = bench::peak_fp32_gflops(threads) / 2;
  fmt::print("{} thread(s): {:.0f} GMAC/s in integers ({}), {:.1f} GMAC/s in FP32 on registers alone\n",
             threads.num_threads(), machine.gmacs, kernels::active().name, machine.fp32_gmacs);
  for (const std::int64_t megabytes : {80, 640}) {
    const bench::Bandwidth found = bench::measure_bandwidth(megabytes * kMegabyte, threads);
    fmt::print("  3 arrays of {} MB: read {:.1f}, copy {:.1f}, add {:.1f} GB/s\n", megabytes, found.read, found.copy,
               found.add);
    machine.bandwidth = std::max(machine.bandwidth, found.best());
  }
  return machine;
}

struct Row {
  std::string name;
  double milliseconds = 0, macs = 0, peak_gmacs = 0;
  bench::Traffic traffic;

  double bound(double bandwidth) const {  // milliseconds
    const double products = macs > 0 ? macs / peak_gmacs * 1e-6 : 0;
    return std::max(products, static_cast<double>(traffic.total()) / bandwidth * 1e-6);
  }
};

struct StepTimes {
  double seconds = 0, data_seconds = 0, optimizer_seconds = 0, seconds_per_tick = 0;
  bench::Tallies tallies;
};

// Steps with everything that the trainer does for one, the making of the batch included.
class Profile {
 public:
  Profile(const ir::Network& network, const Options& options, ThreadPool& threads)
      : backend_(threads), step_(network, options.bits, options.batch_size, threads, backend_) {
    if (bench::task_of(network) != bench::Task::kClass) return;  // random samples do
    data::LabelledImages& train = dataset_.train;
    train.shape = network.input;
    train.num_classes = network.num_classes;
    train.labels.resize(static_cast<std::size_t>(kNumImages));
    train.pixels.resize(static_cast<std::size_t>(kNumImages * network.input.size()));
    const numerics::RandomStream stream{2, 0, 0};
    for (std::size_t i = 0; i < train.pixels.size(); ++i) train.pixels[i] = static_cast<std::uint8_t>(stream.bits32(i));
    for (std::size_t i = 0; i < train.labels.size(); ++i)
      train.labels[i] = static_cast<std::uint8_t>(i % static_cast<std::size_t>(network.num_classes));
    dataset_.mean.assign(static_cast<std::size_t>(network.input.channels), 0.5f);
    dataset_.std.assign(static_cast<std::size_t>(network.input.channels), 0.25f);
    dataset_.test = train;
    source_ = std::make_unique<data::ImagesSource>(dataset_);
    for (std::int64_t i = 0; i < options.batch_size; ++i) indices_.push_back(i * 7919 % kNumImages);
  }

  StepTimes run() {
    bench::take_tallies();
    StepTimes times;
    const std::uint64_t first_tick = bench::ticks();
    const auto begin = Clock::now();
    for (std::size_t i = 0; source_ && i < indices_.size(); ++i) {
      const auto sample = static_cast<std::int64_t>(i);
      float* const out[] = {step_.input().image(sample), step_.targets().image(sample)};
      source_->read(data::Part::kTrain, indices_[i], {true, 1, 0}, out);
    }
    times.data_seconds = seconds_since(begin);
    step_.compute_gradients();
    const auto before_update = Clock::now();
    step_.update_weights();
    times.optimizer_seconds = seconds_since(before_update);
    times.seconds = seconds_since(begin);
    times.seconds_per_tick = times.seconds / static_cast<double>(bench::ticks() - first_tick);
    times.tallies = bench::take_tallies();
    return times;
  }

  std::int64_t num_parameters() const {
    std::int64_t count = 0;
    for (const ir::Parameter* parameter : step_.parameters()) count += parameter->value.size();
    return count;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::int64_t kNumImages = 10000;
  static double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }

  bench::MeteredBackend backend_;
  bench::TrainingStep step_;
  data::Dataset dataset_;
  std::unique_ptr<data::ImagesSource> source_;
  std::vector<std::int64_t> indices_;
};

const StepTimes& median(std::vector<StepTimes>& steps) {
  std::sort(steps.begin(), steps.end(), [](const StepTimes& a, const StepTimes& b) { return a.seconds < b.seconds; });
  return steps[steps.size() / 2];
}

// Multiply-accumulates of an image in one pass over the layers that are quantized, or in a step over all others. The
// first layer has no gradient of its input.
double macs_of(const ir::Network& network, bool quantized) {
  double macs = 0;
  for (const ir::Layer& layer : network.layers) {
    if (layer.quantized != quantized) continue;
    const int passes = quantized ? 1 : layer.inputs[0] == ir::kNetworkInput ? 2 : 3;
    macs += static_cast<double>(ops::macs(layer)) * passes;
  }
  return macs;
}

std::vector<Row> rows_of(const ir::Network& network, const Options& options, const StepTimes& step,
                         const bench::Tallies& counted, const Machine& machine, int num_threads,
                         std::int64_t num_parameters) {
  const auto images = static_cast<double>(options.batch_size);
  const double products = images * macs_of(network, true);
  std::vector<Row> rows;
  double rest = step.seconds;
  const auto add = [&](const char* name, double seconds, double macs, double peak, bench::Traffic traffic) {
    rows.push_back({name, seconds * 1e3, macs, peak, traffic});
    rest -= seconds;
  };
  const auto add_work = [&](const char* name, Work work, double macs, double peak) {
    const auto i = static_cast<std::size_t>(work);
    add(name, static_cast<double>(step.tallies[i].ticks) * step.seconds_per_tick / num_threads, macs, peak,
        counted[i].traffic);
  };
  add_work("integer products, forward", Work::kForward, products, machine.gmacs);
  add_work("integer products, activation gradient", Work::kDataGradient, products, machine.gmacs);
  add_work("integer products, weight gradient", Work::kWeightGradient, products, machine.gmacs);
  add_work("integer sums to FP32", Work::kToFloat, 0, 0);
  add_work("batch norm, addition, ReLU: forward", Work::kNormForward, 0, 0);
  add_work("batch norm, addition, ReLU: backward", Work::kNormBackward, 0, 0);
  add_work("range and quantizers", Work::kQuantize, 0, 0);
  add_work("FP32 layers", Work::kFp32, images * macs_of(network, false), machine.fp32_gmacs);
  const auto floats = [](std::int64_t count) { return count * static_cast<std::int64_t>(sizeof(float)); };
  add("optimizer", step.optimizer_seconds, 0, 0, {floats(3 * num_parameters), floats(2 * num_parameters)});
  const std::int64_t pixels = options.batch_size * network.input.size();
  add("data, with flips and crops", step.data_seconds, 0, 0, {pixels, floats(pixels)});
  add("all else", rest, 0, 0, {});
  return rows;
}

void print_table(const std::vector<Row>& rows, double bandwidth) {
  double milliseconds = 0, bound = 0, macs = 0;
  bench::Traffic traffic;
  for (const Row& row : rows) {
    milliseconds += row.milliseconds;
    bound += row.bound(bandwidth);
    macs += row.macs;
    traffic.read += row.traffic.read;
    traffic.written += row.traffic.written;
  }
  const auto print = [&](const Row& row, double row_bound) {
    const auto bytes = static_cast<double>(row.traffic.total());
    const auto cell = [](double value, const char* format) {
      return value > 0 ? fmt::format(fmt::runtime(format), value) : std::string("-");
    };
    fmt::print("| {} | {:.2f} | {:.1f} | {} | {} | {} | {} | {} |\n", row.name, row.milliseconds,
               100 * row.milliseconds / milliseconds,
               bytes > 0 ? fmt::format("{:.0f} + {:.0f}", static_cast<double>(row.traffic.read) * 1e-6,
                                       static_cast<double>(row.traffic.written) * 1e-6)
                         : std::string("-"),
               cell(bytes / row.milliseconds * 1e-6, "{:.1f}"), cell(row.macs / row.milliseconds * 1e-6, "{:.0f}"),
               cell(row_bound, "{:.2f}"), cell(row.milliseconds - row_bound, "{:.2f}"));
  };
  fmt::print("| work | ms | share % | MB read + written | GB/s | GMAC/s | bound ms | above it ms |\n");
  fmt::print("|---|---|---|---|---|---|---|---|\n");
  for (const Row& row : rows) print(row, row.bound(bandwidth));
  print({"a step", milliseconds, macs, 0, traffic}, bound);
}

void profile_steps(const ir::Network& network, const Options& options, int num_threads, const bench::Tallies& counted) {
  ThreadPool threads(num_threads);
  const Machine machine = measure_machine(threads);
  Profile profile(network, options, threads);
  std::vector<StepTimes> plain, metered;
  profile.run();
  profile.run();
  for (int i = 0; i < options.num_steps; ++i) {
    kernels::select("auto");
    plain.push_back(profile.run());
    bench::meter_loops();
    metered.push_back(profile.run());
  }
  kernels::select("auto");
  const StepTimes step = median(metered);
  fmt::print("{} batch {} threads {} bits {}: {:.2f} ms a step as it is, {:.2f} ms measured\n\n", options.network,
             options.batch_size, num_threads, options.bits, median(plain).seconds * 1e3, step.seconds * 1e3);
  print_table(rows_of(network, options, step, counted, machine, num_threads, profile.num_parameters()),
              machine.bandwidth);
  fmt::print("\n");
}

bench::Tallies count_bytes(const ir::Network& network, const Options& options) {
  const long size = sysconf(_SC_LEVEL2_CACHE_SIZE);
  const std::int64_t cache_bytes = size > 0 ? size : std::int64_t{1} << 20;
  ThreadPool one_thread(1);
  Profile profile(network, options, one_thread);
  bench::CacheModel cache(cache_bytes);
  bench::meter_loops();
  bench::count_bytes(&cache);
  profile.run();
  const bench::Tallies counted = profile.run().tallies;
  bench::count_bytes(nullptr);
  kernels::select("auto");
  fmt::print("bytes counted behind a cache of {} KiB\n", cache_bytes / 1024);
  return counted;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (argc > 1) options.network = argv[1];
  if (argc > 2) options.batch_size = std::stol(argv[2]);
  if (argc > 3) options.num_steps = std::stoi(argv[3]);
  if (argc > 4) options.bits = argv[4];
  const ir::Network network = networks::load_network(options.network);
  const bench::Tallies counted = count_bytes(network, options);
  for (const int num_threads : {1, 2}) profile_steps(network, options, num_threads, counted);
}

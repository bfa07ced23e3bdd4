// Images per second of a whole training step on random images of the data set's shape.
//   step_speed [network] [batch size] [threads] [steps] [scheme: fp32, onebit or a width in bits] [measured]
// With "measured" the sensitivities are measured, as in an epoch whose end may change the widths.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/training_step.h"
#include "gemm/cpu_backend.h"
#include "kernels/kernels.h"
#include "networks/load_network.h"

namespace {

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Of all threads.
double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ampa;
  const auto argument = [&](int index, const char* fallback) {
    return std::string(argc > index ? argv[index] : fallback);
  };
  const std::string network_name = argument(1, "resnet20");
  const std::int64_t batch_size = std::stol(argument(2, "128"));
  const int num_threads = std::stoi(argument(3, "2"));
  const int num_steps = std::stoi(argument(4, "10"));
  const std::string scheme = argument(5, "8");

  ThreadPool threads(num_threads);
  gemm::CpuBackend backend(threads);
  bench::TrainingStep training(networks::load_network(network_name), scheme, batch_size, threads, backend);
  training.context().measure = argument(6, "") == "measured";

  std::vector<double> rates, processor_rates;
  for (int step = 0; step < num_steps + 2; ++step) {
    const auto start = std::chrono::steady_clock::now();
    const double processor_start = processor_seconds();
    training.compute_gradients();
    training.update_weights();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (step < 2) continue;
    rates.push_back(static_cast<double>(batch_size) / seconds.count());
    processor_rates.push_back(static_cast<double>(batch_size) / (processor_seconds() - processor_start));
  }
  std::sort(rates.begin(), rates.end());
  std::sort(processor_rates.begin(), processor_rates.end());
  fmt::print(
      "{} batch {} threads {} scheme {} isa {}: median {:.2f} images/s, min {:.2f}, max {:.2f}, peak memory {:.0f} "
      "MB, median {:.3f} images per processor second\n",
      network_name, batch_size, num_threads, scheme, kernels::active().name, rates[rates.size() / 2], rates.front(),
      rates.back(), peak_megabytes(), processor_rates[processor_rates.size() / 2]);
}

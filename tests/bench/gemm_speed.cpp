// Speed of the CPU backend and of the kernels on the layers of ResNet-20 (32 x 32 images, batch 128), for every
// instruction set of this processor and 1 or 2 threads, or for the one set and number of threads given as arguments.
// Prints tables, and the most that the instructions allow.
#include <fmt/format.h>
#include <time.h>

#include <cstdlib>
#include <functional>

#include "bench/peak.h"
#include "gemm/conv_shape.h"
#include "gemm/cpu_backend.h"
#include "gemm/random_job.h"
#include "kernels/fp32_conv.h"
#include "kernels/kernels.h"

namespace ampa {
namespace {

using gemm::testing::Random;

constexpr std::int64_t kBatch = 128;

bool processor_time = false;

// Of one thread its processor time, which others on the machine disturb less.
double now() {
  timespec time{};
  clock_gettime(processor_time ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// The fastest of a few repetitions, in seconds.
double seconds(const std::function<void()>& work) {
  double best = 1e9, total = 0;
  for (int i = 0; i < 3 || (total < 0.15 && i < 200); ++i) {
    const double begin = now();
    work();
    const double taken = now() - begin;
    best = std::min(best, taken);
    total += taken;
  }
  return best;
}

struct Layer {
  const char* name;
  std::int64_t in_channels, out_channels, in_size, kernel, stride;
  int times;  // how often ResNet-20 has it
  std::int64_t groups = 1;
  std::int64_t out_size() const { return in_size / stride; }
  std::int64_t padding() const { return kernel / 2; }
};

const Layer kLayers[] = {{"16x32x32 3x3", 16, 16, 32, 3, 1, 6},
                         {"16->32 stride 2", 16, 32, 32, 3, 2, 1},
                         {"32x16x16 3x3", 32, 32, 16, 3, 1, 5},
                         {"32->64 stride 2", 32, 64, 16, 3, 2, 1},
                         {"64x8x8 3x3", 64, 64, 8, 3, 1, 5},
                         // Bottlenecks and downsampling shortcuts.
                         {"64->256x16x16 1x1", 64, 256, 16, 1, 1, 0},
                         {"256->64x16x16 1x1", 256, 64, 16, 1, 1, 0},
                         {"512->128x8x8 1x1", 512, 128, 8, 1, 1, 0},
                         {"16->32x32 1x1 st 2", 16, 32, 32, 1, 2, 0},
                         {"128->256x8 1x1 st2", 128, 256, 16, 1, 2, 0},
                         // Few columns, little depth, sizes that no tile divides.
                         {"16->1x32x32 3x3", 16, 1, 32, 3, 1, 0},
                         {"64->4x8x8 3x3", 64, 4, 8, 3, 1, 0},
                         {"1->16x32x32 3x3", 1, 16, 32, 3, 1, 0},
                         {"3->16x32x32 3x3", 3, 16, 32, 3, 1, 0},
                         {"4->16x32x32 1x1", 4, 16, 32, 1, 1, 0},
                         {"17->33x15x15 3x3", 17, 33, 15, 3, 1, 0},
                         {"13->29x11x11 5x5", 13, 29, 11, 5, 1, 0},
                         {"65->67x7x7 3x3", 65, 67, 7, 3, 1, 0},
                         {"linear 512->512", 512, 512, 1, 1, 1, 0},
                         {"linear 3072->512", 3072, 512, 1, 1, 1, 0},
                         {"linear 333->77", 333, 77, 1, 1, 1, 0},
                         {"linear 64->10", 64, 10, 1, 1, 1, 0},
                         // Narrow and wide ends of MobileNetV2's blocks.
                         {"24->144x32x32 1x1", 24, 144, 32, 1, 1, 0},
                         {"144->24x32x32 1x1", 144, 24, 32, 1, 1, 0},
                         {"320->1280x4x4 1x1", 320, 1280, 4, 1, 1, 0},
                         // Tokens: 64 of an image, or of a text.
                         {"token 512->1536", 512, 1536, 8, 1, 1, 0},
                         {"token 512->512", 512, 512, 8, 1, 1, 0},
                         {"token 64->192", 64, 192, 8, 1, 1, 0},
                         // In groups, and with a channel each.
                         {"32x16x16 3x3 g2", 32, 32, 16, 3, 1, 0, 2},
                         {"128x16x16 3x3 g32", 128, 128, 16, 3, 1, 0, 32},
                         {"256x8x8 3x3 g4", 256, 256, 8, 3, 1, 0, 4},
                         {"dw 144x32x32 3x3", 144, 144, 32, 3, 1, 0, 144},
                         {"dw 144x32x32 st 2", 144, 144, 32, 3, 2, 0, 144},
                         {"dw 576x8x8 3x3", 576, 576, 8, 3, 1, 0, 576},
                         {"dw 24x16x16 5x5", 24, 24, 16, 5, 1, 0, 24}};

// One pass over a layer, with random codes.
struct LayerJob {
  LayerJob(const Layer& layer, gemm::Pass pass, Random& random) {
    gemm::ConvShape conv;
    conv.images = kBatch;
    conv.in_height = conv.in_width = layer.in_size;
    conv.out_height = conv.out_width = layer.out_size();
    conv.in_channels = layer.in_channels;
    conv.out_channels = layer.out_channels;
    conv.kernel_height = conv.kernel_width = layer.kernel;
    conv.stride = layer.stride;
    conv.padding = layer.padding();
    conv.groups = layer.groups;
    const gemm::JobGeometry geometry = gemm::conv_geometry(conv, pass, {{8, false}, {8, true}, {8, true}});
    job.a = gemm::make_operand(geometry.a, a);
    job.b = gemm::make_operand(geometry.b, b);
    job.pass = pass;
    for (gemm::CodeTensor* tensor : {&a, &b})
      gemm::fill_codes(*tensor, [&] {
        return static_cast<std::int32_t>(tensor->format.is_signed ? random.between(-127, 127) : random.between(0, 255));
      });
  }

  gemm::CodeTensor a, b;
  gemm::GemmJob job;
};

// Forward and data gradients hand their sums over while they are in the cache, weight gradients keep theirs.
void run_as_trainer(gemm::Backend& backend, const gemm::GemmJob& job, gemm::Accumulators& out) {
  const auto take = [](std::int64_t, std::int64_t, const std::int32_t*) {};
  if (job.a.transposed || !backend.run_by_rows(job, take)) backend.run(job, out);
}

void measure_layers(ThreadPool& pool) {
  Random random(1);
  gemm::CpuBackend backend(pool);
  double step_seconds = 0;
  fmt::print("  {:<18}{:>10}{:>10}{:>10}   GMAC/s\n", "layer", "fwd", "dgrad", "wgrad");
  for (const Layer& layer : kLayers) {
    fmt::print("  {:<18}", layer.name);
    for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient}) {
      const LayerJob made(layer, pass, random);
      gemm::Accumulators out;
      const double taken = seconds([&] { run_as_trainer(backend, made.job, out); });
      fmt::print("{:>10.1f}", static_cast<double>(made.job.shape().macs()) / taken * 1e-9);
      step_seconds += layer.times * taken;
    }
    fmt::print("\n");
  }
  fmt::print("  integer products of a ResNet-20 step: {:.1f} ms\n", step_seconds * 1e3);
}

void measure_elements() {
  const std::int64_t n = kBatch * 16 * 32 * 32;
  Random random(2);
  std::vector<float> x(static_cast<std::size_t>(n)), values(x.size());
  for (float& value : x) value = static_cast<float>(random.between(-1000, 1000)) * 0.001f;
  std::vector<std::uint8_t> codes(x.size());
  std::vector<std::int32_t> sums(x.size(), 12345), col(16, 7);
  const auto symmetric = numerics::symmetric_params(1.0f, 8);
  const auto asymmetric = numerics::asymmetric_params(-1.0f, 1.0f, 8);
  const kernels::Kernels& kernels = kernels::active();
  const auto report = [&](const char* name, double bytes, const std::function<void()>& work) {
    const double taken = seconds(work);
    fmt::print("  {:<24}{:>8.2f} ns/1000 elements{:>8.2f} GB/s\n", name, taken / static_cast<double>(n) * 1e12,
               bytes * static_cast<double>(n) / taken * 1e-9);
  };
  volatile std::int64_t sink = 0;  // so that the sums are computed
  report("range", 4, [&] { sink = kernels.range(x.data(), n).finite ? 1 : 0; });
  report("quantize_nearest", 5, [&] { kernels.quantize_nearest(x.data(), n, asymmetric, codes.data(), nullptr); });
  report("quantize_stochastic", 5, [&] {
    kernels.quantize_stochastic(x.data(), n, symmetric, {1, 2, 3}, 0, codes.data(), nullptr);
  });
  kernels::QuantizationSums measured;
  report("nearest, measured", 5, [&] { kernels.quantize_nearest(x.data(), n, asymmetric, codes.data(), &measured); });
  report("stochastic, measured", 5, [&] {
    kernels.quantize_stochastic(x.data(), n, symmetric, {1, 2, 3}, 0, codes.data(), &measured);
  });
  sink = measured.error_q16;
  report("dequantize", 8, [&] { kernels.dequantize(sums.data(), n / 16, 16, col.data(), 0.5f, false, values.data()); });
  (void)sink;
}

void measure_fp32(ThreadPool& pool) {
  struct Case {
    const char* name;
    std::int64_t in_channels, out_channels, size;
  };
  for (const Case& c : {Case{"fp32 3->16 32x32", 3, 16, 32}, Case{"fp32 16->16 32x32", 16, 16, 32},
                        Case{"fp32 64->64 8x8", 64, 64, 8}}) {
    const std::int64_t padded = c.size + 2, depth = 9 * c.in_channels, rows = kBatch * c.size * c.size;
    std::vector<float> grid(static_cast<std::size_t>(kBatch * padded * padded * c.in_channels), 0.5f);
    std::vector<float> b(static_cast<std::size_t>(c.out_channels * depth), 0.25f);
    std::vector<float> out(static_cast<std::size_t>(rows * c.out_channels), 0.125f);
    const kernels::Fp32Window window{grid.data(), kBatch, padded, padded, c.in_channels, 3, 3, 1, c.size, c.size};
    const double flops = 2.0 * static_cast<double>(rows * c.out_channels * depth);
    const double patches =
        seconds([&] { kernels::fp32_patches_times(window, b.data(), c.out_channels, out.data(), pool); });
    const double transposed =
        seconds([&] { kernels::fp32_transposed_times_patches(out.data(), c.out_channels, window, b.data(), pool); });
    fmt::print("  {:<24}{:>8.1f} GFLOP/s, transposed {:>8.1f} GFLOP/s\n", c.name, flops / patches * 1e-9,
               flops / transposed * 1e-9);
  }
}

}  // namespace
}  // namespace ampa

int main(int argc, char** argv) {
  const std::vector<std::string> sets = argc > 1 ? std::vector<std::string>{argv[1]} : ampa::kernels::available();
  const std::vector<int> thread_counts = argc > 2 ? std::vector<int>{std::atoi(argv[2])} : std::vector<int>{1, 2};
  for (const std::string& name : sets) {
    ampa::kernels::select(name);
    for (const int num_threads : thread_counts) {
      ampa::ThreadPool pool(num_threads);
      ampa::processor_time = num_threads == 1;
      fmt::print("{}, {} thread{}\n", name, num_threads, num_threads == 1 ? "" : "s");
      fmt::print("  registers only: {:.0f} GMAC/s in integers, {:.0f} GFLOP/s in FP32\n",
                 ampa::bench::peak_gmacs(name, pool), ampa::bench::peak_fp32_gflops(pool));
      ampa::measure_layers(pool);
      ampa::measure_fp32(pool);
      if (num_threads == 1) ampa::measure_elements();
    }
  }
}

// How fast the verilated arrays simulate.
// Usage: rtl_speed                          every point, the array alone: one tile over and over, in 8, 4 and 2 bits
//        rtl_speed tiles POINT ...          the same of these points, also those of AMPA_EXTRA_POINTS
//        rtl_speed POINT [BATCH [BITS]]     the jobs of one ResNet-20 training step through the rtl and tlm backends,
//        by
//                                           default of batch 8 in 8 bits: cycles and products per CPU second
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <exception>
#include <string>
#include <vector>

#include "gemm/gemm_job.h"
#include "rtl/array/verilated_model.h"
#include "tlm/array/array_backends.h"

using namespace ampa;

namespace {

struct Layer {
  std::int64_t size, in_channels, out_channels, count;  // output maps are size x size; kernels 3 x 3
};
const std::vector<Layer> kResNet20{{32, 16, 16, 6}, {16, 16, 32, 1}, {16, 32, 32, 5}, {8, 32, 64, 1}, {8, 64, 64, 5}};

gemm::CodeTensor counting_matrix(CodeFormat format, std::int64_t rows, std::int64_t depth) {
  std::vector<std::int32_t> codes(static_cast<std::size_t>(rows * depth));
  for (std::size_t i = 0; i < codes.size(); ++i)
    codes[i] = format.min_code() + static_cast<std::int32_t>(i * 7919 % (std::size_t{1} << format.bits));
  return gemm::matrix(format, 0, rows, depth, codes);
}

struct Totals {
  std::int64_t jobs = 0, macs = 0;
  gemm::JobCycles cycles;
  double seconds = 0;
};

void run(gemm::Backend& backend, const gemm::JobShape& shape, std::int64_t count, Totals& totals) {
  const gemm::CodeTensor a = counting_matrix(shape.a, shape.m, shape.k), b = counting_matrix(shape.b, shape.n, shape.k);
  gemm::GemmJob job;
  job.a = gemm::whole(a);
  job.b = gemm::whole(b);
  gemm::Accumulators out;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::clock_t begin = std::clock();
    const gemm::JobCycles cycles = *backend.run(job, out);
    totals.seconds += static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    ++totals.jobs;
    totals.macs += shape.m * shape.n * shape.k;
    totals.cycles.compute += cycles.compute;
    totals.cycles.fill_drain += cycles.fill_drain;
  }
}

Totals run_step(gemm::Backend& backend, std::int64_t batch, Bits bits) {
  const CodeFormat weight{bits, true}, activation{bits, false}, gradient{bits, true};
  Totals totals;
  for (const Layer& layer : kResNet20) {
    const std::int64_t positions = batch * layer.size * layer.size;
    run(backend, {positions, layer.out_channels, 9 * layer.in_channels, activation, weight}, layer.count, totals);
    run(backend, {positions, layer.in_channels, 9 * layer.out_channels, gradient, weight}, layer.count, totals);
    run(backend, {layer.out_channels, 9 * layer.in_channels, positions, gradient, activation}, layer.count, totals);
  }
  return totals;
}

void print(gemm::Backend& backend, std::int64_t batch, Bits bits) {
  const Totals totals = run_step(backend, batch, bits);
  const auto cycles = static_cast<double>(totals.cycles.total());
  fmt::print(
      "{}: {} jobs, {:.1f} MMAC, {} compute + {} fill/drain cycles in {:.2f} CPU s: {:.3f} M cycles/s, {:.3f} GMAC/s\n",
      backend.name(), totals.jobs, static_cast<double>(totals.macs) * 1e-6, totals.cycles.compute,
      totals.cycles.fill_drain, totals.seconds, cycles / totals.seconds * 1e-6,
      static_cast<double>(totals.macs) / totals.seconds * 1e-9);
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// Runs a long tile until half a second has passed.
void print_tile_speed(const timing::HardwarePoint& point, Bits bits) {
  constexpr std::int64_t kSteps = 4096;
  const CodeFormat format{bits, true};
  const auto array = rtl::make_verilated_model(point);
  std::vector<std::uint32_t> a(static_cast<std::size_t>(kSteps * bits * point.rows)),
      b(static_cast<std::size_t>((kSteps + point.rows) * bits * point.cols));
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<std::uint32_t>(i * 2654435761u);
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<std::uint32_t>(i * 40503u + 77u);
  std::vector<std::int32_t> results(static_cast<std::size_t>(kSteps * point.rows * point.cols));
  rtl::Tile tile;
  tile.a = tile.b = format;
  tile.steps = kSteps;
  tile.rows = point.rows;
  tile.cols = point.cols;
  tile.a_words = a.data();
  tile.b_words = b.data();
  tile.results = results.data();
  double cycles = 0, products = 0;
  const double begin = cpu_seconds();
  while (cpu_seconds() - begin < 0.5) {
    const gemm::JobCycles tile_cycles = array->run_tile(tile);
    cycles += static_cast<double>(tile_cycles.total());
    products += static_cast<double>(tile_cycles.compute * point.rows * point.cols) *
                timing::macs_per_cycle(point, format, format);
  }
  const double seconds = cpu_seconds() - begin;
  fmt::print("{:18} {} bits: {:7.3f} M cycles/s, {:7.3f} GMAC/s\n", point.name, bits, cycles / seconds * 1e-6,
             products / seconds * 1e-9);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 1) {
    for (const timing::HardwarePoint& point : timing::design_points())
      for (const Bits bits : {8, 4, 2}) print_tile_speed(point, bits);
    return 0;
  }
  if (std::string(argv[1]) == "tiles") {
    for (int i = 2; i < argc; ++i)
      for (const Bits bits : {8, 4, 2}) print_tile_speed(timing::point_from_string(argv[i]), bits);
    return 0;
  }
  const timing::HardwarePoint point = timing::point_from_string(argv[1]);
  const std::int64_t batch = argc > 2 ? std::atoll(argv[2]) : 8;
  const Bits bits = argc > 3 ? std::atoi(argv[3]) : 8;
  print(*tlm::make_rtl_backend(point), batch, bits);
  print(*tlm::make_tlm_backend(point), batch, bits);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "rtl_speed: {}\n", error.what());
  return 1;
}

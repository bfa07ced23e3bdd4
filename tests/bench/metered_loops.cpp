#include "bench/metered_loops.h"

#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>

#include "kernels/active_isa.h"

namespace ampa::bench {
namespace {

using kernels::Isa;

struct alignas(64) ThreadTallies {
  Tallies tallies;
  std::uint64_t total_ticks() const {
    std::uint64_t total = 0;
    for (const Tally& tally : tallies) total += tally.ticks;
    return total;
  }
};

std::mutex mutex;  // of the list, not of its elements
std::deque<ThreadTallies> all_threads;

ThreadTallies& this_thread() {
  thread_local ThreadTallies* const mine = [] {
    const std::lock_guard lock(mutex);
    return &all_threads.emplace_back();
  }();
  return *mine;
}

Tally& tally_of(Work work) {
  return this_thread().tallies[static_cast<std::size_t>(work)];
}

// Adds the time of its life.
class Timer {
 public:
  explicit Timer(Work work) : tally_(tally_of(work)), begin_(ticks()) {}
  ~Timer() { tally_.ticks += ticks() - begin_; }

 private:
  Tally& tally_;
  std::uint64_t begin_;
};

// Loops are plain functions, so that what they need is global.
Isa passed_on, measuring;
CacheModel* cache = nullptr;
Work product = Work::kForward;  // the job that runs

void reads(Work work, const void* begin, std::int64_t bytes) {
  if (cache) cache->read(begin, bytes, tally_of(work).traffic);
}
void writes(Work work, const void* begin, std::int64_t bytes) {
  if (cache) cache->write(begin, bytes, tally_of(work).traffic);
}
template <typename T>
std::int64_t bytes_of(std::int64_t count) {
  return count * static_cast<std::int64_t>(sizeof(T));
}

kernels::Range range(const float* x, std::int64_t n) {
  reads(Work::kQuantize, x, bytes_of<float>(n));
  const Timer timer(Work::kQuantize);
  return passed_on.range(x, n);
}

void quantize_nearest(const float* x, std::int64_t n, const numerics::QuantParams& params, std::uint8_t* codes,
                      kernels::QuantizationSums* sums) {
  reads(Work::kQuantize, x, bytes_of<float>(n));
  writes(Work::kQuantize, codes, n);
  const Timer timer(Work::kQuantize);
  passed_on.quantize_nearest(x, n, params, codes, sums);
}

void quantize_stochastic(const float* x, std::int64_t n, const numerics::QuantParams& params,
                         const numerics::RandomStream& stream, std::uint64_t first, std::uint8_t* codes,
                         kernels::QuantizationSums* sums) {
  reads(Work::kQuantize, x, bytes_of<float>(n));
  writes(Work::kQuantize, codes, n);
  const Timer timer(Work::kQuantize);
  passed_on.quantize_stochastic(x, n, params, stream, first, codes, sums);
}

void dequantize(const std::int32_t* acc, std::int64_t rows, std::int64_t cols, const std::int32_t* col, float scale,
                bool add, float* out) {
  reads(Work::kToFloat, acc, bytes_of<std::int32_t>(rows * cols));
  if (add) reads(Work::kToFloat, out, bytes_of<float>(rows * cols));
  writes(Work::kToFloat, out, bytes_of<float>(rows * cols));
  const Timer timer(Work::kToFloat);
  passed_on.dequantize(acc, rows, cols, col, scale, add, out);
}

std::int64_t sum_abs(const std::int32_t* acc, std::int64_t rows, std::int64_t cols, const std::int32_t* col) {
  reads(Work::kToFloat, acc, bytes_of<std::int32_t>(rows * cols));
  const Timer timer(Work::kToFloat);
  return passed_on.sum_abs(acc, rows, cols, col);
}

// Jobs are timed as a whole, by the backend.
void dot_rows(const std::uint8_t* const* rows, std::int64_t num_rows, const kernels::RowShape& shape,
              const kernels::PackedColumns& columns, std::int32_t* out) {
  const std::int64_t segment = shape.groups * kernels::kGroup;
  const std::int64_t blocks = (columns.num_cols + kernels::kLanes - 1) / kernels::kLanes;
  for (std::int64_t row = 0; cache && row < num_rows; ++row)
    for (std::int64_t i = 0; i < shape.segments; ++i) reads(product, rows[row] + i * shape.segment_step, segment);
  reads(product, columns.codes, blocks * shape.segments * shape.groups * kernels::kBlockBytes);
  writes(product, out, bytes_of<std::int32_t>(num_rows * columns.num_cols));
  passed_on.integer.dot_rows(rows, num_rows, shape, columns, out);
}

void outer_sums(const std::int8_t* g, std::int64_t row_blocks, const std::uint8_t* x, const kernels::OuterShape& shape,
                std::int32_t* sums) {
  const std::int64_t lanes = shape.segments * shape.lane_blocks * kernels::kLanes;
  reads(product, g, row_blocks * shape.heights * shape.groups * kernels::kBlockBytes);
  reads(product, x, ((shape.heights - 1) * shape.y_stride + shape.segments) * shape.x_row_step);
  writes(product, sums, bytes_of<std::int32_t>(row_blocks * kernels::kLanes * lanes));
  passed_on.integer.outer_sums(g, row_blocks, x, shape, sums);
}

void interleave(const std::uint8_t* codes, std::int64_t step, std::int64_t count, std::int64_t blocks,
                std::uint8_t* out) {
  reads(product, codes, (count - 1) * step + blocks * kernels::kLanes);
  writes(product, out, blocks * ((count + kernels::kGroup - 1) / kernels::kGroup) * kernels::kBlockBytes);
  passed_on.integer.interleave(codes, step, count, blocks, out);
}

void flip_sign(const std::uint8_t* codes, std::int64_t n, std::uint8_t* out) {
  reads(product, codes, n);
  writes(product, out, n);
  passed_on.integer.flip_sign(codes, n, out);
}

void correlate(const std::int8_t* g, const std::uint8_t* x, const kernels::CorrelationShape& shape,
               std::int32_t* sums) {
  const std::int64_t rows = shape.row_blocks * kernels::kLanes;
  reads(product, g, rows * shape.g_step);
  reads(product, x, shape.lane_blocks * shape.x_groups * kernels::kBlockBytes);
  writes(product, sums, bytes_of<std::int32_t>(rows * shape.num_shifts * shape.lane_blocks * kernels::kLanes));
  passed_on.integer.correlate(g, x, shape, sums);
}

void transpose(const std::uint8_t* codes, std::int64_t step, std::int64_t count, std::int64_t blocks, std::uint8_t* out,
               std::int64_t out_step) {
  reads(product, codes, (count - 1) * step + blocks * kernels::kLanes);
  writes(product, out, blocks * kernels::kLanes * out_step);
  passed_on.integer.transpose(codes, step, count, blocks, out, out_step);
}

void fp32_dot_rows(const float* const* rows, std::int64_t num_rows, const kernels::Fp32Row& shape, const float* columns,
                   std::int64_t num_cols, std::int64_t out_step, bool add, float* out) {
  for (std::int64_t row = 0; cache && row < num_rows; ++row)
    for (std::int64_t i = 0; i < shape.segments; ++i)
      reads(Work::kFp32, rows[row] + shape.begin + i * shape.segment_step, bytes_of<float>(shape.segment_length));
  for (std::int64_t row = 0; cache && row < num_rows; ++row)
    writes(Work::kFp32, out + row * out_step, bytes_of<float>(num_cols));
  const Timer timer(Work::kFp32);
  passed_on.fp32.dot_rows(rows, num_rows, shape, columns, num_cols, out_step, add, out);
}

void fp32_outer_sums(const float* g, std::int64_t g_step, std::int64_t num_rows, const float* const* x,
                     const kernels::Fp32Positions& positions, std::int64_t num_cols, std::int64_t out_step,
                     float* out) {
  reads(Work::kFp32, g, bytes_of<float>(positions.images * positions.height * positions.width * g_step));
  for (std::int64_t image = 0; cache && image < positions.images; ++image)
    for (std::int64_t y = 0; y < positions.height; ++y)
      reads(Work::kFp32, x[image] + y * positions.y_step,
            bytes_of<float>((positions.width - 1) * positions.x_step + num_cols));
  for (std::int64_t row = 0; row < num_rows; ++row)
    writes(Work::kFp32, out + row * out_step, bytes_of<float>(num_cols));
  const Timer timer(Work::kFp32);
  passed_on.fp32.outer_sums(g, g_step, num_rows, x, positions, num_cols, out_step, out);
}

void value_lanes(const float* x, std::int64_t rows, std::int64_t row_size, const kernels::ValueLanes& lanes) {
  reads(Work::kNormForward, x, bytes_of<float>(rows * row_size));
  const Timer timer(Work::kNormForward);
  passed_on.norm.value_lanes(x, rows, row_size, lanes);
}

void normalise(const float* x, const float* residual, std::int64_t rows, std::int64_t row_size, const float* slope,
               const float* offset, kernels::Rectify rectify, float* out) {
  reads(Work::kNormForward, x, bytes_of<float>(rows * row_size));
  if (residual) reads(Work::kNormForward, residual, bytes_of<float>(rows * row_size));
  writes(Work::kNormForward, out, bytes_of<float>(rows * row_size));
  const Timer timer(Work::kNormForward);
  passed_on.norm.normalise(x, residual, rows, row_size, slope, offset, rectify, out);
}

void gradient_lanes(float* d, const float* x, std::int64_t rows, std::int64_t row_size,
                    const kernels::GradientMask& mask, const kernels::GradientLanes& lanes) {
  reads(Work::kNormBackward, d, bytes_of<float>(rows * row_size));
  reads(Work::kNormBackward, x, bytes_of<float>(rows * row_size));
  if (mask.output) reads(Work::kNormBackward, mask.output, bytes_of<float>(rows * row_size));
  if (mask.output || mask.slope) writes(Work::kNormBackward, d, bytes_of<float>(rows * row_size));
  const Timer timer(Work::kNormBackward);
  passed_on.norm.gradient_lanes(d, x, rows, row_size, mask, lanes);
}

void input_gradient(const float* d, const float* x, std::int64_t rows, std::int64_t row_size, const float* slope,
                    const float* factor, const float* offset, float* out) {
  reads(Work::kNormBackward, d, bytes_of<float>(rows * row_size));
  reads(Work::kNormBackward, x, bytes_of<float>(rows * row_size));
  writes(Work::kNormBackward, out, bytes_of<float>(rows * row_size));
  const Timer timer(Work::kNormBackward);
  passed_on.norm.input_gradient(d, x, rows, row_size, slope, factor, offset, out);
}

// Of a job on codes they belong to the job, which is timed as a whole.
std::atomic<bool> in_integer_job{false};

void depthwise_windows(const kernels::DepthwiseRun& run, const float* const* weights, std::int64_t out_step,
                       float* out) {
  for (std::int64_t t = 0; cache && !in_integer_job && t < run.num_taps; ++t)
    reads(Work::kFp32, run.taps[t], bytes_of<float>((run.positions - 1) * run.step + run.channels));
  if (in_integer_job) return passed_on.depthwise.windows(run, weights, out_step, out);
  const Timer timer(Work::kFp32);
  passed_on.depthwise.windows(run, weights, out_step, out);
}

void depthwise_gradient(const kernels::DepthwiseRun& run, const float* g, std::int64_t g_step, float* const* sums) {
  for (std::int64_t t = 0; cache && !in_integer_job && t < run.num_taps; ++t)
    reads(Work::kFp32, run.taps[t], bytes_of<float>((run.positions - 1) * run.step + run.channels));
  if (in_integer_job) return passed_on.depthwise.gradient(run, g, g_step, sums);
  const Timer timer(Work::kFp32);
  passed_on.depthwise.gradient(run, g, g_step, sums);
}

Work work_of(gemm::Pass pass) {
  switch (pass) {
    case gemm::Pass::kForward:
      return Work::kForward;
    case gemm::Pass::kDataGradient:
      return Work::kDataGradient;
    case gemm::Pass::kWeightGradient:
      break;
  }
  return Work::kWeightGradient;
}

}  // namespace

std::uint64_t ticks() {
#ifdef __x86_64__
  return __builtin_ia32_rdtsc();
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

Tallies take_tallies() {
  const std::lock_guard lock(mutex);
  Tallies sum;
  for (ThreadTallies& thread : all_threads) {
    for (std::size_t i = 0; i < kNumWorks; ++i) {
      sum[i].ticks += thread.tallies[i].ticks;
      sum[i].traffic.read += thread.tallies[i].traffic.read;
      sum[i].traffic.written += thread.tallies[i].traffic.written;
    }
    thread.tallies = {};
  }
  return sum;
}

void meter_loops() {
  passed_on = kernels::active_isa();
  const bool has_tiles = passed_on.integer.correlate != nullptr;
  measuring = {passed_on.name,
               range,
               quantize_nearest,
               quantize_stochastic,
               dequantize,
               sum_abs,
               passed_on.drop,
               {passed_on.integer.takes_signed_rows, dot_rows, outer_sums, interleave, flip_sign,
                has_tiles ? correlate : nullptr, has_tiles ? transpose : nullptr},
               {fp32_dot_rows, fp32_outer_sums},
               {value_lanes, normalise, gradient_lanes, input_gradient},
               passed_on.activation,
               {depthwise_windows, depthwise_gradient, passed_on.depthwise.widen}};
  kernels::use(measuring);
}

void count_bytes(CacheModel* model) {
  cache = model;
}

std::optional<gemm::JobCycles> MeteredBackend::run(const gemm::GemmJob& job, gemm::Accumulators& out) {
  product = work_of(job.pass);
  const std::uint64_t begin = ticks();
  in_integer_job = true;
  const std::optional<gemm::JobCycles> cycles = backend_.run(job, out);
  in_integer_job = false;
  tally_of(product).ticks += (ticks() - begin) * static_cast<std::uint64_t>(threads_->num_threads());
  return cycles;
}

// What is taken and is no measured loop is the folding of lanes into channels, batch norm's.
bool MeteredBackend::run_by_rows(const gemm::GemmJob& job, const gemm::RowSums& take) {
  product = work_of(job.pass);
  const Work listener = job.pass == gemm::Pass::kForward ? Work::kNormForward : Work::kNormBackward;
  std::atomic<std::uint64_t> taken{0};
  const auto timed_take = [&](std::int64_t first_row, std::int64_t num_rows, const std::int32_t* sums) {
    const ThreadTallies& thread = this_thread();
    const std::uint64_t in_loops_before = thread.total_ticks(), begin = ticks();
    take(first_row, num_rows, sums);
    const std::uint64_t spent = ticks() - begin;
    tally_of(listener).ticks += spent - (thread.total_ticks() - in_loops_before);
    taken += spent;
  };
  const std::uint64_t begin = ticks();
  in_integer_job = true;
  const bool done = backend_.run_by_rows(job, timed_take);
  in_integer_job = false;
  const std::uint64_t wall = (ticks() - begin) * static_cast<std::uint64_t>(threads_->num_threads());
  tally_of(product).ticks += wall - std::min<std::uint64_t>(wall, taken);
  return done;
}

}  // namespace ampa::bench

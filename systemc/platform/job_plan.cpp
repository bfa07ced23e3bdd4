#include "platform/job_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "common/ceil_div.h"
#include "common/error.h"
#include "numerics/accumulator.h"
#include "numerics/bit_packing.h"
#include "platform/descriptor.h"

namespace ampa::platform {
namespace {

constexpr std::int64_t kSlabsAlongM = 8;  // at least so many, if there are rows enough
constexpr std::int64_t kSlabsAlongK = 4;

std::int64_t round_down(std::int64_t x, std::int64_t multiple) {
  return x / multiple * multiple;
}

[[noreturn]] void refuse(const CoreConfig& config, const std::string& what) {
  throw InputError(fmt::format("core {}: {}", name_of(config), what));
}

std::int64_t row_bits(const gemm::OperandGeometry& operand) {
  return operand.width * operand.channels * numerics::storage_bits(operand.format.bits);
}
// The bytes of a half that `bits` may take: a slab may begin and end within a beat.
std::int64_t pad_bytes(const CoreConfig& config, std::int64_t bits) {
  return (ceil_div(bits, 8 * config.port_bytes) + 1) * config.port_bytes;
}

// The rows that the windows of position rows [begin, end) touch, at least one.
TensorRows touched_rows(const gemm::OperandGeometry& operand, std::int64_t begin, std::int64_t end) {
  const std::int64_t low = std::max<std::int64_t>(0, operand.offset_y + begin * operand.stride);
  const std::int64_t high = operand.offset_y + (end - 1) * operand.stride + operand.kernel_height - 1;
  TensorRows rows;
  rows.first = std::min(ceil_div(low, operand.dilation), operand.height - 1);
  const std::int64_t last = high < 0 ? 0 : std::min(high / operand.dilation, operand.height - 1);
  rows.count = std::max<std::int64_t>(1, last - rows.first + 1);
  rows.bit = rows.first * row_bits(operand);
  rows.bits = rows.count * row_bits(operand);
  return rows;
}

TensorRows whole_images(const gemm::OperandGeometry& operand, std::int64_t images) {
  return {0, images * operand.height, 0, images * image_bits(operand)};
}

void check_operand(const CoreConfig& config, const gemm::OperandGeometry& operand, const char* name) {
  const std::int64_t d = operand.dilation;
  if (d > 8 || (d & (d - 1)) != 0)
    refuse(config, fmt::format("operand {}: expected a dilation of 1, 2, 4 or 8, found {}", name, d));
  if (operand.num_patches() < 1 || operand.patch_size() < 1)
    refuse(config, fmt::format("operand {}: expected at least one code, found none", name));
}

void check_job(const CoreConfig& config, const gemm::JobGeometry& job) {
  timing::check_formats(config.point, job.a.format, job.b.format);
  check_operand(config, job.a, "a");
  check_operand(config, job.b, "b");
  if (job.a.depth() != job.b.depth())
    refuse(config, fmt::format("expected operands of one depth, found {} and {}", job.a.depth(), job.b.depth()));
  if (job.a.transposed != job.b.transposed) refuse(config, "expected both operands transposed or neither, found one");
  const bool is_k = job.a.transposed;
  if (!is_k && job.b.out_height * job.b.out_width != 1)
    refuse(config, fmt::format("expected one patch an image in b, found {}", job.b.out_height * job.b.out_width));
  if (is_k &&
      (job.a.images != job.b.images || job.a.out_height != job.b.out_height || job.a.out_width != job.b.out_width))
    refuse(config, "expected transposed operands with the same positions, found different ones");
  if (!is_k && numerics::num_accumulator_parts(job.a.format, job.b.format, job.a.depth()) > 1)
    refuse(config, fmt::format("expected a K of at most {} (32-bit sums), found {}",
                               numerics::max_accumulator_depth(job.a.format, job.b.format), job.a.depth()));
}

// Whether a slab fits the scratchpads.
void check_codes(const CoreConfig& config, const gemm::JobGeometry& job, CodeResults codes) {
  if (codes.bits < kMinBits || codes.bits > kMaxBits)
    refuse(config, fmt::format("codes: expected results of {}..{} bits, found {}", kMinBits, kMaxBits, codes.bits));
  if (job.a.transposed)
    refuse(config, "codes: expected a forward pass or a gradient of activations, found transposed operands");
  if (codes.is_corrected && job.b.rows() > kMaxColumns)
    refuse(config,
           fmt::format("codes: expected at most {} columns with corrections, found {}", kMaxColumns, job.b.rows()));
}

class Limits {
 public:
  Limits(const JobPlan& plan) : plan_(plan) {
    most_positions_ = plan.along_k ? numerics::max_accumulator_depth(plan.job.a.format, plan.job.b.format)
                                   : plan.config.sums / plan.n_block;
  }
  bool fits(const Slab& slab) const {
    return slab.positions <= most_positions_ && pad_bytes(plan_.config, slab.a.bits) <= plan_.config.a_bytes &&
           (!plan_.along_k || pad_bytes(plan_.config, slab.b.bits) <= plan_.config.b_bytes);
  }

 private:
  const JobPlan& plan_;
  std::int64_t most_positions_ = 0;
};

Slab slab_of_rows(const JobPlan& plan, std::int64_t begin, std::int64_t end) {
  Slab slab;
  slab.first_row = begin;
  slab.positions = (end - begin) * plan.job.a.out_width;
  slab.a = touched_rows(plan.job.a, begin, end);
  if (plan.along_k) slab.b = touched_rows(plan.job.b, begin, end);
  return slab;
}

Slab slab_of_images(const JobPlan& plan, std::int64_t images) {
  Slab slab;
  slab.positions = images * plan.job.a.out_height * plan.job.a.out_width;
  slab.a = whole_images(plan.job.a, images);
  if (plan.along_k) slab.b = whole_images(plan.job.b, images);
  return slab;
}

// All slabs of an image with `rows` position rows each; empty if one does not fit.
std::vector<Slab> slabs_of_image(const JobPlan& plan, const Limits& limits, std::int64_t rows) {
  std::vector<Slab> slabs;
  for (std::int64_t begin = 0; begin < plan.job.a.out_height; begin += rows) {
    slabs.push_back(slab_of_rows(plan, begin, std::min(begin + rows, plan.job.a.out_height)));
    if (!limits.fits(slabs.back())) return {};
  }
  return slabs;
}

// Position rows that fill whole tiles of an output-stationary array: slabs along M are multiples of them where they can
// be.
std::int64_t rows_of_tiles(const JobPlan& plan) {
  const timing::HardwarePoint& point = plan.config.point;
  if (plan.along_k || point.dataflow == timing::Dataflow::kWeightStationary) return 1;
  return point.rows / std::gcd(point.rows, plan.job.a.out_width);
}

// Slabs of images if one fits, else of rows of an image. False if not even one row fits.
bool choose_slabs(JobPlan& plan) {
  const Limits limits(plan);
  const std::int64_t images = plan.job.a.images, height = plan.job.a.out_height, grain = rows_of_tiles(plan);
  const std::int64_t least_slabs = plan.along_k ? kSlabsAlongK : kSlabsAlongM;
  const std::int64_t most_rows = std::max(grain, images * height / least_slabs);
  std::int64_t run = std::clamp<std::int64_t>(most_rows / height, 1, images);
  while (run > 1 && !limits.fits(slab_of_images(plan, run))) run = run / 2;
  if (most_rows >= height && limits.fits(slab_of_images(plan, run))) {
    plan.images_per_slab = run;
    plan.slabs_per_image = 1;
    plan.num_slabs = ceil_div(images, run);
    plan.slabs = {slab_of_images(plan, run), slab_of_images(plan, images - (plan.num_slabs - 1) * run)};
    return true;
  }
  for (std::int64_t most = std::min(height, most_rows); most >= 1; --most) {
    const std::int64_t count = ceil_div(height, most);
    if (count > kMaxSlabEntries) return false;
    const std::int64_t even = ceil_div(height, count), rows = even > grain ? round_up(even, grain) : even;
    plan.slabs = slabs_of_image(plan, limits, std::min(rows, most));
    if (plan.slabs.empty()) continue;
    plan.images_per_slab = 1;
    plan.slabs_per_image = static_cast<std::int64_t>(plan.slabs.size());
    plan.num_slabs = images * plan.slabs_per_image;
    if (plan.slabs_per_image == 1) plan.slabs.push_back(plan.slabs.front());
    return true;
  }
  return false;
}

// Blocks of B that fit its scratchpad and leave room for the results of at least one row of positions.
bool plan_along_m(JobPlan& plan) {
  const CoreConfig& config = plan.config;
  const std::int64_t cols = config.point.cols, row_positions = plan.job.a.out_width;
  const std::int64_t b_row_bits = image_bits(plan.job.b);
  for (plan.n_block = plan.n();; plan.n_block = round_down(plan.n_block - 1, cols)) {
    if (plan.n_block < std::min(cols, plan.n())) return false;
    if (pad_bytes(config, plan.n_block * b_row_bits) > config.b_bytes) continue;
    if (plan.n_block * row_positions > config.sums) continue;
    plan.num_n_blocks = ceil_div(plan.n(), plan.n_block);
    return choose_slabs(plan);
  }
}

// Blocks of results that fit the output scratchpad, whole rows if they do.
bool plan_along_k(JobPlan& plan) {
  const std::int64_t sums = plan.config.sums, rows = plan.config.point.rows, cols = plan.config.point.cols;
  plan.m_block = plan.m();
  plan.n_block = plan.n();
  if (plan.m() * plan.n() > sums) plan.m_block = std::min(plan.m(), round_down(sums / plan.n(), rows));
  if (plan.m_block < 1) {
    plan.m_block = std::min(plan.m(), rows);
    plan.n_block = std::min(plan.n(), round_down(sums / plan.m_block, cols));
  }
  plan.num_m_blocks = ceil_div(plan.m(), plan.m_block);
  plan.num_n_blocks = ceil_div(plan.n(), plan.n_block);
  return choose_slabs(plan);
}

}  // namespace

std::int64_t image_bits(const gemm::OperandGeometry& operand) {
  return operand.height * row_bits(operand);
}

const Slab& JobPlan::slab(std::int64_t index) const {
  const std::int64_t entry = slabs_per_image > 1 ? index % slabs_per_image : index == num_slabs - 1 ? 1 : 0;
  return slabs[static_cast<std::size_t>(entry)];
}

std::int64_t JobPlan::image_of(std::int64_t slab_index) const {
  return slabs_per_image > 1 ? slab_index / slabs_per_image : slab_index * images_per_slab;
}

std::int64_t JobPlan::result_bits() const {
  return codes ? numerics::storage_bits(codes->bits) : wide ? 64 : 32;
}

JobPlan plan_job(const CoreConfig& config, const gemm::JobGeometry& job, std::optional<CodeResults> codes) {
  check_job(config, job);
  if (codes) check_codes(config, job, *codes);
  JobPlan plan;
  plan.codes = codes;
  plan.config = config;
  plan.job = job;
  plan.along_k = job.a.transposed;
  plan.wide = numerics::num_accumulator_parts(job.a.format, job.b.format, job.a.depth()) > 1;
  if (!(plan.along_k ? plan_along_k(plan) : plan_along_m(plan)))
    refuse(config,
           fmt::format("expected scratchpads that hold a row of positions and a tile's other operand, found a job "
                       "of {} x {} x {} (rows of {} and {} bits) that does not fit",
                       plan.m(), plan.n(), job.a.depth(), row_bits(job.a), row_bits(job.b)));
  return plan;
}

std::vector<ResultBlock> result_blocks(const JobPlan& plan) {
  std::vector<ResultBlock> blocks;
  std::int64_t beat = 0;
  const auto add = [&](std::int64_t row, std::int64_t rows, std::int64_t n_index) {
    const std::int64_t cols = n_index == plan.num_n_blocks - 1 ? plan.n_last() : plan.n_block;
    const std::int64_t beats = ceil_div(rows * cols * plan.result_bits(), 8 * plan.config.port_bytes);
    blocks.push_back({row, rows, n_index * plan.n_block, cols, beat, beats});
    beat += beats;
  };
  if (plan.along_k) {
    for (std::int64_t m = 0; m < plan.num_m_blocks; ++m)
      for (std::int64_t n = 0; n < plan.num_n_blocks; ++n)
        add(m * plan.m_block, m == plan.num_m_blocks - 1 ? plan.m_last() : plan.m_block, n);
    return blocks;
  }
  std::int64_t row = 0;
  for (std::int64_t s = 0; s < plan.num_slabs; ++s) {
    for (std::int64_t n = 0; n < plan.num_n_blocks; ++n) add(row, plan.slab(s).positions, n);
    row += plan.slab(s).positions;
  }
  return blocks;
}

}  // namespace ampa::platform

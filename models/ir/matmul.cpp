#include "ir/matmul.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "allocate/sensitivity.h"
#include "ir/bias.h"
#include "quant/dequantize.h"
#include "quant/job_scales.h"

namespace ampa::ir {
namespace {

// Runs the job and scales its sums. Returns the mean magnitude of the result if it is asked for, else 0.
double run_whole(const gemm::GemmJob& job, float scale, StepContext& context, bool add, bool measure,
                 gemm::Accumulators& sums, float* out) {
  context.backend->run(job, sums);
  const gemm::ZeroPointCorrection correction = gemm::zero_point_correction(job);
  quant::dequantize(sums, correction, scale, add, *context.threads, out);
  return measure ? allocate::mean_magnitude(quant::sum_abs(sums, correction), scale, job.m() * job.n()) : 0;
}

// Whether gaps hold other values in one image than in another: a backend may make them from the tensor's zero point.
bool has_gaps_of_images(const Codes& codes) {
  return codes.tensor.has_own_gaps && codes.groups.axis == quant::ScaleAxis::kImages;
}

}  // namespace

gemm::GemmJob StepMatmul::job(std::int64_t step) const {
  const gemm::JobGeometry geometry = gemm::job_geometry(gemm::with_images(shape, num_images()), pass, {});
  return {gemm::operand_on(geometry.a, a->tensor), gemm::operand_on(geometry.b, b->tensor), layer, step, pass};
}

// Operand a is of the batch in every pass.
std::int64_t StepMatmul::num_images() const {
  return a->tensor.images / gemm::code_images_per_image(shape);
}

bool StepMatmul::is_plain() const {
  const gemm::GemmJob one = job(0);
  return one.batch() == 1 && !a->groups.is_grouped() && !b->groups.is_grouped();
}

bool StepMatmul::is_plain_side_by_side() const {
  const gemm::GemmJob one = job(0);
  return one.a.num_image_windows() == 1 && !a->groups.is_grouped() && !b->groups.is_grouped();
}

MatmulToValue::MatmulToValue(StepMatmul matmul, ValueId value, const Shape& shape, bool add, const Parameter* bias)
    : Instruction(add ? std::vector<ValueId>{value} : std::vector<ValueId>{}, {value}),
      matmul_(std::move(matmul)),
      shape_(shape),
      add_(add),
      bias_(bias) {}

bool MatmulToValue::tell_rows_to(RowConsumer& consumer) {
  if (consumer_) return false;
  consumer_ = &consumer;
  return true;
}

void MatmulToValue::run(Frame& frame, StepContext& context) {
  Tensor& out = frame[writes()[0]];
  if (add_)
    out.range.reset();
  else
    out.resize({matmul_.num_images(), shape_.height, shape_.width, shape_.channels});
  if (has_gaps_of_images(*matmul_.a)) return run_each_image(context, out);
  RowConsumer* const consumer = context.images_alone ? nullptr : consumer_;
  if (consumer) consumer->start(frame, writes()[0]);
  const bool measure = context.measure && matmul_.pass != gemm::Pass::kForward;
  const gemm::GemmJob job = matmul_.job(context.step);
  if (matmul_.is_plain_side_by_side() && !job.a.transposed)
    run_by_rows(job, matmul_.scale(), context, out, consumer, measure);
  else
    run_scaled(matmul_, context, out, consumer, measure);
}

void MatmulToValue::run_by_rows(const gemm::GemmJob& job, float scale, StepContext& context, Tensor& out,
                                RowConsumer* consumer, bool measure) {
  const std::int64_t rows_per_image = job.a.out_height * job.a.out_width, row_size = out.row_size();
  const std::int64_t cols = job.n() * job.batch();  // of a batch side by side
  if (rows_per_image * cols != out.image_size())
    throw std::logic_error(fmt::format("{}: {} sums an image cannot become {} elements", matmul_.layer,
                                       rows_per_image * cols, out.image_size()));
  const std::vector<std::int32_t> columns =
      job.b.zero_point() == 0 ? quant::narrow_columns(gemm::zero_point_correction(job)) : std::vector<std::int32_t>{};
  std::vector<std::int64_t> magnitudes(measure ? static_cast<std::size_t>(out.images) : 0);
  // Rows of the tensor that rows [first, first + count) of the job make complete.
  const auto tell = [&](std::int64_t first, std::int64_t count) {
    const std::int64_t begin = first * cols, end = begin + count * cols, image_size = out.image_size();
    for (std::int64_t image = begin / image_size; image * image_size < end; ++image) {
      const std::int64_t first_row = std::max(begin - image * image_size, std::int64_t{0}) / row_size;
      const std::int64_t last_row = std::min(end - image * image_size, image_size) / row_size;
      if (last_row > first_row) consumer->on_rows(image, first_row, last_row - first_row);
    }
  };
  const auto take = [&](std::int64_t first_row, std::int64_t num_rows, const std::int32_t* sums) {
    const kernels::Kernels& loops = kernels::active();
    const std::int32_t* const col = columns.empty() ? nullptr : columns.data();
    float* const result = out.values.data() + first_row * cols;
    loops.dequantize(sums, num_rows, cols, col, scale, add_, result);
    if (measure)
      magnitudes[static_cast<std::size_t>(first_row / rows_per_image)] += loops.sum_abs(sums, num_rows, cols, col);
    if (bias_) add_bias(*bias_, num_rows, result);
    if (consumer) tell(first_row, num_rows);
  };
  if (job.b.zero_point() == 0 && context.backend->run_by_rows(job, take)) {
    if (measure)
      mean_magnitude_ = allocate::mean_magnitude(std::accumulate(magnitudes.begin(), magnitudes.end(), std::int64_t{0}),
                                                 scale, job.m() * cols);
    return;
  }
  if (job.batch() > 1) return run_scaled(matmul_, context, out, consumer, measure);
  const double magnitude = run_whole(job, scale, context, add_, measure, sums_, out.values.data());
  if (measure) mean_magnitude_ = magnitude;
  finish(context, out, consumer);
}

// What follows the products where rows are not told one by one.
void MatmulToValue::finish(StepContext& context, Tensor& out, RowConsumer* consumer) const {
  if (bias_) {
    const std::int64_t channels = bias_->value.size();
    add_bias(*bias_, out.size() / channels, out.values.data());
  }
  if (consumer)
    context.threads->for_each_part(out.images, [&](std::int64_t image) { consumer->on_rows(image, 0, out.height); });
}

// Raw sums do not depend on scales and zero points: one job has the codes of all groups.
void MatmulToValue::run_scaled(const StepMatmul& matmul, StepContext& context, Tensor& out, RowConsumer* consumer,
                               bool measure) {
  const gemm::GemmJob job = matmul.job(context.step);
  const quant::JobScales scales(job, matmul.a->scales(), matmul.b->scales());
  const gemm::JobShape shape = job.shape();
  if (shape.batch * shape.m * shape.n != out.size())
    throw std::logic_error(fmt::format("{}: {} x {} x {} sums cannot become {} elements", matmul_.layer, shape.batch,
                                       shape.m, shape.n, out.size()));
  context.backend->run(job, sums_);
  scales.dequantize_side_by_side(sums_, add_, *context.threads, out.values.data());
  if (measure) mean_magnitude_ = scales.mean_magnitude(sums_);
  finish(context, out, consumer);
}

// Each image is a job with the zero point of its own.
void MatmulToValue::run_each_image(StepContext& context, Tensor& out) {
  const gemm::CodeTensor& all = matmul_.a->tensor;
  Codes one;
  Tensor alone;
  StepMatmul matmul = matmul_;
  matmul.a = &one;
  for (std::int64_t image = 0; image < out.images; ++image) {
    one.params = matmul_.a->groups.params[static_cast<std::size_t>(image)];
    gemm::resize_on_grid(one.tensor, all.format, one.params.zero_point, 1, all.height, all.width, all.channels,
                         all.grid_height, all.grid_width, all.border_top, all.border_left, all.dilation);
    std::copy_n(all.bytes.begin() + all.grid_offset(image, 0, 0), all.grid_offset(1, 0, 0), one.tensor.bytes.begin());
    alone.resize(1, out.height, out.width, out.channels);
    if (matmul.is_plain())
      run_by_rows(matmul.job(context.step), matmul.scale(), context, alone, nullptr, false);
    else
      run_scaled(matmul, context, alone, nullptr, false);
    image_array(out, image) = image_array(alone, 0);
  }
}

void MatmulToGradient::run(Frame&, StepContext& context) {
  const gemm::GemmJob job = matmul_.job(context.step);
  float* const out = parameter_.gradient.data();
  if (matmul_.is_plain()) {
    const double magnitude = run_whole(job, matmul_.scale(), context, false, context.measure, sums_, out);
    if (context.measure) mean_magnitude_ = magnitude;
    return;
  }
  const quant::JobScales scales(job, matmul_.a->scales(), matmul_.b->scales());
  context.backend->run(job, sums_);
  scales.dequantize(sums_, false, *context.threads, out);
  if (context.measure) mean_magnitude_ = scales.mean_magnitude(sums_);
}

}  // namespace ampa::ir

#include "ir/matmul.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "allocate/sensitivity.h"
#include "ir/bias.h"
#include "quant/dequantize.h"

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

bool has_gaps(const gemm::CodeTensor& tensor) {
  return tensor.grid_height != tensor.height || tensor.grid_width != tensor.width;
}

}  // namespace

gemm::GemmJob StepMatmul::job(std::int64_t step) const {
  gemm::GemmJob job;
  job.a = window_a;
  job.a.tensor = &a->tensor;
  job.b = window_b;
  job.b.tensor = &b->tensor;
  job.layer = layer;
  job.step = step;
  job.pass = pass;
  return job;
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
    out.resize({matmul_.a->tensor.images, shape_.height, shape_.width, shape_.channels});
  if (!matmul_.a->by_image.empty()) return run_images_alone(context, out);
  RowConsumer* const consumer = context.images_alone ? nullptr : consumer_;
  if (consumer) consumer->start(frame, writes()[0]);
  run_by_rows(matmul_.job(context.step), matmul_.scale(), context, out, consumer,
              context.measure && matmul_.pass != gemm::Pass::kForward);
}

void MatmulToValue::run_by_rows(const gemm::GemmJob& job, float scale, StepContext& context, Tensor& out,
                                RowConsumer* consumer, bool measure) {
  const std::int64_t rows_per_image = job.a.out_height * job.a.out_width, row_size = out.row_size();
  if (rows_per_image * job.n() != out.image_size())
    throw std::logic_error(fmt::format("{}: {} sums an image cannot become {} elements", matmul_.layer,
                                       rows_per_image * job.n(), out.image_size()));
  const std::vector<std::int32_t> columns =
      job.b.zero_point() == 0 ? quant::narrow_columns(gemm::zero_point_correction(job)) : std::vector<std::int32_t>{};
  std::vector<std::int64_t> magnitudes(measure ? static_cast<std::size_t>(out.images) : 0);
  // Rows of the tensor that rows [first, first + count) of the job make complete.
  const auto tell = [&](std::int64_t first, std::int64_t count) {
    const std::int64_t begin = first * job.n(), end = begin + count * job.n(), image_size = out.image_size();
    for (std::int64_t image = begin / image_size; image * image_size < end; ++image) {
      const std::int64_t first_row = std::max(begin - image * image_size, std::int64_t{0}) / row_size;
      const std::int64_t last_row = std::min(end - image * image_size, image_size) / row_size;
      if (last_row > first_row) consumer->on_rows(image, first_row, last_row - first_row);
    }
  };
  const auto take = [&](std::int64_t first_row, std::int64_t num_rows, const std::int32_t* sums) {
    const kernels::Kernels& loops = kernels::active();
    const std::int32_t* const col = columns.empty() ? nullptr : columns.data();
    float* const result = out.values.data() + first_row * job.n();
    loops.dequantize(sums, num_rows, job.n(), col, scale, add_, result);
    if (measure)
      magnitudes[static_cast<std::size_t>(first_row / rows_per_image)] += loops.sum_abs(sums, num_rows, job.n(), col);
    if (bias_) add_bias(*bias_, num_rows, result);
    if (consumer) tell(first_row, num_rows);
  };
  if (job.b.zero_point() == 0 && context.backend->run_by_rows(job, take)) {
    if (measure)
      mean_magnitude_ = allocate::mean_magnitude(std::accumulate(magnitudes.begin(), magnitudes.end(), std::int64_t{0}),
                                                 scale, job.m() * job.n());
    return;
  }
  const double magnitude = run_whole(job, scale, context, add_, measure, sums_, out.values.data());
  if (measure) mean_magnitude_ = magnitude;
  if (bias_) add_bias(*bias_, job.m(), out.values.data());
  if (consumer)
    context.threads->for_each_part(out.images, [&](std::int64_t image) { consumer->on_rows(image, 0, out.height); });
}

// Every image has its zero point. Where a grid holds it in gaps, each image is a job; else one job has the codes of
// all, since raw sums do not depend on zero points.
void MatmulToValue::run_images_alone(StepContext& context, Tensor& out) {
  if (has_gaps(matmul_.a->tensor))
    run_each_image(context, out);
  else
    scale_each_image(context, out);
}

void MatmulToValue::run_each_image(StepContext& context, Tensor& out) {
  const gemm::CodeTensor& all = matmul_.a->tensor;
  Codes one;
  Tensor alone;
  StepMatmul matmul = matmul_;
  matmul.a = &one;
  for (std::int64_t image = 0; image < out.images; ++image) {
    one.params = matmul_.a->by_image[static_cast<std::size_t>(image)];
    gemm::resize_on_grid(one.tensor, all.format, one.params.zero_point, 1, all.height, all.width, all.channels,
                         all.grid_height, all.grid_width, all.border_top, all.border_left, all.dilation);
    std::copy_n(all.bytes.begin() + all.grid_offset(image, 0, 0), all.grid_offset(1, 0, 0), one.tensor.bytes.begin());
    alone.resize(1, out.height, out.width, out.channels);
    run_by_rows(matmul.job(context.step), matmul.scale(), context, alone, nullptr, false);
    image_array(out, image) = image_array(alone, 0);
  }
}

void MatmulToValue::scale_each_image(StepContext& context, Tensor& out) {
  const gemm::GemmJob job = matmul_.job(context.step);
  context.backend->run(job, sums_);
  const std::vector<std::int64_t> column_sums = gemm::row_sums(job.b);
  gemm::Accumulators sums;
  sums.rows = sums_.rows / out.images;
  sums.cols = sums_.cols;
  gemm::ZeroPointCorrection correction;
  correction.col.resize(column_sums.size());
  const auto part_of = [&](const auto& all, std::int64_t image, auto& part) {
    const auto begin = all.begin() + image * out.image_size();
    if (!all.empty()) part.assign(begin, begin + out.image_size());
  };
  for (std::int64_t image = 0; image < out.images; ++image) {
    const numerics::QuantParams& of_image = matmul_.a->by_image[static_cast<std::size_t>(image)];
    for (std::size_t col = 0; col < column_sums.size(); ++col)
      correction.col[col] = of_image.zero_point * column_sums[col];
    part_of(sums_.narrow, image, sums.narrow);
    part_of(sums_.wide, image, sums.wide);
    quant::dequantize(sums, correction, of_image.scale * matmul_.b->params.scale, false, *context.threads,
                      out.image(image));
  }
  if (bias_) add_bias(*bias_, sums_.rows, out.values.data());
}

void MatmulToGradient::run(Frame&, StepContext& context) {
  const double magnitude = run_whole(matmul_.job(context.step), matmul_.scale(), context, false, context.measure, sums_,
                                     parameter_.gradient.data());
  if (context.measure) mean_magnitude_ = magnitude;
}

}  // namespace ampa::ir

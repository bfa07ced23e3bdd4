#include <algorithm>

#include "verify/draw.h"
#include "verify/job_generator.h"

namespace ampa::systemc {
namespace {

constexpr std::int64_t kMaxTiles = 3;
constexpr std::int64_t kMaxDepth = 160;

// A dimension along one side of the array: often exactly its size or one beside it.
std::int64_t draw_side(Draw& draw, std::int64_t size) {
  switch (draw.uniform(0, 3)) {
    case 0:
      return draw.uniform(1, 2);
    case 1:
      return std::max<std::int64_t>(1, size * draw.uniform(1, 2) + draw.uniform(-1, 1));
    default:
      return draw.uniform(1, kMaxTiles * size);
  }
}

void fill_matrix(Draw& draw, timing::Pe pe, gemm::CodeTensor& tensor, std::int64_t rows, std::int64_t depth,
                 gemm::Operand& operand) {
  const bool is_transposed = draw.flip();
  const CodeFormat format = draw.format(pe);
  gemm::resize(tensor, format, draw.zero_point(format), is_transposed ? depth : rows, 1, 1,
               is_transposed ? rows : depth);
  draw.fill(tensor);
  operand = gemm::whole(tensor, is_transposed);
}

void make_plain(Draw& draw, const timing::HardwarePoint& point, GeneratedJob& generated) {
  const std::int64_t depth = draw.flip() ? draw.uniform(1, 20) : draw.uniform(1, kMaxDepth);
  fill_matrix(draw, point.pe, generated.a, draw_side(draw, point.rows), depth, generated.job.a);
  fill_matrix(draw, point.pe, generated.b, draw_side(draw, point.cols), depth, generated.job.b);
}

// A window that slides over a padded, perhaps dilated tensor.
gemm::Operand make_windows(Draw& draw, timing::Pe pe, gemm::CodeTensor& tensor) {
  const CodeFormat format = draw.format(pe);
  const std::int64_t kernel_height = draw.uniform(1, 3), kernel_width = draw.uniform(1, 3);
  const std::int64_t dilation = draw.uniform(1, 2), border = draw.uniform(0, 1);
  const std::int64_t height = draw.uniform(2, 5), width = draw.uniform(2, 5);
  const std::int64_t grid_height = std::max((height - 1) * dilation + 1 + 2 * border, kernel_height);
  const std::int64_t grid_width = std::max((width - 1) * dilation + 1 + 2 * border, kernel_width);
  gemm::resize_on_grid(tensor, format, draw.zero_point(format), draw.uniform(1, 2), height, width, draw.uniform(1, 6),
                       grid_height, grid_width, border, border, dilation);
  draw.fill(tensor);
  gemm::Operand operand;
  operand.tensor = &tensor;
  operand.kernel_height = kernel_height;
  operand.kernel_width = kernel_width;
  operand.stride = draw.uniform(1, 2);
  operand.origin_y = draw.uniform(0, std::min<std::int64_t>(1, grid_height - kernel_height));
  operand.origin_x = draw.uniform(0, std::min<std::int64_t>(1, grid_width - kernel_width));
  operand.out_height = (grid_height - operand.origin_y - kernel_height) / operand.stride + 1;
  operand.out_width = (grid_width - operand.origin_x - kernel_width) / operand.stride + 1;
  return operand;
}

void make_convolution(Draw& draw, const timing::HardwarePoint& point, GeneratedJob& generated) {
  gemm::GemmJob& job = generated.job;
  if (draw.flip()) {
    job.a = make_windows(draw, point.pe, generated.a);
    fill_matrix(draw, point.pe, generated.b, draw_side(draw, point.cols), job.a.depth(), job.b);
    job.pass = draw.flip() ? gemm::Pass::kForward : gemm::Pass::kDataGradient;
  } else {
    job.b = make_windows(draw, point.pe, generated.b);
    job.b.transposed = true;
    fill_matrix(draw, point.pe, generated.a, draw_side(draw, point.rows), job.b.depth(), job.a);
    job.pass = gemm::Pass::kWeightGradient;
  }
}

}  // namespace

GeneratedJobPtr random_job(const timing::HardwarePoint& point, std::uint64_t seed, std::int64_t index) {
  auto generated = std::make_unique<GeneratedJob>();
  Draw draw(seed, index);
  if (draw.uniform(0, 2) == 0)
    make_convolution(draw, point, *generated);
  else
    make_plain(draw, point, *generated);
  generated->name = "random job " + std::to_string(index) + " of seed " + std::to_string(seed);
  generated->job.layer = generated->name;
  return generated;
}

}  // namespace ampa::systemc

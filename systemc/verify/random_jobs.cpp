#include <algorithm>

#include "timing/tile_cycles.h"
#include "verify/job_generator.h"

namespace ampa::verify {
namespace {

constexpr std::int64_t kMaxTiles = 3;
constexpr std::int64_t kMaxProducts = 160;

// An extent along one side of the array: often exactly its size or one beside it.
std::int64_t draw_extent(Draw& draw, std::int64_t side) {
  switch (draw.uniform(0, 3)) {
    case 0:
      return draw.uniform(1, 2);
    case 1:
      return std::max<std::int64_t>(1, side * draw.uniform(1, 2) + draw.uniform(-1, 1));
    default:
      return draw.uniform(1, kMaxTiles * side);
  }
}

std::int64_t draw_extent(Draw& draw, std::int64_t side, SizeClass wanted) {
  const std::int64_t tiles = side >= 16 ? 2 : draw.uniform(2, kMaxTiles);
  switch (wanted) {
    case SizeClass::kOne:
      return 1;
    case SizeClass::kBelow:
      return draw.uniform(std::min<std::int64_t>(2, side), std::max<std::int64_t>(1, side - 1));
    case SizeClass::kEqual:
      return side;
    case SizeClass::kMultiple:
      return tiles * side;
    case SizeClass::kRagged:
      break;
  }
  return (tiles - 1) * side + draw.uniform(std::min<std::int64_t>(1, side - 1), side - 1);
}

// The slices and the products of the last one for a number of products of a class that `macs` products a slice allow;
// else the nearest. A weight-stationary array has its number of slices already.
void draw_products(Draw& draw, std::int64_t macs, ProductsClass wanted, bool slices_given, Extents& extents) {
  std::int64_t slices = 1, last = 1;
  switch (wanted) {
    case ProductsClass::kOne:
      break;
    case ProductsClass::kBelowWord:
      last = macs < 3 ? 1 : draw.uniform(2, macs - 1);
      break;
    case ProductsClass::kWholeWords:
      slices = draw.uniform(2, 6);
      last = macs;
      break;
    case ProductsClass::kPartOfWord:
      slices = draw.uniform(2, 6);
      last = draw.uniform(1, std::max<std::int64_t>(1, macs - 1));
  }
  extents.last_products = last;
  extents.stream = slices_given ? draw.uniform(1, 6) : slices;
}

void fill_matrix(Draw& draw, gemm::CodeTensor& tensor, CodeFormat format, std::int64_t rows, std::int64_t depth,
                 gemm::Operand& operand) {
  const bool is_transposed = draw.flip();
  gemm::resize(tensor, format, draw.zero_point(format), is_transposed ? depth : rows, 1, 1,
               is_transposed ? rows : depth);
  draw.fill(tensor);
  operand = gemm::whole(tensor, is_transposed);
}

GeneratedJobPtr plain_job(Draw& draw, const gemm::JobShape& shape) {
  auto generated = std::make_unique<GeneratedJob>();
  fill_matrix(draw, generated->a, shape.a, shape.m, shape.k, generated->job.a);
  fill_matrix(draw, generated->b, shape.b, shape.n, shape.k, generated->job.b);
  return generated;
}

// A window that slides over a padded, perhaps dilated tensor.
gemm::Operand make_windows(Draw& draw, CodeFormat format, gemm::CodeTensor& tensor) {
  const std::int64_t kernel_height = draw.uniform(1, 3), kernel_width = draw.uniform(1, 3);
  const std::int64_t dilation = draw.uniform(1, 2), border = draw.uniform(0, 1);
  const std::int64_t height = draw.uniform(2, 5), width = draw.uniform(2, 5);
  const std::int64_t grid_height = std::max((height - 1) * dilation + 1 + 2 * border, kernel_height);
  const std::int64_t grid_width = std::max((width - 1) * dilation + 1 + 2 * border, kernel_width);
  const std::int64_t images = draw.uniform(1, 2), channels = draw.uniform(1, 6);
  gemm::resize_on_grid(tensor, format, draw.zero_point(format), images, height, width, channels, grid_height,
                       grid_width, border, border, dilation);
  draw.fill(tensor);
  gemm::Operand operand;
  operand.tensor = &tensor;
  operand.kernel_height = kernel_height;
  operand.kernel_width = kernel_width;
  operand.stride = draw.uniform(1, 2);
  operand.origin_y = draw.uniform(0, std::min<std::int64_t>(1, grid_height - kernel_height));
  operand.origin_x = draw.uniform(0, std::min<std::int64_t>(1, grid_width - kernel_width));
  operand.out_height = (grid_height - operand.origin_y - kernel_height) / operand.stride.y + 1;
  operand.out_width = (grid_width - operand.origin_x - kernel_width) / operand.stride.x + 1;
  return operand;
}

GeneratedJobPtr convolution_job(const PointSpace& space, Draw& draw) {
  auto generated = std::make_unique<GeneratedJob>();
  gemm::GemmJob& job = generated->job;
  const CodeFormat a = draw.one_of(space.formats()), b = draw.one_of(space.formats());
  if (draw.flip()) {
    job.a = make_windows(draw, a, generated->a);
    fill_matrix(draw, generated->b, b, draw_extent(draw, space.point().cols), job.a.depth(), job.b);
    job.pass = draw.flip() ? gemm::Pass::kForward : gemm::Pass::kDataGradient;
  } else {
    job.b = make_windows(draw, b, generated->b);
    job.b.transposed = true;
    fill_matrix(draw, generated->a, a, draw_extent(draw, space.point().rows), job.b.depth(), job.a);
    job.pass = gemm::Pass::kWeightGradient;
  }
  return generated;
}

}  // namespace

GeneratedJobPtr classed_job(const PointSpace& space, Draw& draw, const JobClass& wanted) {
  Extents extents;
  extents.rows = draw_extent(draw, space.point().rows, wanted.rows);
  extents.cols = draw_extent(draw, space.point().cols, wanted.cols);
  draw_products(draw, space.macs(wanted.a, wanted.b), wanted.products, space.is_weight_stationary(), extents);
  return plain_job(draw, space.shape(extents, wanted.a, wanted.b));
}

GeneratedJobPtr draw_job(const PointSpace& space, Draw& draw) {
  if (draw.uniform(0, 2) == 0) return convolution_job(space, draw);
  const CodeFormat a = draw.one_of(space.formats()), b = draw.one_of(space.formats());
  const std::int64_t macs = space.macs(a, b);
  Extents extents;
  extents.rows = draw_extent(draw, space.point().rows);
  extents.cols = draw_extent(draw, space.point().cols);
  extents.stream = draw.flip() ? draw.uniform(1, 3) : draw.uniform(1, std::max<std::int64_t>(20, kMaxProducts / macs));
  extents.last_products = draw.uniform(1, macs);
  return plain_job(draw, space.shape(extents, a, b));
}

GeneratedJobPtr random_job(const timing::HardwarePoint& point, std::uint64_t seed, std::int64_t index) {
  Draw draw(DrawPurpose::kSingle, seed, index);
  GeneratedJobPtr generated = draw_job(PointSpace(point), draw);
  generated->name = generated->job.layer = "random job " + std::to_string(index) + " of seed " + std::to_string(seed);
  return generated;
}

rtl::Stress draw_stress(const PointSpace& space, Draw& draw, const gemm::JobShape& shape, Pressure pressure,
                        bool reset) {
  const auto percent = [&](Pressure one) {
    return pressure == one || pressure == Pressure::kBoth ? static_cast<int>(draw.uniform(1, 6)) * 10 : 0;
  };
  rtl::Stress stress;
  stress.seed = draw.bits64();
  stress.operand_stall_percent = percent(Pressure::kOperands);
  stress.result_stall_percent = percent(Pressure::kResults);
  stress.noise = draw.flip();
  if (reset) {
    const timing::HardwarePoint& point = space.point();
    const Extents extents = space.extents(shape);
    const std::int64_t rows = std::min(extents.rows, point.rows), cols = std::min(extents.cols, point.cols);
    stress.reset_cycle =
        draw.uniform(1, timing::tile_cycles(point, shape.a, shape.b, extents.stream, rows, cols).total());
  }
  return stress;
}

Scenario random_scenario(const PointSpace& space, std::uint64_t seed, std::int64_t index) {
  Draw draw(DrawPurpose::kRandom, seed, index);
  Scenario scenario;
  scenario.name = "random scenario " + std::to_string(index) + " of seed " + std::to_string(seed);
  const std::int64_t num_steps = draw.uniform(1, 4);
  for (std::int64_t i = 0; i < num_steps; ++i) {
    Step step;
    step.generated = draw_job(space, draw);
    const auto pressure = static_cast<Pressure>(draw.uniform(0, kNumPressures - 1));
    step.stress = draw_stress(space, draw, step.job().shape(), pressure, draw.uniform(0, 7) == 0);
    scenario.steps.push_back(std::move(step));
  }
  name_steps(scenario);
  return scenario;
}

Scenario large_scenario(const PointSpace& space, std::uint64_t seed, std::int64_t index) {
  Draw draw(DrawPurpose::kLarge, seed, index);
  Scenario scenario;
  scenario.name = "large scenario " + std::to_string(index) + " of seed " + std::to_string(seed);
  const CodeFormat a = draw.one_of(space.formats()), b = draw.one_of(space.formats());
  const timing::HardwarePoint& point = space.point();
  const Extents extents{draw.uniform(point.rows, 4 * point.rows), draw.uniform(point.cols, 4 * point.cols),
                        draw.uniform(64, 512), draw.uniform(1, space.macs(a, b))};
  Step step;
  step.generated = plain_job(draw, space.shape(extents, a, b));
  const auto pressure = static_cast<Pressure>(std::max<std::int64_t>(0, draw.uniform(-12, kNumPressures - 1)));
  step.stress = draw_stress(space, draw, step.job().shape(), pressure, false);
  scenario.steps.push_back(std::move(step));
  name_steps(scenario);
  return scenario;
}

}  // namespace ampa::verify

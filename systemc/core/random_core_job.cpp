#include "core/random_core_job.h"

#include <algorithm>
#include <random>

#include "common/error.h"

namespace ampa::systemc {
namespace {

class Draw {
 public:
  Draw(std::uint64_t seed, std::uint64_t index) : bits_(seed * 0x9e3779b97f4a7c15u + index) {}
  std::int64_t uniform(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(bits_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return uniform(1, 100) <= percent; }

  CodeFormat format(timing::Pe pe) {
    while (true) {
      const CodeFormat format{static_cast<Bits>(uniform(kMinOperandBits, kMaxBits)), chance(50)};
      if (timing::is_supported(pe, format)) return format;
    }
  }
  std::int32_t code(CodeFormat format) {
    return format.code_at(static_cast<std::int32_t>(uniform(0, format.num_codes() - 1)));
  }

 private:
  std::mt19937_64 bits_;
};

void fill(Draw& draw, gemm::CodeTensor& tensor) {
  const std::int64_t kind = draw.uniform(0, 4);  // of 0 and 1 all codes are at a limit
  for (std::int64_t image = 0; image < tensor.images; ++image)
    for (std::int64_t y = 0; y < tensor.height; ++y)
      for (std::int64_t x = 0; x < tensor.width; ++x)
        for (std::int64_t c = 0; c < tensor.channels; ++c) {
          const std::int32_t code = kind == 0   ? tensor.format.min_code()
                                    : kind == 1 ? tensor.format.max_code()
                                                : draw.code(tensor.format);
          tensor.bytes[static_cast<std::size_t>(tensor.offset(image, y, x) + c)] = static_cast<std::uint8_t>(code);
        }
}

// A convolution of a layer as the trainer has it.
struct Convolution {
  std::int64_t images, in_height, in_width, in_channels, out_channels, kernel, stride, padding;
  std::int64_t out_height() const { return (in_height + 2 * padding - kernel) / stride + 1; }
  std::int64_t out_width() const { return (in_width + 2 * padding - kernel) / stride + 1; }
};

Convolution draw_convolution(Draw& draw) {
  if (draw.chance(20))  // a linear layer
    return {draw.uniform(1, 40), 1, 1, draw.uniform(1, 60), draw.uniform(1, 24), 1, 1, 0};
  Convolution c{};
  c.kernel = draw.uniform(1, 3);
  c.padding = draw.uniform(0, c.kernel / 2);
  c.stride = draw.chance(60) ? 1 : draw.chance(80) ? 2 : 4;
  c.in_height = draw.uniform(c.kernel, 9);
  c.in_width = draw.uniform(c.kernel, 9);
  c.images = draw.uniform(1, 4);
  c.in_channels = draw.uniform(1, 12);
  c.out_channels = draw.uniform(1, 12);
  return c;
}

std::int32_t zero_point(Draw& draw, CodeFormat format) {
  return format.is_two_level() || draw.chance(50) ? draw.code(format) : format.is_signed ? 0 : draw.code(format);
}

void input_tensor(Draw& draw, const Convolution& c, CodeFormat format, gemm::CodeTensor& tensor) {
  gemm::resize_on_grid(tensor, format, zero_point(draw, format), c.images, c.in_height, c.in_width, c.in_channels,
                       c.in_height + 2 * c.padding, c.in_width + 2 * c.padding, c.padding, c.padding, 1);
  fill(draw, tensor);
}

// Dilated by the stride, with a border such that a window of stride 1 gives every input position.
void gradient_tensor(Draw& draw, const Convolution& c, CodeFormat format, gemm::CodeTensor& tensor) {
  const std::int64_t border = c.kernel - 1 - c.padding;
  const std::int64_t grid_height = std::max(c.in_height + c.kernel - 1, border + (c.out_height() - 1) * c.stride + 1);
  const std::int64_t grid_width = std::max(c.in_width + c.kernel - 1, border + (c.out_width() - 1) * c.stride + 1);
  gemm::resize_on_grid(tensor, format, zero_point(draw, format), c.images, c.out_height(), c.out_width(),
                       c.out_channels, grid_height, grid_width, border, border, c.stride);
  fill(draw, tensor);
}

void weight_tensor(Draw& draw, const Convolution& c, CodeFormat format, std::int64_t rows, std::int64_t channels,
                   gemm::CodeTensor& tensor) {
  gemm::resize(tensor, format, zero_point(draw, format), rows, c.kernel, c.kernel, channels);
  fill(draw, tensor);
}

gemm::Operand input_patches(const Convolution& c, const gemm::CodeTensor& tensor, bool transposed) {
  return {&tensor, c.kernel, c.kernel, c.stride, c.out_height(), c.out_width(), 0, 0, transposed};
}

void make_job(Draw& draw, const Convolution& c, CodeFormat a, CodeFormat b, RandomCoreJob& out) {
  switch (draw.uniform(0, 2)) {
    case 0:
      out.job.pass = gemm::Pass::kForward;
      input_tensor(draw, c, a, out.a);
      weight_tensor(draw, c, b, c.out_channels, c.in_channels, out.b);
      out.job.a = input_patches(c, out.a, false);
      out.job.b = {&out.b, c.kernel, c.kernel};
      return;
    case 1:
      out.job.pass = gemm::Pass::kDataGradient;
      gradient_tensor(draw, c, a, out.a);
      weight_tensor(draw, c, b, c.in_channels, c.out_channels, out.b);
      out.job.a = {&out.a, c.kernel, c.kernel, 1, c.in_height, c.in_width};
      out.job.b = {&out.b, c.kernel, c.kernel};
      return;
    default:
      out.job.pass = gemm::Pass::kWeightGradient;
      gradient_tensor(draw, c, a, out.a);
      input_tensor(draw, c, b, out.b);
      out.job.a = {&out.a, 1, 1, c.stride, c.out_height(), c.out_width(), out.a.border_top, out.a.border_left, true};
      out.job.b = input_patches(c, out.b, true);
  }
}

platform::MemorySettings draw_memory(Draw& draw, std::int64_t port_bytes) {
  platform::MemorySettings memory;
  memory.latency_cycles = draw.chance(30) ? draw.uniform(1, 3) : draw.uniform(1, 80);
  memory.bytes = draw.uniform(1, 2 * port_bytes);
  memory.per_cycles = draw.chance(50) ? 1 : draw.uniform(1, 7);
  if (draw.chance(30)) {
    memory.gap_cycles = draw.uniform(1, 20);
    memory.gap_period_cycles = memory.gap_cycles + draw.uniform(1, 200);
  }
  return memory;
}

}  // namespace

std::unique_ptr<RandomCoreJob> random_core_job(const platform::CoreConfig& config, std::uint64_t seed,
                                               std::int64_t index) {
  Draw draw(seed, static_cast<std::uint64_t>(index));
  while (true) {
    auto out = std::make_unique<RandomCoreJob>();
    const CodeFormat a = draw.format(config.point.pe), b = draw.format(config.point.pe);
    make_job(draw, draw_convolution(draw), a, b, *out);
    out->memory = draw_memory(draw, config.port_bytes);
    try {
      gemm::check(out->job);
      out->plan = platform::plan_job(config, gemm::geometry_of(out->job));
      return out;
    } catch (const InputError&) {
      // too large for the scratchpads, or two levels behind a gap: draw again
    }
  }
}

}  // namespace ampa::systemc

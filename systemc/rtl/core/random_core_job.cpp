#include "rtl/core/random_core_job.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "common/error.h"
#include "gemm/conv_shape.h"

namespace ampa::rtl {
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
  const CodeFormat format = tensor.format;
  const std::int64_t kind = draw.uniform(0, 4);  // of 0 and 1 all codes are at a limit
  gemm::fill_codes(tensor, [&] {
    return kind == 0 ? format.min_code() : kind == 1 ? format.max_code() : draw.code(format);
  });
}

gemm::ConvShape draw_convolution(Draw& draw) {
  gemm::ConvShape c;
  if (draw.chance(20)) {  // a linear layer
    c.images = draw.uniform(1, 40);
    c.in_channels = draw.uniform(1, 60);
    c.out_channels = draw.uniform(1, 24);
    return c;
  }
  c.kernel_height = c.kernel_width = draw.uniform(1, 3);
  c.padding = draw.uniform(0, c.kernel_height / 2);
  c.stride = draw.chance(60) ? 1 : draw.chance(80) ? 2 : 4;
  c.in_height = draw.uniform(c.kernel_height, 9);
  c.in_width = draw.uniform(c.kernel_width, 9);
  c.out_height = (c.in_height + 2 * c.padding.y - c.kernel_height) / c.stride.y + 1;
  c.out_width = (c.in_width + 2 * c.padding.x - c.kernel_width) / c.stride.x + 1;
  c.images = draw.uniform(1, 4);
  c.in_channels = draw.uniform(1, 12);
  c.out_channels = draw.uniform(1, 12);
  return c;
}

std::int32_t zero_point(Draw& draw, CodeFormat format) {
  return format.is_two_level() || draw.chance(50) ? draw.code(format) : format.is_signed ? 0 : draw.code(format);
}

gemm::Operand make_operand(Draw& draw, gemm::OperandGeometry geometry, CodeFormat format, gemm::CodeTensor& tensor) {
  geometry.format = format;
  geometry.zero_point = zero_point(draw, format);
  const gemm::Operand operand = gemm::make_operand(geometry, tensor);
  fill(draw, tensor);
  return operand;
}

// Lets the columns of a forward window step and spread in another way than its rows.
void spread_window(Draw& draw, gemm::OperandGeometry& a) {
  a.stride.x = draw.uniform(1, 3);
  a.window_dilation = {draw.uniform(1, 2), draw.uniform(1, 3)};
  const auto places = [](std::int64_t in, std::int64_t offset, std::int64_t window, std::int64_t stride) {
    return std::max<std::int64_t>(0, in - 2 * offset - window) / stride + 1;
  };
  a.out_height = places(a.height, a.offset_y, window_extent(a.kernel_height, a.window_dilation.y), a.stride.y);
  a.out_width = places(a.width, a.offset_x, window_extent(a.kernel_width, a.window_dilation.x), a.stride.x);
}

void make_job(Draw& draw, const gemm::ConvShape& conv, CodeFormat a, CodeFormat b, RandomCoreJob& out) {
  constexpr gemm::Pass kPasses[] = {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient};
  out.job.pass = kPasses[draw.uniform(0, 2)];
  gemm::JobGeometry geometry = gemm::conv_geometry(conv, out.job.pass, {});
  if (out.job.pass == gemm::Pass::kForward && draw.chance(30)) spread_window(draw, geometry.a);
  out.job.a = make_operand(draw, geometry.a, a, out.a);
  out.job.b = make_operand(draw, geometry.b, b, out.b);
}

// Codes of 2 to 8 bits from sums of up to `bound`, which fill their range or a part of it, or are cut off.
timing::Requantization draw_codes(Draw& draw, std::int64_t columns, std::int64_t bound) {
  timing::Requantization codes;
  codes.scale = std::ldexp(1 + static_cast<float>(draw.uniform(0, 999)) / 1000, static_cast<int>(draw.uniform(-24, 4)));
  const float largest = codes.scale * static_cast<float>(bound) / static_cast<float>(draw.uniform(1, 60));
  const auto bits = static_cast<Bits>(draw.uniform(kMinBits, kMaxBits));
  const bool is_symmetric = draw.chance(60);
  const float lowest = -largest / static_cast<float>(draw.uniform(1, 60));
  codes.params =
      is_symmetric ? numerics::symmetric_params(largest, bits) : numerics::asymmetric_params(lowest, largest, bits);
  if (is_symmetric && draw.chance(60))
    codes.random = numerics::RandomStream{static_cast<std::uint64_t>(draw.uniform(0, INT64_MAX - 1)),
                                          static_cast<std::uint32_t>(draw.uniform(0, UINT32_MAX)),
                                          static_cast<std::uint32_t>(draw.uniform(0, UINT32_MAX))};
  if (draw.chance(50)) {
    codes.columns.resize(static_cast<std::size_t>(columns));
    for (std::int32_t& column : codes.columns) column = static_cast<std::int32_t>(draw.uniform(-bound, bound));
  }
  return codes;
}

timing::MemorySettings draw_memory(Draw& draw, std::int64_t port_bytes) {
  timing::MemorySettings memory;
  memory.latency_cycles = draw.chance(30) ? draw.uniform(1, 3) : draw.uniform(1, 80);
  memory.bytes = draw.uniform(1, 2 * port_bytes);
  memory.per_cycles = draw.chance(50) ? 1 : draw.uniform(1, 7);
  if (draw.chance(30)) {
    memory.gap_cycles = draw.uniform(1, 20);
    memory.gap_period_cycles = memory.gap_cycles + draw.uniform(1, 200);
  }
  return memory;
}

// The planner's plan, or another one that fits: a core runs them all.
timing::JobPlan draw_plan(Draw& draw, const timing::CoreConfig& config, const gemm::JobGeometry& job,
                          const timing::MemorySettings& memory, const std::optional<timing::CodeResults>& codes) {
  constexpr int kTries = 30;
  const timing::JobPlan best = timing::plan_job(config, job, memory, codes);
  if (draw.chance(40)) return best;
  const timing::Blockings all = timing::candidate_blockings(config, job);
  const auto pick = [&](const auto& list) -> const auto& {
    return list[static_cast<std::size_t>(draw.uniform(0, static_cast<std::int64_t>(list.size()) - 1))];
  };
  for (int i = 0; i < kTries; ++i) {
    const timing::SlabSplit& slabs = pick(all.slabs);
    const timing::Blocks &m = pick(all.m), &n = pick(all.n);
    if (timing::fits(config, job, slabs, m, n)) return timing::plan_with(config, job, codes, slabs, m, n);
  }
  return best;
}

}  // namespace

std::unique_ptr<RandomCoreJob> random_core_job(const timing::CoreConfig& config, std::uint64_t seed,
                                               std::int64_t index) {
  Draw draw(seed, static_cast<std::uint64_t>(index));
  while (true) {
    auto out = std::make_unique<RandomCoreJob>();
    const CodeFormat a = draw.format(config.point.pe), b = draw.format(config.point.pe);
    make_job(draw, draw_convolution(draw), a, b, *out);
    out->memory = draw_memory(draw, config.port_bytes);
    try {
      gemm::check(out->job);
      const gemm::JobGeometry geometry = gemm::geometry_of(out->job);
      const gemm::JobShape shape = geometry.shape();
      if (out->job.pass != gemm::Pass::kWeightGradient && draw.chance(50))
        out->codes = draw_codes(draw, shape.n, shape.k * a.max_magnitude() * b.max_magnitude());
      out->plan = draw_plan(draw, config, geometry, out->memory, timing::form_of(out->codes));
      return out;
    } catch (const InputError&) {
      // too large for the scratchpads, or two levels behind a gap: draw again
    }
  }
}

}  // namespace ampa::rtl

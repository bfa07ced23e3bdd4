// Scales in groups: hand-computed, against loops of plain jobs, refused along K.
#include "quant/job_scales.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "../gemm/random_groups.h"
#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"
#include "gemm/zero_point.h"
#include "quant/dequantize.h"
#include "quant/tensor_quantizer.h"

namespace ampa::quant {
namespace {

using gemm::Pass;
using gemm::testing::Convolution;
using gemm::testing::OwnedJob;
using gemm::testing::Random;

numerics::QuantParams params(CodeFormat format, float scale, std::int32_t zero_point) {
  numerics::QuantParams p;
  p.format = format;
  p.scale = scale;
  p.zero_point = zero_point;
  return p;
}

numerics::QuantParams random_params(CodeFormat format, bool with_zero_point, Random& random) {
  const float scale = static_cast<float>(random.between(1, 1 << 20)) * 0x1p-23f;
  const std::int64_t zero =
      with_zero_point ? random.between(std::max(format.min_code(), -100), std::min(format.max_code(), 100)) : 0;
  return params(format, scale, static_cast<std::int32_t>(zero));
}

ScaleGroups random_groups(ScaleAxis axis, const gemm::CodeTensor& tensor, bool with_zero_points, Random& random) {
  const std::int64_t count = axis == ScaleAxis::kNone     ? 1
                             : axis == ScaleAxis::kImages ? tensor.images
                                                          : tensor.channels;
  ScaleGroups groups{axis, {}};
  for (std::int64_t i = 0; i < count; ++i)
    groups.params.push_back(random_params(tensor.format, with_zero_points, random));
  return groups;
}

// The rows of an operand that one plain job has: those of one group alone.
gemm::Operand rows_of_group(gemm::Operand operand, ScaleAxis axis, std::int64_t group) {
  if (axis == ScaleAxis::kImages) operand.images = {group, 1, 1};
  if (axis == ScaleAxis::kChannels) operand.channels = {group, 1, 1};
  return operand;
}

}  // namespace

TEST_CASE("Z4: a hand-computed product of two rows with scales by two columns with scales") {
  // A = ((1, 2), (3, 4)), zero points 1 and 0, scales 0.5 and 2. B = ((5, 1), (0, 7)), zero points 0 and 2, scales
  // 1, 4.
  const gemm::CodeTensor a = gemm::matrix({8, false}, 0, 2, 2, {1, 2, 3, 4});
  const gemm::CodeTensor b = gemm::matrix({8, false}, 0, 2, 2, {5, 1, 0, 7});
  gemm::GemmJob job;
  job.a = gemm::whole(a);
  job.b = gemm::whole(b);
  const ScaleGroups of_a{ScaleAxis::kImages, {params(a.format, 0.5f, 1), params(a.format, 2, 0)}};
  const ScaleGroups of_b{ScaleAxis::kImages, {params(b.format, 1, 0), params(b.format, 4, 2)}};
  gemm::Accumulators sums;
  gemm::ReferenceBackend().run(job, sums);
  const JobScales scales(job, of_a, of_b);
  ThreadPool threads(2);
  std::vector<float> out(4);
  scales.dequantize(sums, false, threads, out.data());
  // (0, 1) . (5, 1) = 1; (0, 1) . (-2, 5) = 5; (3, 4) . (5, 1) = 19; (3, 4) . (-2, 5) = 14.
  CHECK(out == std::vector<float>{1 * 0.5f, 5 * 2.0f, 19 * 2.0f, 14 * 8.0f});
  scales.dequantize(sums, true, threads, out.data());
  CHECK(out == std::vector<float>{1, 20, 76, 224});
  CHECK(scales.mean_magnitude(sums) == (0.5 + 10 + 38 + 112) / 4);
}

TEST_CASE("Z4: scales in groups equal a loop of plain jobs, one for each group") {
  Random random(51);
  ThreadPool threads(2);
  gemm::CpuBackend cpu(threads);
  gemm::ReferenceBackend reference;
  struct Case {
    Pass pass;
    ScaleAxis a, b;
  };
  for (int i = 0; i < 150; ++i)
    for (const Case& one : {Case{Pass::kForward, ScaleAxis::kImages, ScaleAxis::kImages},
                            {Pass::kForward, ScaleAxis::kNone, ScaleAxis::kImages},
                            {Pass::kDataGradient, ScaleAxis::kImages, ScaleAxis::kNone},
                            {Pass::kWeightGradient, ScaleAxis::kChannels, ScaleAxis::kNone}}) {
      gemm::ConvShape shape = gemm::testing::random_groups(random);
      shape.in_channels /= shape.groups;
      shape.out_channels /= shape.groups;
      shape.groups = 1;
      Convolution conv(shape);
      OwnedJob owned = conv.job(one.pass, {{6, false}, {4, true}, {8, true}}, 0, random);
      INFO(gemm::to_string(one.pass) << ", " << owned.job.layer);
      const bool zeros_a = random.coin(), zeros_b = random.between(0, 3) == 0;
      const ScaleGroups a = random_groups(one.a, *owned.a, zeros_a, random);
      const ScaleGroups b = random_groups(one.b, *owned.b, zeros_b, random);
      gemm::Backend& backend = random.coin() ? static_cast<gemm::Backend&>(cpu) : reference;
      gemm::Accumulators sums, plain_sums;
      backend.run(owned.job, sums);
      const std::int64_t n = owned.job.n();
      std::vector<float> out(static_cast<std::size_t>(sums.rows * n), 1), plain;
      const bool add = random.coin();
      JobScales(owned.job, a, b).dequantize_side_by_side(sums, add, threads, out.data());

      for (std::size_t ga = 0; ga < a.params.size(); ++ga)
        for (std::size_t gb = 0; gb < b.params.size(); ++gb) {
          gemm::GemmJob job = owned.job;
          job.a = rows_of_group(job.a, one.a, static_cast<std::int64_t>(ga));
          job.b = rows_of_group(job.b, one.b, static_cast<std::int64_t>(gb));
          owned.a->zero_point = a.params[ga].zero_point;
          owned.b->zero_point = b.params[gb].zero_point;
          reference.run(job, plain_sums);
          plain.assign(static_cast<std::size_t>(job.m() * job.n()), 1);
          dequantize(plain_sums, gemm::zero_point_correction(job), a.params[ga].scale * b.params[gb].scale, add,
                     threads, plain.data());
          for (std::int64_t row = 0; row < job.m(); ++row)
            for (std::int64_t col = 0; col < job.n(); ++col) {
              const std::int64_t first_row = one.a == ScaleAxis::kNone ? 0 : static_cast<std::int64_t>(ga) * job.m();
              const std::int64_t first_col = one.b == ScaleAxis::kNone ? 0 : static_cast<std::int64_t>(gb) * job.n();
              REQUIRE(out[static_cast<std::size_t>((first_row + row) * n + first_col + col)] ==
                      plain[static_cast<std::size_t>(row * job.n() + col)]);
            }
        }
    }
}

TEST_CASE("Z4: the groups of a convolution stand side by side, each with the scales of its rows and columns") {
  Random random(52);
  ThreadPool threads(3);
  gemm::ReferenceBackend reference;
  for (int i = 0; i < 60; ++i) {
    const gemm::ConvShape shape = gemm::testing::random_groups(random);
    Convolution conv(shape);
    const OwnedJob owned = conv.job(Pass::kForward, {{6, false}, {4, true}, {8, true}}, 0, random);
    INFO(owned.job.layer);
    const ScaleAxis axis = i % 2 == 0 ? ScaleAxis::kImages : ScaleAxis::kNone;
    const ScaleGroups a = random_groups(axis, *owned.a, true, random);
    const ScaleGroups b = random_groups(axis, *owned.b, false, random);
    gemm::Accumulators sums;
    reference.run(owned.job, sums);
    std::vector<float> out(sums.narrow.size(), 3);
    const JobScales scales(owned.job, a, b);
    const bool add = random.coin();
    scales.dequantize_side_by_side(sums, add, threads, out.data());
    double total = 0;
    const std::int64_t columns = shape.out_channels / shape.groups, positions = shape.out_height * shape.out_width;
    for (std::int64_t group = 0; group < shape.groups; ++group) {
      const gemm::GemmJob one = owned.job.element(group);
      for (std::int64_t m = 0; m < one.m(); ++m)
        for (std::int64_t n = 0; n < columns; ++n) {
          const numerics::QuantParams& pa = a.params[a.is_grouped() ? static_cast<std::size_t>(m / positions) : 0];
          const numerics::QuantParams& pb =
              b.params[b.is_grouped() ? static_cast<std::size_t>(group * columns + n) : 0];
          std::int64_t sum = 0;
          for (std::int64_t k = 0; k < one.k(); ++k) sum += (one.a.code(m, k) - pa.zero_point) * one.b.code(n, k);
          const float value = static_cast<float>(sum) * (pa.scale * pb.scale), expected = add ? 3 + value : value;
          REQUIRE(out[static_cast<std::size_t>(m * shape.out_channels + group * columns + n)] == expected);
          total += std::abs(static_cast<double>(sum)) * static_cast<double>(pa.scale * pb.scale);
        }
    }
    CHECK(scales.mean_magnitude(sums) == Approx(total / static_cast<double>(out.size())));
  }
}

TEST_CASE("M5: the mean magnitude adds the groups in ascending order, A's outermost") {
  const gemm::CodeTensor a = gemm::matrix({8, false}, 0, 3, 1, {1, 2, 3});
  const gemm::CodeTensor b = gemm::matrix({8, false}, 0, 2, 1, {5, 7});
  gemm::GemmJob job;
  job.a = gemm::whole(a);
  job.b = gemm::whole(b);
  const float sa[] = {0.1f, 0.7f, 1e-9f}, sb[] = {0.3f, 1e8f};
  ScaleGroups of_a{ScaleAxis::kImages, {}}, of_b{ScaleAxis::kImages, {}};
  for (const float s : sa) of_a.params.push_back(params(a.format, s, 0));
  for (const float s : sb) of_b.params.push_back(params(b.format, s, 0));
  gemm::Accumulators sums;
  gemm::ReferenceBackend().run(job, sums);
  double expected = 0;
  for (int m = 0; m < 3; ++m)
    for (int n = 0; n < 2; ++n) {
      const volatile float scale = sa[m] * sb[n];
      expected += static_cast<double>(sums.at(m, n)) * static_cast<double>(scale);
    }
  CHECK(JobScales(job, of_a, of_b).mean_magnitude(sums) == expected / 6);
}

TEST_CASE("Z5: a scale along K is refused by layer, pass and operand") {
  Random random(53);
  gemm::ConvShape shape{2, 5, 5, 3, 5, 5, 4, 3, 3, 1, 1};
  Convolution conv(shape);
  struct Case {
    Pass pass;
    bool of_a;
    ScaleAxis axis;
    const char* message;
  };
  for (const Case& one : {Case{Pass::kForward, true, ScaleAxis::kChannels,
                               "fwd: operand a: expected scales along M, found one for every channel"},
                          {Pass::kForward, false, ScaleAxis::kChannels,
                           "fwd: operand b: expected scales along N, found one for every channel"},
                          {Pass::kDataGradient, true, ScaleAxis::kChannels,
                           "dgrad: operand a: expected scales along M, found one for every channel"},
                          {Pass::kDataGradient, false, ScaleAxis::kChannels,
                           "dgrad: operand b: expected scales along N, found one for every channel"},
                          {Pass::kWeightGradient, true, ScaleAxis::kImages,
                           "wgrad: operand a: expected scales along M, found one for every image"},
                          {Pass::kWeightGradient, false, ScaleAxis::kImages,
                           "wgrad: operand b: expected scales along N, found one for every image"}}) {
    OwnedJob owned = conv.job(one.pass, {{6, false}, {4, true}, {8, true}}, 0, random);
    owned.job.layer = "conv7";
    const ScaleGroups groups = random_groups(one.axis, one.of_a ? *owned.a : *owned.b, false, random);
    CHECK_THROWS_AS(row_scales(owned.job, one.of_a, groups), InputError);
    CHECK_THROWS_WITH(row_scales(owned.job, one.of_a, groups),
                      std::string("layer 'conv7': ") + one.message + ", along K: it cannot leave an integer sum");
  }
  // Of one channel a group, and of one image a GEMM, all of K has one scale.
  shape.groups = shape.in_channels = shape.out_channels = 4;
  Convolution depthwise(shape);
  OwnedJob owned = depthwise.job(Pass::kDataGradient, {{6, false}, {4, true}, {8, true}}, 0, random);
  const ScaleGroups by_channel = random_groups(ScaleAxis::kChannels, *owned.a, false, random);
  const RowScales scales = row_scales(owned.job, true, by_channel);
  for (std::int64_t group = 0; group < 4; ++group)
    CHECK(scales.of(group * owned.job.m() + 3).scale == by_channel.params[static_cast<std::size_t>(group)].scale);
}

TEST_CASE("Q12: the codes of a group are those of a tensor of its own, with the random bits of the whole") {
  Random random(54);
  ThreadPool threads(2);
  for (int i = 0; i < 60; ++i) {
    const FloatShape shape{random.between(1, 4), random.between(1, 5), random.between(1, 6), random.between(1, 40)};
    std::vector<float> values;
    for (std::int64_t k = 0; k < shape.size(); ++k)
      values.push_back(static_cast<float>(random.between(-1000, 1000)) * static_cast<float>(1 + k % 3) * 0x1p-7f);
    const FloatView view(values.data(), shape);
    const bool by_image = i % 2 == 0, stochastic = random.coin();
    const ScaleAxis axis = by_image ? ScaleAxis::kImages : ScaleAxis::kChannels;
    const std::vector<kernels::Range> ranges = measure_ranges(view, axis, threads);
    REQUIRE(ranges.size() == static_cast<std::size_t>(by_image ? shape.images : shape.channels));
    ScaleGroups groups{axis, {}};
    for (const kernels::Range& range : ranges)
      groups.params.push_back(stochastic ? numerics::symmetric_params(std::max(range.max, -range.min), 6)
                                         : numerics::asymmetric_params(range.min, range.max, 6));
    const numerics::RandomStream stream{7, 3, 5};
    const GridLayout layout{2 * shape.height + 3, shape.width + 2, 1, 2, {2, 1}};
    gemm::CodeTensor codes;
    std::vector<QuantizationSums> sums;
    quantize(view, groups, layout, stochastic ? std::optional(stream) : std::nullopt, threads, codes, &sums);

    std::vector<QuantizationSums> expected(ranges.size());
    std::vector<kernels::Range> expected_ranges(ranges.size());
    std::vector<std::int32_t> grid(static_cast<std::size_t>(codes.grid_offset(shape.images, 0, 0)));
    for (std::size_t byte = 0; byte < grid.size(); ++byte) {
      const std::int64_t image = static_cast<std::int64_t>(byte) / codes.grid_offset(1, 0, 0);
      const std::int64_t channel = static_cast<std::int64_t>(byte) % shape.channels;
      grid[byte] = groups.params[static_cast<std::size_t>(by_image ? image : channel)].zero_point;
    }
    std::size_t element = 0;
    for (std::int64_t image = 0; image < shape.images; ++image)
      for (std::int64_t y = 0; y < shape.height; ++y)
        for (std::int64_t x = 0; x < shape.width; ++x)
          for (std::int64_t c = 0; c < shape.channels; ++c, ++element) {
            const auto group = static_cast<std::size_t>(by_image ? image : c);
            const numerics::QuantParams& p = groups.params[group];
            const std::int32_t code = stochastic
                                          ? numerics::quantize_stochastic(values[element], p, stream.bits16(element))
                                          : numerics::quantize_nearest(values[element], p);
            grid[static_cast<std::size_t>(codes.offset(image, y, x) + c)] = code;
            expected[group].error_q16 += numerics::quantization_error_q16(values[element], code, p);
            if (!stochastic) expected[group].abs_codes += std::abs(code - p.zero_point);
            expected_ranges[group].min = std::min(expected_ranges[group].min, values[element]);
            expected_ranges[group].max = std::max(expected_ranges[group].max, values[element]);
          }
    for (std::size_t byte = 0; byte < grid.size(); ++byte)
      REQUIRE(codes.code_at(static_cast<std::int64_t>(byte)) == grid[byte]);
    REQUIRE(sums.size() == expected.size());
    for (std::size_t group = 0; group < sums.size(); ++group) {
      CHECK(sums[group].error_q16 == expected[group].error_q16);
      CHECK(sums[group].abs_codes == expected[group].abs_codes);
      CHECK(ranges[group].min == expected_ranges[group].min);
      CHECK(ranges[group].max == expected_ranges[group].max);
    }
  }
}

}  // namespace ampa::quant

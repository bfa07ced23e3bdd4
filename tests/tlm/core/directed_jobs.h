// Jobs of known sizes for a core.
#pragma once

#include <vector>

#include "gemm/gemm_job.h"
#include "rtl/core/core_model.h"

namespace ampa::rtl {

// A linear layer: M rows against N rows, depth K; codes that count up.
struct LinearJob {
  LinearJob(std::int64_t m, std::int64_t n, std::int64_t k, CodeFormat a_format, CodeFormat b_format) {
    const auto codes = [](CodeFormat format, std::int64_t count) {
      std::vector<std::int32_t> list;
      for (std::int64_t i = 0; i < count; ++i)
        list.push_back(format.code_at(static_cast<std::int32_t>(i % format.num_codes())));
      return list;
    };
    a = gemm::matrix(a_format, 0, m, k, codes(a_format, m * k));
    b = gemm::matrix(b_format, 0, n, k, codes(b_format, n * k));
    job.a = gemm::whole(a);
    job.b = gemm::whole(b);
  }
  LinearJob(const LinearJob&) = delete;
  LinearJob& operator=(const LinearJob&) = delete;

  gemm::CodeTensor a, b;
  gemm::GemmJob job;
};

// A weight gradient of a 1 x 1 convolution: out_channels x in_channels sums over images * height * width positions, all
// codes at their largest magnitude: the smallest code of a signed format, the largest of an unsigned one.
struct WeightGradientJob {
  WeightGradientJob(std::int64_t images, std::int64_t height, std::int64_t width, std::int64_t out_channels,
                    std::int64_t in_channels, CodeFormat a_format, CodeFormat b_format) {
    gemm::resize(a, a_format, 0, images, height, width, out_channels);
    gemm::resize(b, b_format, 0, images, height, width, in_channels);
    for (gemm::CodeTensor* tensor : {&a, &b}) {
      const CodeFormat format = tensor->format;
      gemm::fill_codes(*tensor, [&] { return format.is_signed ? format.min_code() : format.max_code(); });
    }
    job.pass = gemm::Pass::kWeightGradient;
    job.a = {&a, 1, 1, 1, height, width, 0, 0, true};
    job.b = {&b, 1, 1, 1, height, width, 0, 0, true};
  }
  WeightGradientJob(const WeightGradientJob&) = delete;
  WeightGradientJob& operator=(const WeightGradientJob&) = delete;

  gemm::CodeTensor a, b;
  gemm::GemmJob job;
};

}  // namespace ampa::rtl

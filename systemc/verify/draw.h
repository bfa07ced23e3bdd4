// Random draws of one generated job.
#pragma once

#include <cstdint>

#include "gemm/code_tensor.h"
#include "numerics/random_stream.h"
#include "timing/pe_formats.h"

namespace ampa::systemc {

class Draw {
 public:
  Draw(std::uint64_t seed, std::int64_t index) : stream_{seed, static_cast<std::uint32_t>(index), 0} {}

  // Uniform over [low, high] but for a bias below (high - low + 1) / 2^32.
  std::int64_t uniform(std::int64_t low, std::int64_t high) {
    const auto range = static_cast<std::uint64_t>(high - low + 1);
    return low + static_cast<std::int64_t>(stream_.bits32(next_++) * range >> 32);
  }
  bool flip() { return uniform(0, 1) == 1; }
  // A format that the processing element runs.
  CodeFormat format(timing::Pe pe) {
    CodeFormat format;
    do format = {static_cast<Bits>(uniform(kMinOperandBits, kMaxBits)), flip()};
    while (!timing::is_supported(pe, format));
    return format;
  }
  std::int32_t code(CodeFormat format) {
    return format.code_at(static_cast<std::int32_t>(uniform(0, format.num_codes() - 1)));
  }
  // Unsigned and two-level formats have any code as zero point, other signed ones 0.
  std::int32_t zero_point(CodeFormat format) { return format.is_signed && !format.is_two_level() ? 0 : code(format); }

  // Writes every code of the tensor: of one tensor in four only the extremes.
  void fill(gemm::CodeTensor& tensor) {
    const bool is_extreme = uniform(0, 3) == 0;
    for (std::int64_t image = 0; image < tensor.images; ++image)
      for (std::int64_t y = 0; y < tensor.height; ++y)
        for (std::int64_t x = 0; x < tensor.width; ++x)
          for (std::int64_t channel = 0; channel < tensor.channels; ++channel) {
            std::int32_t value = code(tensor.format);
            if (is_extreme) value = flip() ? tensor.format.max_code() : tensor.format.min_code();
            tensor.bytes[static_cast<std::size_t>(tensor.offset(image, y, x) + channel)] =
                static_cast<std::uint8_t>(value);
          }
  }

 private:
  numerics::RandomStream stream_;
  std::uint64_t next_ = 0;
};

}  // namespace ampa::systemc

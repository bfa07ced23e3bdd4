#include "verify/draw.h"

namespace ampa::systemc {

void Draw::fill(gemm::CodeTensor& tensor) {
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

}  // namespace ampa::systemc

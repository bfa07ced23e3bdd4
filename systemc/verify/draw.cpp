#include "verify/draw.h"

namespace ampa::verify {

void Draw::fill(gemm::CodeTensor& tensor) {
  const bool is_extreme = uniform(0, 3) == 0;
  gemm::fill_codes(tensor, [&] {
    const std::int32_t value = code(tensor.format);
    return !is_extreme ? value : flip() ? tensor.format.max_code() : tensor.format.min_code();
  });
}

}  // namespace ampa::verify

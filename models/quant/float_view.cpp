#include "quant/float_view.h"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

namespace ampa::quant {

kernels::Range RowSource::limits(std::int64_t /*image*/) const {
  return {-std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity(), true};
}

FloatView::FloatView(const RowSource& rows, const FloatShape& shape) : FloatShape(shape), source(&rows) {
  const FloatShape found = rows.shape();
  if (found.images != images || found.image_size() != image_size())
    throw std::logic_error(fmt::format("view of a row source: expected {} images of {} elements, found {} of {}",
                                       images, image_size(), found.images, found.image_size()));
}

std::int64_t block_size(const FloatShape& rows) {
  constexpr std::int64_t kBlockValues = 512;
  const std::int64_t row_size = std::max<std::int64_t>(1, rows.row_size());
  return row_size * std::max<std::int64_t>(1, kBlockValues / row_size);
}

std::vector<float> all_values(const FloatView& tensor) {
  std::vector<float> values(static_cast<std::size_t>(tensor.size()));
  for (std::int64_t image = 0; image < tensor.images; ++image)
    for_each_block(tensor, image, [&](std::int64_t first, std::int64_t count, const float* x) {
      std::copy_n(x, count, values.begin() + image * tensor.image_size() + first);
    });
  return values;
}

}  // namespace ampa::quant

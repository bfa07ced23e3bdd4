#include "data/labels.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa::data {

void check_labels(const std::filesystem::path& path, const std::uint8_t* labels, std::int64_t count,
                  std::int64_t stride, std::int64_t num_classes) {
  for (std::int64_t i = 0; i < count; ++i)
    if (labels[i * stride] >= num_classes)
      throw InputError(fmt::format("{}: record {}: expected a label in 0..{}, found {}", path.string(), i,
                                   num_classes - 1, labels[i * stride]));
}

}  // namespace ampa::data

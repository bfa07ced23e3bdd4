#include "data/digest.h"

#include <fmt/format.h>

#include <string_view>

#include "common/atomic_file.h"

namespace ampa::data {
namespace {

std::string sha256_of(const std::vector<std::uint8_t>& bytes) {
  return sha256_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

std::string digest(const LabelledImages& images) {
  return sha256_hex(fmt::format("{} {} {} {} {} {} {}", images.shape.height, images.shape.width, images.shape.channels,
                                images.num_classes, images.count(), sha256_of(images.pixels),
                                sha256_of(images.labels)));
}

}  // namespace ampa::data

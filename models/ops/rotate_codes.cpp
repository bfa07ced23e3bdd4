#include "ops/rotate_codes.h"

namespace ampa::ops {

void RotateCodes::run(ir::Frame&, ir::StepContext& context) {
  rotated_.params = weights_.params;
  rotated_.groups = rotated_groups();
  gemm::resize(rotated_.tensor, weights_.params.format, weights_.tensor.zero_point, geometry_.in.channels,
               geometry_.kernel.y, geometry_.kernel.x, geometry_.out_group().channels);
  rotate_weights(geometry_, weights_.tensor.bytes.data(), rotated_.tensor.bytes.data(), *context.threads);
}

// Images of the weights are channels of what is rotated, along the depth of its product unless a group has one, and
// channels are images.
quant::ScaleGroups RotateCodes::rotated_groups() const {
  const quant::ScaleGroups& groups = weights_.groups;
  const std::int64_t in_group = geometry_.in_group().channels;
  const bool by_image = groups.axis == quant::ScaleAxis::kImages;
  if (!groups.is_grouped()) return groups;
  if (by_image && geometry_.out_group().channels > 1) return {quant::ScaleAxis::kChannels, groups.params};
  quant::ScaleGroups of_images{quant::ScaleAxis::kImages, {}};
  for (std::int64_t i = 0; i < geometry_.in.channels; ++i)
    of_images.params.push_back(groups.params[static_cast<std::size_t>(by_image ? i / in_group : i % in_group)]);
  return of_images;
}

}  // namespace ampa::ops

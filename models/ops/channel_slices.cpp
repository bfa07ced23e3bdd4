#include "ops/channel_slices.h"

#include <algorithm>

namespace ampa::ops {

void TakeChannels::run(ir::Frame& frame, ir::StepContext& context) {
  const ir::Tensor& x = frame.at(reads()[0]);
  ir::Tensor& out = frame[writes()[0]];
  out.resize(x.images, x.height, x.width, slice_.count);
  context.threads->for_each_part(x.images, [&](std::int64_t image) {
    for (std::int64_t i = 0; i < x.height * x.width; ++i)
      std::copy_n(x.image(image) + i * x.channels + slice_.first, slice_.count, out.image(image) + i * slice_.count);
  });
}

void PutChannels::run(ir::Frame& frame, ir::StepContext& context) {
  const quant::FloatShape shape = frame.at(reads()[0]).shape();
  ir::Tensor& out = frame[writes()[0]];
  out.resize(shape.images, shape.height, shape.width, total_);
  context.threads->for_each_part(shape.images, [&](std::int64_t image) {
    for (std::int64_t i = 0; i < shape.height * shape.width; ++i) {
      float* const begin = out.image(image) + i * total_;
      float* at = std::fill_n(begin, first_, 0.0f);
      for (const ir::ValueId input : reads()) {
        const ir::Tensor& x = frame.at(input);
        at = std::copy_n(x.image(image) + i * x.channels, x.channels, at);
      }
      std::fill(at, begin + total_, 0.0f);
    }
  });
}

}  // namespace ampa::ops

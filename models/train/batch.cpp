#include "train/batch.h"

namespace ampa::train {

std::vector<const ir::Tensor*> Batch::target_list() const {
  std::vector<const ir::Tensor*> list;
  for (const ir::Tensor& target : targets) list.push_back(&target);
  return list;
}

void read_batch(const data::Source& source, data::Part part, const std::int64_t* indices, std::int64_t size,
                const data::Variation& variation, Batch& batch) {
  const data::SourceShape& shape = source.shape();
  batch.targets.resize(shape.targets.size());
  const auto resize = [size](ir::Tensor& tensor, const ir::Shape& sample) {
    tensor.resize(size, sample.height, sample.width, sample.channels);
  };
  resize(batch.input, shape.input.shape);
  for (std::size_t i = 0; i < batch.targets.size(); ++i) resize(batch.targets[i], shape.targets[i].shape);
  std::vector<float*> out(1 + batch.targets.size());
  for (std::int64_t sample = 0; sample < size; ++sample) {
    out[0] = batch.input.image(sample);
    for (std::size_t i = 0; i < batch.targets.size(); ++i) out[1 + i] = batch.targets[i].image(sample);
    source.read(part, indices[sample], variation, out.data());
  }
}

}  // namespace ampa::train

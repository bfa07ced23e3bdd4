#include "train/width_bank.h"

#include <fmt/format.h>

namespace ampa::train {

WidthBank::WidthBank(const ir::Program& program, optim::Optimizer& optimizer, std::vector<Bits> widths)
    : widths_(std::move(widths)) {
  const std::vector<ir::Parameter*> parameters = program.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i]->is_of_width) continue;
    tensors_.push_back({parameters[i]->name, "value", &parameters[i]->value});
    for (const optim::StateTensor& state : optimizer.state(i))
      tensors_.push_back({parameters[i]->name, state.kind, state.values});
  }
  for (const ir::Buffer& buffer : program.buffers())
    if (buffer.of == ir::BufferOf::kWidth) tensors_.push_back({buffer.name, "buffer", buffer.value});
  std::vector<Eigen::ArrayXf> values;
  for (const NamedTensor& tensor : tensors_) values.push_back(*tensor.values);
  kept_.assign(widths_.size(), values);
}

void WidthBank::use(std::size_t index) {
  if (index == in_use_) return;
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    tensors_[i].values->swap(kept_[in_use_][i]);
    tensors_[i].values->swap(kept_.at(index)[i]);
  }
  in_use_ = index;
}

std::vector<NamedTensor> WidthBank::resting() {
  std::vector<NamedTensor> list;
  for (std::size_t width = 0; width < widths_.size(); ++width) {
    if (width == in_use_) continue;
    for (std::size_t i = 0; i < tensors_.size(); ++i)
      list.push_back({fmt::format("{}@{}", tensors_[i].name, widths_[width]), tensors_[i].kind, &kept_[width][i]});
  }
  return list;
}

}  // namespace ampa::train

#include "train/width_bank.h"

#include <fmt/format.h>

namespace ampa::train {

WidthBank::WidthBank(const ir::Network& network, const ir::Program& program, optim::Optimizer& optimizer,
                     std::vector<Bits> widths, bool with_transitions)
    : widths_(std::move(widths)), with_transitions_(with_transitions) {
  const auto add = [&](const std::string& name, const std::string& kind, Eigen::ArrayXf* values) {
    Banked banked{{name, kind, values}, width_place(network, name), {}, 0};
    banked.kept.assign(is_pair(banked) ? widths_.size() * widths_.size() : widths_.size(), *values);
    tensors_.push_back(std::move(banked));
  };
  const std::vector<ir::Parameter*> parameters = program.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i]->is_of_width) continue;
    add(parameters[i]->name, "value", &parameters[i]->value);
    for (const optim::StateTensor& state : optimizer.state(i)) add(parameters[i]->name, state.kind, state.values);
  }
  for (const ir::Buffer& buffer : program.buffers())
    if (buffer.of == ir::BufferOf::kWidth) add(buffer.name, "buffer", buffer.value);
}

void WidthBank::use(const std::vector<std::size_t>& choice) {
  for (Banked& banked : tensors_) {
    const std::size_t width = choice.at(banked.place.layer);
    const std::size_t wanted = is_pair(banked) ? index(width, choice.at(banked.place.before)) : width;
    if (wanted == banked.in_use) continue;
    banked.tensor.values->swap(banked.kept[banked.in_use]);
    banked.tensor.values->swap(banked.kept[wanted]);
    banked.in_use = wanted;
  }
}

void WidthBank::start_transitions() {
  for (Banked& banked : tensors_) {
    if (!is_pair(banked)) continue;
    for (std::size_t width = 0; width < widths_.size(); ++width)
      for (std::size_t before = 0; before < widths_.size(); ++before)
        if (before != width)
          banked.kept[index(width, before)] = width == 0 ? *banked.tensor.values : banked.kept[index(width, width)];
  }
}

std::vector<NamedTensor> WidthBank::resting() {
  std::vector<NamedTensor> list;
  const auto add = [&](Banked& banked, std::size_t at, const std::string& width) {
    if (at != banked.in_use)
      list.push_back({fmt::format("{}@{}", banked.tensor.name, width), banked.tensor.kind, &banked.kept[at]});
  };
  for (std::size_t width = 0; width < widths_.size(); ++width)
    for (Banked& banked : tensors_)
      add(banked, is_pair(banked) ? index(width, width) : width, fmt::format("{}", widths_[width]));
  for (std::size_t width = 0; width < widths_.size(); ++width)
    for (std::size_t before = 0; before < widths_.size(); ++before)
      for (Banked& banked : tensors_)
        if (before != width && is_pair(banked))
          add(banked, index(width, before), fmt::format("{}-{}", widths_[width], widths_[before]));
  return list;
}

}  // namespace ampa::train

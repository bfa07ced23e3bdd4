#include "quant/tensor_rule.h"

#include <vector>

namespace ampa::quant {
namespace {

// The values of every group next to each other; those of a whole tensor or of images where they are.
class Groups {
 public:
  Groups(const FloatView& tensor, ScaleAxis axis) {
    if (tensor.source) read_ = all_values(tensor);
    const float* const values = tensor.source ? read_.data() : tensor.data;
    const std::int64_t size = tensor.size(), image_size = tensor.image_size(), channels = tensor.channels;
    if (axis == ScaleAxis::kNone) {
      list_.push_back({values, size, 0, 1});
    } else if (axis == ScaleAxis::kImages) {
      for (std::int64_t image = 0; image < tensor.images; ++image)
        list_.push_back({values + image * image_size, image_size, image * image_size, 1});
    } else {
      const std::int64_t count = size / channels;
      gathered_.resize(static_cast<std::size_t>(size));
      for (std::int64_t i = 0; i < size; ++i)
        gathered_[static_cast<std::size_t>(i % channels * count + i / channels)] = values[i];
      for (std::int64_t c = 0; c < channels; ++c) list_.push_back({gathered_.data() + c * count, count, c, channels});
    }
  }
  const ValueGroup& operator[](std::size_t group) const { return list_[group]; }

 private:
  std::vector<float> read_, gathered_;
  std::vector<ValueGroup> list_;
};

}  // namespace

TensorRule default_rule(OperandKind kind) {
  TensorRule rule;
  if (kind == OperandKind::kActivation) rule.form = &numerics::affine_form();
  if (kind == OperandKind::kGradient) rule.rounding = numerics::Rounding::kStochastic;
  return rule;
}

ScaleGroups choose_scales(const FloatView& tensor, ScaleAxis axis, const TensorRule& rule, const Encoding& encoding,
                          const std::optional<kernels::Range>& known_range, std::int64_t step, bool is_training,
                          ClippingMemory memory, ThreadPool& threads) {
  std::vector<kernels::Range> found;
  if (axis == ScaleAxis::kNone) {
    found.push_back(known_range ? *known_range : measure_range(tensor, threads));
    check_finite(found.front());
  } else {
    found = measure_ranges(tensor, axis, threads);
  }
  const ClippingRule& clipping = *rule.clipping.rule;
  std::optional<Groups> groups;
  if (clipping.reads_values) groups.emplace(tensor, axis);
  const auto num_groups = static_cast<std::int64_t>(found.size());
  const bool remembers = clipping.memory > 0 && memory.size == num_groups * clipping.memory;
  ScaleGroups scales{axis, std::vector<numerics::QuantParams>(found.size())};
  const auto choose = [&](std::int64_t group) {
    const auto index = static_cast<std::size_t>(group);
    const ClippingTask task{groups ? (*groups)[index] : ValueGroup{},
                            found[index],
                            encoding,
                            step,
                            remembers ? memory.numbers + group * clipping.memory : nullptr,
                            is_training};
    scales.params[index] = encoding.params(rule.clipping.clip(task));
  };
  if (clipping.reads_values)
    threads.for_each_part(num_groups, choose);
  else
    for (std::int64_t group = 0; group < num_groups; ++group) choose(group);
  return scales;
}

}  // namespace ampa::quant

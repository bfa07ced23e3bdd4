#include "data/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "common/error.h"
#include "data/shuffle.h"

namespace ampa::data {
namespace {

constexpr double kMaxSamples = 1e9;
constexpr std::int64_t kSplitEpoch = 0xFFFFFFFF;  // of no run

void check(const JsonReader& reader, const Json& values) {
  const Json& asked = values.at("validation");
  if (asked.is_null()) return;
  const auto number = asked.get<double>();
  if (number >= 1 && number != std::floor(number))
    reader.fail("validation", "a fraction below 1 or a whole number of samples", asked.dump());
}

// The class of every training sample; the same for all where samples have no single label.
std::vector<float> classes_of(const Source& source) {
  const auto count = static_cast<std::size_t>(source.count(Part::kTrain));
  std::vector<float> classes(count, 0.0f);
  const SourceShape& shape = source.shape();
  if (shape.targets.size() != 1 || shape.targets[0].shape.size() != 1) return classes;
  std::vector<float> input(static_cast<std::size_t>(shape.input.shape.size()));
  for (std::size_t i = 0; i < count; ++i) {
    float* const out[] = {input.data(), &classes[i]};
    source.read(Part::kTrain, static_cast<std::int64_t>(i), {}, out);
  }
  return classes;
}

// Of `num_held_out` samples, those of each class: in proportion to the class's size, rounded down; what is left over
// goes, one each, to the largest remainders, of equal ones to the lower class. Integers only.
std::map<float, std::int64_t> quotas(const std::vector<float>& classes, std::int64_t num_held_out) {
  std::map<float, std::int64_t> sizes, result;
  for (const float label : classes) ++sizes[label];
  const auto total = static_cast<std::int64_t>(classes.size());
  struct Rest {
    std::int64_t remainder;
    float label;
  };
  std::vector<Rest> rests;
  std::int64_t given = 0;
  for (const auto& [label, size] : sizes) {
    given += result[label] = num_held_out * size / total;
    rests.push_back({num_held_out * size % total, label});
  }
  std::stable_sort(rests.begin(), rests.end(), [](const Rest& x, const Rest& y) { return x.remainder > y.remainder; });
  for (std::size_t i = 0; given < num_held_out; ++i, ++given) ++result[rests[i].label];
  return result;
}

}  // namespace

const settings::OwnSettings& validation_settings() {
  static const settings::OwnSettings own = {
      {settings::number("validation", NumberRange::above(0, kMaxSamples))
           .in("samples, or of the training samples")
           .about("training samples that are held out to compare settings on: a number of them, or a fraction below 1")
           .or_null()
           .by_default(nullptr)
           .by_default_words("none"),
       settings::unsigned_integer("validation_seed", std::numeric_limits<std::int64_t>::max())
           .about("of the choice of these samples")
           .by_default(1)
           .acts_only(settings::with("validation"))},
      check};
  return own;
}

std::int64_t num_held_out(const Json& options, std::int64_t num_train) {
  const Json asked = settings::resolved(validation_settings(), options).at("validation");
  if (asked.is_null()) return 0;
  const auto number = asked.get<double>();
  const auto count =
      static_cast<std::int64_t>(number < 1 ? std::floor(number * static_cast<double>(num_train)) : number);
  if (count < 1 || count >= num_train)
    throw InputError(
        fmt::format("validation: expected at least 1 and fewer than the {} training samples, found {} (asked for: {})",
                    num_train, count, asked.dump()));
  return count;
}

ValidationSplit::ValidationSplit(const Source& base, std::int64_t num_held_out, std::uint64_t seed) : base_(base) {
  const std::vector<float> classes = classes_of(base);
  std::map<float, std::int64_t> wanted = quotas(classes, num_held_out);
  std::vector<bool> is_held_out(classes.size(), false);
  for (const std::int64_t index : epoch_order(base.count(Part::kTrain), seed, kSplitEpoch)) {
    const auto i = static_cast<std::size_t>(index);
    if (wanted[classes[i]]-- > 0) is_held_out[i] = true;
  }
  for (std::size_t i = 0; i < classes.size(); ++i)
    (is_held_out[i] ? held_out_ : left_).push_back(static_cast<std::int64_t>(i));
}

void ValidationSplit::read(Part part, std::int64_t index, const Variation& variation, float* const* out) const {
  base_.read(Part::kTrain, indices(part)[static_cast<std::size_t>(index)], variation, out);
}

std::unique_ptr<ValidationSplit> split_for_validation(const Source& base, const Json& options) {
  const std::int64_t count = num_held_out(options, base.count(Part::kTrain));
  if (count == 0) return nullptr;
  const Json values = settings::resolved(validation_settings(), options);
  return std::make_unique<ValidationSplit>(base, count, values.at("validation_seed").get<std::uint64_t>());
}

}  // namespace ampa::data

#include "verify/coverage.h"

#include <algorithm>

#include "verify/coverage_reasons.h"

namespace ampa::verify {
namespace {

const std::vector<std::string> kSizeLabels{"1", "< side", "= side", "> side", "not a multiple"};
const std::vector<std::string> kEventLabels{"first", "same formats", "switched formats", "after reset"};
const std::vector<std::string> kPressureLabels{"none", "operands", "results", "both"};
const std::vector<std::string> kProductsLabels{"1", "below one word", "whole words", "part of a word"};
const std::vector<std::string> kKindLabels{" unsigned", " signed", " two-level"};  // in the order of operand_kind
const std::vector<std::string> kContainerLabels{"1-2", "3-4", "5-6", "7-8"};

std::string label_of(FormatClass format) {
  return kContainerLabels[static_cast<std::size_t>(format.container)] +
         kKindLabels[static_cast<std::size_t>(format.kind)];
}

template <class T, class Label>
Axis axis(const std::string& name, const std::vector<T>& values, const Label& label) {
  Axis result{name, {}};
  for (const T& value : values) result.labels.push_back(label(value));
  return result;
}

Cross make_cross(const std::string& name, std::vector<Axis> axes) {
  Cross cross{name, std::move(axes), {}};
  std::size_t size = 1;
  for (const Axis& axis : cross.axes) size *= axis.labels.size();
  cross.counts.assign(size, 0);
  return cross;
}

template <class T>
int position(const std::vector<T>& values, const T& value) {
  return static_cast<int>(std::find(values.begin(), values.end(), value) - values.begin());
}

Event event_of(const gemm::JobShape& shape, const rtl::Stress& stress, const gemm::JobShape* previous) {
  if (stress.reset_cycle > 0) return Event::kReset;
  if (previous == nullptr) return Event::kFirst;
  return previous->a == shape.a && previous->b == shape.b ? Event::kSame : Event::kSwitch;
}

// Of any processing element.
const std::vector<CodeFormat>& all_formats() {
  static const std::vector<CodeFormat> formats = [] {
    std::vector<CodeFormat> all;
    for (Bits bits = kMinOperandBits; bits <= kMaxBits; ++bits)
      for (const bool is_signed : {false, true}) all.push_back({bits, is_signed});
    return all;
  }();
  return formats;
}

Bin bin_at(const Cross& cross, std::size_t index) {
  Bin bin;
  const std::vector<int> labels = cross.labels_of(index);
  for (std::size_t i = 0; i < labels.size(); ++i)
    bin.labels.emplace_back(cross.axes[i].name, cross.axes[i].labels[static_cast<std::size_t>(labels[i])]);
  return bin;
}

}  // namespace

SizeClass size_class(std::int64_t extent, std::int64_t side) {
  if (extent == 1) return SizeClass::kOne;
  if (extent < side) return SizeClass::kBelow;
  if (extent == side) return SizeClass::kEqual;
  return extent % side == 0 ? SizeClass::kMultiple : SizeClass::kRagged;
}

ProductsClass products_class(std::int64_t products, std::int64_t macs) {
  if (products == 1) return ProductsClass::kOne;
  if (products < macs) return ProductsClass::kBelowWord;
  return products % macs == 0 ? ProductsClass::kWholeWords : ProductsClass::kPartOfWord;
}

Pressure pressure_of(const rtl::Stress& stress) {
  return static_cast<Pressure>((stress.operand_stall_percent > 0 ? 1 : 0) + (stress.result_stall_percent > 0 ? 2 : 0));
}

FormatClass class_of(CodeFormat format) {
  return {(format.bits + 1) / 2 - 1, timing::operand_kind(format)};
}

std::vector<FormatClass> format_classes(const PointSpace& space) {
  std::vector<FormatClass> classes;
  for (const CodeFormat format : space.formats())
    if (position(classes, class_of(format)) == static_cast<int>(classes.size())) classes.push_back(class_of(format));
  return classes;
}

std::size_t Cross::index(const std::vector<int>& labels) const {
  std::size_t index = 0;
  for (std::size_t i = 0; i < axes.size(); ++i)
    index = index * axes[i].labels.size() + static_cast<std::size_t>(labels[i]);
  return index;
}

std::vector<int> Cross::labels_of(std::size_t index) const {
  std::vector<int> labels(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    labels[i] = static_cast<int>(index % axes[i].labels.size());
    index /= axes[i].labels.size();
  }
  return labels;
}

std::int64_t Cross::num_hit() const {
  return static_cast<std::int64_t>(counts.size()) - std::count(counts.begin(), counts.end(), 0);
}

Coverage::Coverage(const PointSpace& space) : space_(space), classes_(format_classes(space)) {
  const auto format_axis = [&](const char* name) {
    return axis(name, all_formats(), [](CodeFormat format) { return to_string(format); });
  };
  const auto class_axis = [&](const char* name) { return axis(name, classes_, label_of); };
  const Axis rows{"rows", kSizeLabels}, cols{"columns", kSizeLabels}, pressure{"back-pressure", kPressureLabels};
  crosses_.push_back(make_cross("formats", {format_axis("a"), format_axis("b")}));
  crosses_.push_back(
      make_cross("stress", {class_axis("a"), class_axis("b"), rows, pressure, {"before", kEventLabels}}));
  crosses_.push_back(make_cross("sizes", {rows, cols, {"products", kProductsLabels}, pressure}));
}

void Coverage::add(const gemm::JobShape& shape, const rtl::Stress& stress, const gemm::JobShape* previous) {
  const timing::HardwarePoint& point = space_.point();
  const Extents extents = space_.extents(shape);
  const int rows = static_cast<int>(size_class(extents.rows, point.rows));
  const int cols = static_cast<int>(size_class(extents.cols, point.cols));
  const int pressure = static_cast<int>(pressure_of(stress));
  const auto hit = [&](std::size_t cross, const std::vector<int>& labels) {
    ++crosses_[cross].counts[crosses_[cross].index(labels)];
  };
  hit(0, {position(all_formats(), shape.a), position(all_formats(), shape.b)});
  hit(1, {position(classes_, class_of(shape.a)), position(classes_, class_of(shape.b)), rows, pressure,
          static_cast<int>(event_of(shape, stress, previous))});
  hit(2, {rows, cols, static_cast<int>(products_class(shape.k, space_.macs(shape.a, shape.b))), pressure});
}

std::vector<Hole> Coverage::holes() const {
  std::vector<Hole> holes;
  for (const Cross& cross : crosses_)
    for (std::size_t i = 0; i < cross.counts.size(); ++i) {
      if (cross.counts[i] != 0) continue;
      const Bin bin = bin_at(cross, i);
      holes.push_back({cross.name, bin.words(), reason_for_hole(space_.point(), bin)});
    }
  return holes;
}

std::vector<std::string> bins_not_met(const Cross& cross) {
  std::vector<std::string> bins;
  for (std::size_t i = 0; i < cross.counts.size(); ++i)
    if (cross.counts[i] == 0) bins.push_back(bin_at(cross, i).words());
  return bins;
}

}  // namespace ampa::verify

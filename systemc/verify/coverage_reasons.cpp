#include "verify/coverage_reasons.h"

#include <algorithm>
#include <initializer_list>

namespace ampa::verify {
namespace {

struct Reason {
  const char* why;
  bool (*applies)(const timing::HardwarePoint& point, const Bin& bin);
};

bool is_in(const Bin& bin, std::initializer_list<const char*> axes, std::initializer_list<const char*> labels) {
  for (const char* axis : axes)
    for (const char* label : labels)
      if (bin.is(axis, label)) return true;
  return false;
}

bool holds_one_product(const timing::HardwarePoint& point) {
  return point.pe == timing::Pe::kInt8 || point.pe == timing::Pe::kMul8;
}

constexpr Reason kReasons[] = {
    {"the processing element does not run operands of one bit",
     [](const timing::HardwarePoint& point, const Bin& bin) {
       return !timing::is_supported(point.pe, {1, false}) && is_in(bin, {"a", "b"}, {"u1"});
     }},
    {"the processing element does not run two-level operands",
     [](const timing::HardwarePoint& point, const Bin& bin) {
       return !timing::is_supported(point.pe, {1, true}) && is_in(bin, {"a", "b"}, {"two-level"});
     }},
    {"a packed word holds one product",
     [](const timing::HardwarePoint& point, const Bin& bin) {
       return holds_one_product(point) && is_in(bin, {"products"}, {"below one word", "part of a word"});
     }},
    {"more than one row of a weight-stationary array is more than one word of K",
     [](const timing::HardwarePoint& point, const Bin& bin) {
       return point.dataflow == timing::Dataflow::kWeightStationary && !bin.is("rows", "1") &&
              is_in(bin, {"products"}, {"1", "below one word"});
     }},
    {"one row of a weight-stationary array is at most one word of K",
     [](const timing::HardwarePoint& point, const Bin& bin) {
       return point.dataflow == timing::Dataflow::kWeightStationary && bin.is("rows", "1") &&
              bin.is("products", "part of a word");
     }},
    {"a word of one product is of class \"1\"",
     [](const timing::HardwarePoint& point, const Bin& bin) {
       return point.dataflow == timing::Dataflow::kWeightStationary && holds_one_product(point) &&
              bin.is("rows", "1") && bin.is("products", "whole words");
     }},
    {"a side of 1 is class \"1\"",
     [](const timing::HardwarePoint& point, const Bin& bin) {
       return (point.rows == 1 && bin.is("rows", "= side")) || (point.cols == 1 && bin.is("columns", "= side"));
     }},
    {"no size lies between 1 and the side",
     [](const timing::HardwarePoint& point, const Bin& bin) {
       return (point.rows <= 2 && bin.is("rows", "< side")) || (point.cols <= 2 && bin.is("columns", "< side"));
     }},
    {"every size is a multiple of a side of 1",
     [](const timing::HardwarePoint& point, const Bin& bin) {
       return (point.rows == 1 && bin.is("rows", "not a multiple")) ||
              (point.cols == 1 && bin.is("columns", "not a multiple"));
     }},
};

}  // namespace

bool Bin::is(std::string_view axis, std::string_view label) const {
  return std::any_of(labels.begin(), labels.end(),
                     [&](const auto& entry) { return entry.first == axis && entry.second == label; });
}

std::string Bin::words() const {
  std::string words;
  for (const auto& [axis, label] : labels) words += (words.empty() ? "" : ", ") + axis + ": " + label;
  return words;
}

std::string reason_for_hole(const timing::HardwarePoint& point, const Bin& bin) {
  for (const Reason& reason : kReasons)
    if (reason.applies(point, bin)) return reason.why;
  return {};
}

}  // namespace ampa::verify

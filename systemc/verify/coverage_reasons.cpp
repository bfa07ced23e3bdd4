#include "verify/coverage_reasons.h"

#include <algorithm>

namespace ampa::systemc {
namespace {

struct Reason {
  const char* why;
  bool (*applies)(const timing::HardwarePoint& point, const Bin& bin);
};

constexpr Reason kReasons[] = {
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

}  // namespace ampa::systemc

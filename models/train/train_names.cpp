#include "train/train_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"

namespace ampa::train {
namespace {

template <typename T>
struct Named {
  const char* name;
  T value;
};
constexpr Named<Augmentation> kAugmentations[] = {{"none", Augmentation::kNone},
                                                  {"flip-crop", Augmentation::kFlipCrop}};

template <typename T, std::size_t N>
std::vector<std::string> names(const Named<T> (&table)[N]) {
  std::vector<std::string> list;
  for (const Named<T>& row : table) list.push_back(row.name);
  return list;
}

template <typename T, std::size_t N>
std::string name_in(const Named<T> (&table)[N], T value) {
  for (const Named<T>& row : table)
    if (row.value == value) return row.name;
  throw RunError("train config: a value outside its enumeration");
}

template <typename T, std::size_t N>
T value_in(const Named<T> (&table)[N], const std::string& name) {
  for (const Named<T>& row : table)
    if (row.name == name) return row.value;
  throw RunError("train config: a name outside its table: " + name);
}

}  // namespace

std::vector<std::string> scheme_names() {
  std::vector<std::string> list = {"fp32"};
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits) list.push_back(to_string({SchemeKind::kFixed, bits}));
  list.push_back("ampa");
  return list;
}

Scheme scheme_from_string(const std::string& name, const std::string& source) {
  if (name == "fp32") return {SchemeKind::kFp32, 8};
  if (name == "ampa") return {SchemeKind::kAmpa, 8};
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits)
    if (const Scheme fixed{SchemeKind::kFixed, bits}; to_string(fixed) == name) return fixed;
  throw InputError(
      fmt::format("{}: scheme: expected one of {}, found \"{}\"", source, fmt::join(scheme_names(), ", "), name));
}

std::string to_string(Scheme scheme) {
  switch (scheme.kind) {
    case SchemeKind::kFp32:
      return "fp32";
    case SchemeKind::kFixed:
      return fmt::format("int{}", scheme.fixed_bits);
    case SchemeKind::kAmpa:
      return "ampa";
  }
  throw RunError("train config: a scheme outside its enumeration");
}

std::vector<std::string> augmentation_names() {
  return names(kAugmentations);
}

std::string name_of(Augmentation augmentation) {
  return name_in(kAugmentations, augmentation);
}

Augmentation augmentation_from_name(const std::string& name) {
  return value_in(kAugmentations, name);
}

}  // namespace ampa::train

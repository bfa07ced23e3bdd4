#include "train/train_names.h"

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

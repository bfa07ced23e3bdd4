#include "config/train_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "common/error.h"

namespace ampa::config {
namespace {

Json number_or_text(const std::string& text) {
  const Json value = Json::parse(text, nullptr, false);
  return value.is_number() ? value : Json(text);
}

Json list_from_text(const std::string& text) {
  Json list = Json::array();
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) list.push_back(number_or_text(item));
  return list;
}

}  // namespace

const std::vector<TrainKey>& train_keys() {
  static const std::vector<TrainKey> keys = {
      {"network", KeyType::kText, false, "name of `ampa list networks`, or the path of a description (.json)"},
      {"dataset", KeyType::kText, false, "name of `ampa list datasets`"},
      {"data_dir", KeyType::kText, false, "folder of the data set, if not its default place"},
      {"scheme", KeyType::kText, false, "fp32, int2 .. int8 or ampa"},
      {"alpha", KeyType::kNumber, true, "percent of the layers whose weights rise per update"},
      {"beta", KeyType::kNumber, true, "percent of the layers whose activations rise per update"},
      {"gamma", KeyType::kNumber, true, "percent of the layers whose gradients rise per update"},
      {"itv", KeyType::kNumber, true, "interval between updates as a fraction of the epochs"},
      {"itv_epochs", KeyType::kNumber, true, "interval between updates in epochs, instead of itv"},
      {"thr", KeyType::kTextOrNumber, true, "selections at the top of its ladder after which a layer is taboo, or inf"},
      {"ladder", KeyType::kNumberList, true, "the widths that a layer climbs, such as 4,6,8"},
      {"epochs", KeyType::kNumber, false, "passes over the training images"},
      {"batch_size", KeyType::kNumber, false, "images per step"},
      {"max_train", KeyType::kNumber, false, "use the first so many training images; 0: all"},
      {"max_test", KeyType::kNumber, false, "use the first so many test images; 0: all"},
      {"seed", KeyType::kNumber, false, "of every random number of the run"},
      {"lr", KeyType::kNumber, false, "learning rate at the start"},
      {"lr_schedule", KeyType::kText, false, "constant, cosine or step"},
      {"lr_milestones", KeyType::kNumberList, false,
       "epochs at which the step schedule multiplies the rate by lr_decay"},
      {"lr_decay", KeyType::kNumber, false, "factor of the step schedule"},
      {"momentum", KeyType::kNumber, false, "of SGD"},
      {"weight_decay", KeyType::kNumber, false, "of SGD"},
      {"augment", KeyType::kText, false, "none or flip-crop"},
  };
  return keys;
}

const TrainKey* find_train_key(const std::string& name) {
  for (const TrainKey& key : train_keys())
    if (key.name == name) return &key;
  return nullptr;
}

std::string flag_of(const std::string& key) {
  std::string flag = "--" + key;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

Json value_from_text(const TrainKey& key, const std::string& text) {
  switch (key.type) {
    case KeyType::kText:
      return text;
    case KeyType::kNumber:
    case KeyType::kTextOrNumber:
      return number_or_text(text);
    case KeyType::kNumberList:
      return list_from_text(text);
  }
  throw RunError("train keys: a type outside its enumeration");
}

void overlay(Json& config, const Json& keys) {
  if (keys.contains("itv") || keys.contains("itv_epochs")) {
    config.erase("itv");
    config.erase("itv_epochs");
  }
  for (const auto& [key, value] : keys.items()) config[key] = value;
}

void set_from_text(Json& config, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    throw InputError(fmt::format("--set: expected KEY=VALUE, found \"{}\"", assignment));
  std::string name = assignment.substr(0, equals);
  std::replace(name.begin(), name.end(), '-', '_');
  const TrainKey* key = find_train_key(name);
  if (key == nullptr) {
    std::string valid;
    for (const TrainKey& known : train_keys()) valid += (valid.empty() ? "" : ", ") + known.name;
    throw InputError(fmt::format("--set: expected one of the keys {}, found \"{}\"", valid, name));
  }
  config[name] = value_from_text(*key, assignment.substr(equals + 1));
}

}  // namespace ampa::config

#include "data/class_subset.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "common/error.h"

namespace ampa::data {
namespace {

constexpr const char* kKey = "classes";

void check(const JsonReader& reader, const Json& values) {
  try {
    classes_from_string(values.at(kKey).get<std::string>(), kKey);
  } catch (const InputError&) {
    reader.fail(kKey, "numbers and ranges of classes, such as 0-4 or 0,2,7-9", values.at(kKey).dump());
  }
}

}  // namespace

settings::OwnSettings class_settings() {
  return {{settings::text(kKey)
               .as("CLASSES")
               .about("the classes that are kept, in numbers and ranges such as 0-4 or 0,2,7-9; they are numbered "
                      "anew from 0, and max_train and max_test count images of them")
               .by_default("")
               .by_default_words("all")},
          check};
}

std::vector<std::int64_t> classes_from_string(const std::string& text, const std::string& source) {
  static const std::regex kItem(R"(([0-9]{1,3})(?:-([0-9]{1,3}))?)");
  std::set<std::int64_t> classes;
  std::istringstream items(text);
  const auto fail = [&] {
    throw InputError(
        fmt::format("{}: expected numbers and ranges of classes, such as 0-4 or 0,2,7-9, found \"{}\"", source, text));
  };
  for (std::string item; std::getline(items, item, ',');) {
    std::smatch match;
    if (!std::regex_match(item, match, kItem)) fail();
    const std::int64_t first = std::stol(match[1]), last = match[2].matched ? std::stol(match[2]) : first;
    if (last < first) fail();
    for (std::int64_t i = first; i <= last; ++i) classes.insert(i);
  }
  if (!text.empty() && (classes.empty() || text.back() == ',')) fail();
  return {classes.begin(), classes.end()};
}

LabelledImages of_classes(const LabelledImages& images, const std::vector<std::int64_t>& classes,
                          std::int64_t max_count, const std::string& source) {
  if (!classes.empty() && classes.back() >= images.num_classes)
    throw InputError(
        fmt::format("{}: expected classes in 0..{}, found {}", source, images.num_classes - 1, classes.back()));
  LabelledImages kept;
  kept.shape = images.shape;
  kept.num_classes = static_cast<std::int64_t>(classes.size());
  const std::int64_t size = images.shape.size();
  for (std::int64_t i = 0; i < images.count() && (max_count == 0 || kept.count() < max_count); ++i) {
    const auto found = std::lower_bound(classes.begin(), classes.end(),
                                        static_cast<std::int64_t>(images.labels[static_cast<std::size_t>(i)]));
    if (found == classes.end() || *found != images.labels[static_cast<std::size_t>(i)]) continue;
    kept.labels.push_back(static_cast<std::uint8_t>(found - classes.begin()));
    kept.pixels.insert(kept.pixels.end(), images.pixels.begin() + i * size, images.pixels.begin() + (i + 1) * size);
  }
  return kept;
}

std::pair<LabelledImages, LabelledImages> load_classes(const SourceRequest& request, const Json& values,
                                                       const LoadImages& load) {
  const std::vector<std::int64_t> classes = classes_from_string(values.at(kKey).get<std::string>(), kKey);
  if (classes.empty()) return load(request.max_train, request.max_test);
  const auto all = load(0, 0);
  return {of_classes(all.first, classes, request.max_train, kKey),
          of_classes(all.second, classes, request.max_test, kKey)};
}

}  // namespace ampa::data

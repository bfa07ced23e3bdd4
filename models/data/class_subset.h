// Some of the classes of labelled images: the setting `classes` of the sources that have labels.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "data/dataset.h"
#include "data/source.h"

namespace ampa::data {

// "classes": numbers and ranges from 0 on, as in 0-4 or 0,2,7-9; nothing, the default, stands for all.
settings::OwnSettings class_settings();

// The numbers in ascending order, each once; empty for an empty text. Throws InputError naming `source`.
std::vector<std::int64_t> classes_from_string(const std::string& text, const std::string& source);

// The images of these classes, at most max_count of them (0: all); class classes[i] becomes i. Throws InputError naming
// `source` for a class that there is not.
LabelledImages of_classes(const LabelledImages& images, const std::vector<std::int64_t>& classes,
                          std::int64_t max_count, const std::string& source);

// Train and test images, by a loader of at most so many of each (0: all).
using LoadImages =
    std::function<std::pair<LabelledImages, LabelledImages>(std::int64_t max_train, std::int64_t max_test)>;
// What the setting and the request leave of them: max_train and max_test count images of the classes.
std::pair<LabelledImages, LabelledImages> load_classes(const SourceRequest& request, const Json& values,
                                                       const LoadImages& load);

}  // namespace ampa::data

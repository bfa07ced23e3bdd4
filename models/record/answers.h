// Which samples a run answers correctly: what tells two runs apart on the same samples, one by one.
#pragma once

#include <vector>

#include "common/json_reader.h"

namespace ampa::record {

// Of the network after the last finished epoch, by sample.
struct Answers {
  std::vector<bool> validation, test;
};

// {"validation": {"samples", "right"}, "test": ...}: right holds a hexadecimal digit for every four samples, the first
// of them its highest bit.
Json to_json(const Answers& answers);
Answers answers_from_json(JsonReader reader);  // throws InputError

// In percent of the samples. Not empty.
double percent_right(const std::vector<bool>& right);

}  // namespace ampa::record

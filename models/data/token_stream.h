// A text as numbers, cut into sequences, as a source: sample = tokens, the tokens that follow each of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/source.h"

namespace ampa::data {

// Numbers below the vocabulary's size, in the order of the text.
using Tokens = std::vector<std::int32_t>;

struct TokenText {
  std::vector<std::string> vocabulary;  // by number
  Tokens train, test;
};

// Sequence i has tokens i * length .. i * length + length - 1 as its input (1 x length x 1) and those one further as
// its target "next". What is left behind the last whole sequence is not used. A varied sample is the plain one.
// max_train and max_test keep the first so many sequences; 0: all. num_classes is the vocabulary's size. Throws
// InputError for a part without a whole sequence.
std::unique_ptr<Source> tokens_source(const std::string& name, TokenText text, std::int64_t length,
                                      std::int64_t max_train, std::int64_t max_test);

}  // namespace ampa::data

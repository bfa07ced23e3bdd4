#include <catch2/catch.hpp>

#include "common/error.h"
#include "data/token_stream.h"
#include "data_folder.h"
#include "sample.h"

namespace ampa::data {
namespace {

using Catch::Contains;

Bytes bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

// Words: <unk> 0, b (4 times), <eos> and a (3), c (1).
struct TextFolder : DataFolder {
  TextFolder() {
    write("wiki.train.tokens", bytes("a b b \n\n  a\tb c b a\n"));
    write("wiki.test.tokens", bytes("b d a <unk> c"));
  }
  std::unique_ptr<Source> load(const Json& options, std::int64_t max_train = 0) const {
    return load_source("text", path().string(), max_train, 0, options);
  }
};

}  // namespace

TEST_CASE("text: words by how often they occur, lines end in <eos>, sequences and what follows them") {
  const TextFolder folder;
  const auto source = folder.load({{"bptt", 3}});
  CHECK(source->shape().num_classes == 5);
  CHECK(source->shape().input.shape == ir::Shape{1, 3, 1});
  CHECK(source->shape().targets.at(0).name == "next");
  CHECK(source->count(Part::kTrain) == 3);  // 11 tokens: a b b . . a b c b a .
  CHECK(source->count(Part::kTest) == 1);   // 6 tokens
  const Sample first = sample_of(*source, Part::kTrain, 0), second = sample_of(*source, Part::kTrain, 1);
  CHECK(first.input == std::vector<float>{3, 1, 1});
  CHECK(first.target == std::vector<float>{1, 1, 2});
  CHECK(second.input == std::vector<float>{2, 2, 3});
  CHECK(second.target == std::vector<float>{2, 3, 1});
  CHECK(sample_of(*source, Part::kTest, 0).input == std::vector<float>{1, 0, 3});
  CHECK(sample_of(*source, Part::kTest, 0).target == std::vector<float>{0, 3, 0});
  CHECK(folder.load({{"bptt", 3}}, 2)->count(Part::kTrain) == 2);
}

TEST_CASE("text: rare words are <unk>, and the digest holds what is used") {
  const TextFolder folder;
  const auto all = folder.load({{"bptt", 3}}), frequent = folder.load({{"bptt", 3}, {"min_count", 3}});
  CHECK(frequent->shape().num_classes == 4);
  CHECK(sample_of(*frequent, Part::kTrain, 2).input == std::vector<float>{1, 0, 1});
  CHECK(all->digest(Part::kTrain) != frequent->digest(Part::kTrain));
  CHECK(all->digest(Part::kTrain) != folder.load({{"bptt", 2}})->digest(Part::kTrain));
  CHECK(all->digest(Part::kTrain) != folder.load({{"bptt", 3}}, 2)->digest(Part::kTrain));
  CHECK(all->digest(Part::kTrain) == folder.load({{"bptt", 3}}, 9)->digest(Part::kTrain));
}

TEST_CASE("text: what is missing or no text is refused by name") {
  const TextFolder folder;
  CHECK_THROWS_WITH(folder.load({{"test_part", "valid"}}), Contains("ends in valid.tokens, found none"));
  CHECK_THROWS_WITH(folder.load({{"bptt", 11}}), Contains("of more than 11 tokens (bptt), found 11"));
  CHECK_THROWS_WITH(folder.load({{"min_count", 9}}), Contains("wiki.train.tokens: min_count: expected words"));
  folder.write("wiki.valid.tokens", {'a', ' ', 0, 'b'});
  CHECK_THROWS_WITH(folder.load({{"test_part", "valid"}, {"bptt", 1}}),
                    Contains("wiki.valid.tokens: offset 2: expected text, found a byte 0"));
  folder.write("other.train.tokens", bytes("a b"));
  CHECK_THROWS_WITH(folder.load({}), Contains("ends in train.tokens, found several"));
}

TEST_CASE("grammar: a generated text is the same whatever is asked for, and its words have few successors") {
  const auto source = load_source("grammar", "", 100, 10, {{"bptt", 8}});
  CHECK(source->count(Part::kTrain) == 100);
  CHECK(source->shape().num_classes == 24);
  const auto longer = load_source("grammar", "", 50, 10, {{"bptt", 16}});
  const Sample x = sample_of(*source, Part::kTrain, 6), y = sample_of(*longer, Part::kTrain, 3);
  CHECK(std::equal(x.input.begin(), x.input.end(), y.input.begin()));
  std::vector<std::vector<int>> followers(24, std::vector<int>(24, 0));
  for (std::int64_t i = 0; i < 100; ++i) {
    const Sample sample = sample_of(*source, Part::kTrain, i);
    for (std::size_t t = 0; t < 8; ++t)
      ++followers[static_cast<std::size_t>(sample.input[t])][static_cast<std::size_t>(sample.target[t])];
  }
  for (std::size_t word = 1; word < 24; ++word)
    CHECK(std::count_if(followers[word].begin() + 1, followers[word].end(), [](int n) { return n > 0; }) <= 3);
  CHECK_THROWS_WITH(load_source("grammar", "", 100000000, 0), Contains("max_train: expected at most"));
}

}  // namespace ampa::data

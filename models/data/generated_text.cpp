// grammar: a small generated language, so that tests and quick tables of text need no download.
//
// 24 words: 0 ends a sentence, 1 .. 4 begin one, the other 19 follow. Behind word w come, with 13, 2 and 1 sixteenths,
// one of three words that a fixed drawing gives w; a sentence has 3 to 10 words. So a model that has learned the pairs
// has a perplexity of about 2, and one that knows only how frequent words are about 15.
#include <fmt/format.h>

#include "common/error.h"
#include "data/token_stream.h"
#include "numerics/random_stream.h"

namespace ampa::data {

settings::Setting bptt_setting();  // text_files.cpp

namespace {

constexpr std::uint32_t kWords = 24, kFirsts = 4;
constexpr std::int64_t kTrainSequences = 512, kTestSequences = 128;  // sequences if no number is asked for
constexpr std::int64_t kMaxTokens = std::int64_t{1} << 24;
constexpr std::uint64_t kSeed = 2;  // 0 and 1 are those of the generated images

enum class Stream : std::uint32_t { kGrammar = 0, kTrain = 1, kTest = 2 };

numerics::RandomStream stream_of(Stream part) {
  return {kSeed, static_cast<std::uint32_t>(part), static_cast<std::uint32_t>(numerics::StreamPurpose::kSyntheticData)};
}

// Successor `which` (0, 1, 2) of a word.
std::uint32_t successor(std::uint32_t word, std::uint32_t which) {
  const std::uint32_t bits = stream_of(Stream::kGrammar).bits16(3 * word + which);
  return 1 + kFirsts + bits % (kWords - 1 - kFirsts);
}

Tokens write_text(Stream part, std::int64_t count) {
  Tokens tokens;
  const numerics::RandomStream stream = stream_of(part);
  std::uint32_t word = 0, left = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint32_t bits = stream.bits16(static_cast<std::uint64_t>(i));
    if (word == 0) {
      left = 2 + (bits >> 8) % 8;
      word = 1 + bits % kFirsts;
    } else if (left == 0) {
      word = 0;
    } else {
      --left;
      word = successor(word, bits % 16 < 13 ? 0 : bits % 16 < 15 ? 1 : 2);
    }
    tokens.push_back(static_cast<std::int32_t>(word));
  }
  return tokens;
}

std::unique_ptr<Source> load(const SourceRequest& asked, const Json& values) {
  const auto length = values.at("bptt").get<std::int64_t>();
  const auto tokens = [&](const char* key, std::int64_t sequences) {
    if (sequences > (kMaxTokens - 1) / length)
      throw InputError(
          fmt::format("grammar: {}: expected at most {}, found {}", key, (kMaxTokens - 1) / length, sequences));
    return sequences * length + 1;
  };
  TokenText text;
  text.vocabulary.push_back("<eos>");
  for (std::uint32_t word = 1; word < kWords; ++word) text.vocabulary.push_back(fmt::format("w{}", word));
  text.train =
      write_text(Stream::kTrain, tokens("max_train", asked.max_train == 0 ? kTrainSequences : asked.max_train));
  text.test = write_text(Stream::kTest, tokens("max_test", asked.max_test == 0 ? kTestSequences : asked.max_test));
  return tokens_source("grammar", std::move(text), length, 0, 0);
}

}  // namespace

SourceInfo grammar() {
  return {"grammar",
          "generated",
          "",
          "text in a small made-up language of 24 words, for tests",
          SourceInfo::Files::kNone,
          {{bptt_setting()}},
          load};
}

}  // namespace ampa::data

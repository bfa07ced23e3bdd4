// text: .tokens files, words between blanks, such as those of wikitext.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string_view>
#include <unordered_map>

#include "common/error.h"
#include "data/binary_file.h"
#include "data/token_stream.h"

namespace ampa::data {
namespace {

constexpr const char* kUnknown = "<unk>";
constexpr const char* kLineEnd = "<eos>";
constexpr std::size_t kMaxVocabulary = 65536;

// The one file of a folder whose name ends in PART.tokens.
std::filesystem::path find_part(const std::filesystem::path& dir, const std::string& part) {
  std::vector<std::filesystem::path> found;
  const std::string end = part + ".tokens";
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    const std::string name = entry.path().filename().string();
    if (name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0)
      found.push_back(entry.path());
  }
  if (found.size() != 1)
    throw InputError(fmt::format("{}: expected one file whose name ends in {}, found {}", dir.string(), end,
                                 found.empty() ? "none" : "several"));
  return found.front();
}

// Calls use(word) for every word in order, with the end of the line behind each line, empty ones too.
template <typename Use>
void for_each_word(const std::filesystem::path& path, const Use& use) {
  const std::vector<std::uint8_t> bytes = read_binary(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
    throw InputError(fmt::format("{}: offset {}: expected text, found a byte 0", path.string(), zero));
  constexpr std::string_view kBlank = " \t\r\v\f";
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    for (std::size_t at = begin; (at = std::min(text.find_first_not_of(kBlank, at), end)) < end;) {
      const std::size_t word_end = std::min(text.find_first_of(kBlank, at), end);
      use(std::string(text.substr(at, word_end - at)));
      at = word_end;
    }
    use(std::string(kLineEnd));
    begin = end + 1;
  }
}

// <unk> first, then the words of the training text that occur often enough, the most frequent first, equal ones in the
// order of their bytes.
std::vector<std::string> vocabulary_of(const std::filesystem::path& path, std::int64_t min_count) {
  std::map<std::string, std::int64_t> counts;
  for_each_word(path, [&](const std::string& word) { ++counts[word]; });
  counts.erase(kUnknown);
  std::vector<std::pair<std::string, std::int64_t>> kept;
  for (const auto& word : counts)
    if (word.second >= min_count) kept.push_back(word);
  std::stable_sort(kept.begin(), kept.end(), [](const auto& x, const auto& y) { return x.second > y.second; });
  std::vector<std::string> vocabulary = {kUnknown};
  for (const auto& word : kept) vocabulary.push_back(word.first);
  if (vocabulary.size() < 2)
    throw InputError(
        fmt::format("{}: min_count: expected words that occur {} times, found none", path.string(), min_count));
  if (vocabulary.size() > kMaxVocabulary)
    throw InputError(fmt::format("{}: min_count: expected at most {} words, found {}", path.string(), kMaxVocabulary,
                                 vocabulary.size()));
  return vocabulary;
}

Tokens tokens_of(const std::filesystem::path& path, const std::unordered_map<std::string, std::int32_t>& numbers) {
  Tokens tokens;
  for_each_word(path, [&](const std::string& word) {
    const auto found = numbers.find(word);
    tokens.push_back(found == numbers.end() ? 0 : found->second);
  });
  return tokens;
}

std::unique_ptr<Source> load(const SourceRequest& asked, const Json& values) {
  const std::filesystem::path train = find_part(asked.dir, "train");
  const std::filesystem::path test = find_part(asked.dir, values.at("test_part").get<std::string>());
  TokenText text;
  text.vocabulary = vocabulary_of(train, values.at("min_count").get<std::int64_t>());
  std::unordered_map<std::string, std::int32_t> numbers;
  for (std::size_t i = 0; i < text.vocabulary.size(); ++i) numbers[text.vocabulary[i]] = static_cast<std::int32_t>(i);
  text.train = tokens_of(train, numbers);
  text.test = tokens_of(test, numbers);
  return tokens_source("text", std::move(text), values.at("bptt").get<std::int64_t>(), asked.max_train, asked.max_test);
}

}  // namespace

settings::Setting bptt_setting() {
  return settings::integer("bptt", 1, 4096).in("tokens").about("length of a sequence").by_default(35);
}

SourceInfo text() {
  return {"text",
          ".tokens",
          "",
          "words between blanks, such as wikitext: one file that ends in train.tokens and one in test.tokens",
          SourceInfo::Files::kFolder,
          {{bptt_setting(),
            settings::integer("min_count", 1, 1000000000)
                .in("occurrences")
                .about("rarer words of the training text are <unk>")
                .by_default(1),
            settings::choice("test_part", {"test", "valid"})
                .about("the text that is tested on: the file that ends in test.tokens or in valid.tokens")
                .by_default("test")}},
          load};
}

}  // namespace ampa::data

#include "data/token_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::data {
namespace {

class TokensSource : public Source {
 public:
  TokensSource(std::string name, TokenText text, std::int64_t length, std::int64_t num_train, std::int64_t num_test)
      : name_(std::move(name)), text_(std::move(text)), length_(length), counts_{num_train, num_test} {
    shape_.input = {"tokens", {1, length, 1}};
    shape_.targets = {{"next", {1, length, 1}}};
    shape_.num_classes = static_cast<std::int64_t>(text_.vocabulary.size());
  }

  const std::string& name() const override { return name_; }
  const SourceShape& shape() const override { return shape_; }
  std::int64_t count(Part part) const override { return counts_[part == Part::kTrain ? 0 : 1]; }

  std::string digest(Part part) const override {
    std::string words;
    for (const std::string& word : text_.vocabulary) words += word + '\n';
    const auto used = static_cast<std::size_t>(count(part) * length_ + 1);
    std::string numbers;
    for (std::size_t i = 0; i < used; ++i) numbers += fmt::format("{} ", tokens(part)[i]);
    return sha256_hex(fmt::format("{} {} {}", length_, sha256_hex(words), sha256_hex(numbers)));
  }

  void read(Part part, std::int64_t index, const Variation&, float* const* out) const override {
    const auto first = tokens(part).begin() + index * length_;
    std::copy_n(first, length_, out[0]);
    std::copy_n(first + 1, length_, out[1]);
  }

 private:
  const Tokens& tokens(Part part) const { return part == Part::kTrain ? text_.train : text_.test; }

  std::string name_;
  TokenText text_;
  std::int64_t length_;
  std::int64_t counts_[2];
  SourceShape shape_;
};

}  // namespace

std::unique_ptr<Source> tokens_source(const std::string& name, TokenText text, std::int64_t length,
                                      std::int64_t max_train, std::int64_t max_test) {
  const auto sequences = [&](const Tokens& tokens, std::int64_t most, const char* part) {
    const std::int64_t whole = (static_cast<std::int64_t>(tokens.size()) - 1) / length;
    if (tokens.empty() || whole < 1)
      throw InputError(fmt::format("{}: expected a {} text of more than {} tokens (bptt), found {}", name, part, length,
                                   tokens.size()));
    return most == 0 ? whole : std::min(whole, most);
  };
  const std::int64_t num_train = sequences(text.train, max_train, "training");
  const std::int64_t num_test = sequences(text.test, max_test, "test");
  return std::make_unique<TokensSource>(name, std::move(text), length, num_train, num_test);
}

}  // namespace ampa::data

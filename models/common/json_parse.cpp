// Text to JSON: strict about keys and depth, and errors by line and column.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "common/error.h"
#include "common/json_reader.h"
#include "common/shown_text.h"

namespace ampa {
namespace {

constexpr std::size_t kMaxDepth = 100;  // of arrays and objects; printing and reading values call themselves

// Where a byte of a text stands: from 1, the column in characters.
std::string place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::string_view in_line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return fmt::format("line {}, column {}", line, std::count_if(in_line.begin(), in_line.end(), is_first_byte) + 1);
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '+' ||
         c == '-' || c == '_' || c == '\'' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// nlohmann's name of what it would have taken, in the words of a person.
std::string expected_words(const std::string& name, const std::string& context) {
  if (name.find("or a literal") != std::string::npos) return "a value";
  if (name == "'}'" || name == "']'") return "',' or " + name;
  if (context == "object key") return "a key in double quotes";
  if (name == "end of input") return "the end of the text";
  return name.empty() ? "a value" : name;
}

// A syntax error: where its token starts, and the two halves of the message.
struct SyntaxError {
  std::size_t at = 0;
  std::string expected, found;
};

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t found = text.find(begin), from = found + begin.size();
  if (found == std::string::npos) return "";
  return text.substr(from, std::min(text.find(end, from), text.size()) - from);
}

bool starts_with(const std::string& text, std::string_view start) {
  return text.compare(0, start.size(), start) == 0;
}

// Where the token begins of which the byte at `last` was the last to be read.
std::size_t token_start(std::string_view text, std::size_t last, const std::string& token, const std::string& reason) {
  const bool open_string = starts_with(reason, "invalid string: missing");
  if (open_string || reason == "unexpected string literal") {
    const std::size_t end = open_string ? last : last + 1;
    return end >= token.size() && text.substr(end - token.size(), token.size()) == token ? end - token.size() : last;
  }
  std::size_t at = last;  // on the token's last byte, or behind a word that was not to end there
  const bool ends_early = starts_with(reason, "invalid number") || reason == "invalid literal";
  if (ends_early && at > 0 && (at == text.size() || !is_word(text[at])) && is_word(text[at - 1])) --at;
  if (at < text.size() && is_word(text[at]))
    while (at > 0 && is_word(text[at - 1])) --at;
  return at;
}

std::string word_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongest = 40;
  std::size_t end = at;
  while (end < text.size() && end - at < kLongest && is_word(text[end])) ++end;
  return std::string(text.substr(at, end - at));
}

bool follows_comma(std::string_view text, std::size_t at) {
  const std::size_t before = text.substr(0, at).find_last_not_of(" \t\r\n");
  return before != std::string_view::npos && text[before] == ',';
}

// Takes nlohmann's message apart: "...: syntax error while parsing CONTEXT - unexpected TOKEN; expected NAME" or
// "... - REASON; last read: 'TEXT'; expected NAME".
SyntaxError explain(std::string_view text, std::size_t last, const std::string& token, const std::string& message) {
  constexpr const char* kRead = "; last read: '";
  const bool is_unread = message.find(kRead) != std::string::npos;  // no token could be made of the text
  const std::string context = between(message, "while parsing ", " - ");
  const std::string reason = between(message, " - ", is_unread ? kRead : "; expected ");
  const std::size_t behind = message.rfind(is_unread ? "'; expected " : "; expected ");
  const std::string name = behind == std::string::npos ? "" : between(message.substr(behind), "; expected ", "\n");

  SyntaxError error;
  error.at = token_start(text, last, token, reason);
  const std::string word = word_at(text, error.at);
  error.expected = expected_words(name, context);
  if (reason == "unexpected end of input")
    error.found = "the end of the text";
  else if (reason == "unexpected string literal" || word.empty() || starts_with(reason, "invalid string"))
    error.found = is_unread ? reason : reason.substr(std::string_view("unexpected ").size());
  else
    error.found = "'" + word + "'";
  if (is_unread && (word[0] == '.' || word[0] == '+'))
    error.expected = "a number as JSON writes it, with a digit or '-' in front";
  if ((reason == "unexpected '}'" || reason == "unexpected ']'") && follows_comma(text, error.at))
    error.found += " (JSON has no comma behind the last value)";
  return error;
}

// Builds the value from the parser's events, which come in the order of the text.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const std::string& source) : text_(text), source_(source) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // JSON text has none
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Open& object = open_.back();
    if (!object.keys.insert(name).second)
      throw InputError(
          fmt::format("{}: {}: expected each key once, found it twice in one object", source_, path(name)));
    object.key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t num_read, const std::string& token, const Json::exception& error) override {
    const std::size_t last = std::min(num_read == 0 ? 0 : num_read - 1, text_.size());
    SyntaxError found = explain(text_, last, token, error.what());
    if (dynamic_cast<const nlohmann::detail::out_of_range*>(&error) != nullptr)
      found.expected = "a number in the range of doubles";
    throw InputError(
        fmt::format("{}: {}: expected {}, found {}", source_, place_of(text_, found.at), found.expected, found.found));
  }

  Json take() { return std::move(root_); }

 private:
  struct Open {
    Json* value = nullptr;
    std::unordered_set<std::string> keys;  // of an object
    std::string key;                       // of the member that comes
  };

  Json* place(Json&& value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back().value;
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    // Not operator[], which compares with every key that is there.
    auto& members = parent.get_ref<Json::object_t&>();
    members.push_back({open_.back().key, std::move(value)});
    return &members.back().second;
  }

  bool add(Json&& value) {
    place(std::move(value));
    return true;
  }

  bool open(Json&& value) {
    if (open_.size() == kMaxDepth)
      throw InputError(fmt::format("{}: {}expected at most {} arrays and objects inside each other, found more",
                                   source_, open_.front().key.empty() ? "" : shown_text(open_.front().key) + ": ",
                                   kMaxDepth));
    Json* const placed = place(std::move(value));
    open_.emplace_back();
    open_.back().value = placed;
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  // Of a member of the innermost object.
  std::string path(const std::string& last) const {
    std::string path;
    for (const Open& at : open_) {
      const bool is_last = &at == &open_.back();
      if (at.value->is_array())
        path += fmt::format("[{}]", at.value->size() - 1);
      else
        path += (path.empty() ? "" : ".") + (is_last ? last : at.key);
    }
    return path;
  }

  std::string_view text_;
  const std::string& source_;
  Json root_;
  std::vector<Open> open_;
};

}  // namespace

Json parse_json(std::string_view text, const std::string& source) {
  const std::size_t invalid = invalid_utf8(text);
  if (invalid != std::string_view::npos)
    throw InputError(fmt::format("{}: {}: expected text in UTF-8, found the byte 0x{:02x} (byte {} of the file)",
                                 source, place_of(text, invalid), static_cast<unsigned char>(text[invalid]), invalid));
  // The lexer would take it as the end of the text.
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
    throw InputError(fmt::format("{}: {}: expected JSON, found a byte of 0", source, place_of(text, zero)));
  Builder builder(text, source);
  constexpr bool kWholeText = true, kWithComments = true;
  Json::sax_parse(text, &builder, Json::input_format_t::json, kWholeText, kWithComments);
  return builder.take();
}

}  // namespace ampa

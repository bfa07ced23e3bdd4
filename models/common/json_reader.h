// Strict reading of JSON objects: every key is asked for by name and type, and what was not asked for is an error.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/number_range.h"

namespace ampa {

// Keys keep the order in which they were written, so that files repeat byte for byte.
using Json = nlohmann::ordered_json;

// Parses a file: JSON in UTF-8, in which // and /* */ comments are skipped. Throws InputError naming the file: with
// line and column where the text is no UTF-8 or no JSON, with the path of the key where one stands twice in an object
// or values are more than 100 arrays and objects deep.
Json read_json_file(const std::filesystem::path& path);

// Parses a text. Throws the same, naming `source`.
Json parse_json(std::string_view text, const std::string& source);

// Two-space indented text with a final newline, written atomically.
void write_json_file(const std::filesystem::path& path, const Json& json);

// Reads one JSON object. All errors are InputErrors of the form "FILE: KEY: expected X, found Y".
class JsonReader {
 public:
  // `json` must outlive the reader. `source` is the file (or flag) and `prefix` the key path that messages start with.
  JsonReader(const Json& json, std::string source, std::string prefix = "");

  bool has(const std::string& key) const;

  std::string string(const std::string& key);
  bool boolean(const std::string& key);
  std::int64_t integer(const std::string& key, std::int64_t min, std::int64_t max);  // 1.0 and 1e3 are integers
  std::uint64_t decimal(const std::string& key);                                     // 64 bits as a string of digits
  double number(const std::string& key, double min, double max);
  double number(const std::string& key, const NumberRange& range);
  std::optional<double> number_or_null(const std::string& key);
  std::vector<std::int64_t> integers(const std::string& key, std::int64_t min, std::int64_t max);
  const Json& array(const std::string& key);
  const Json& object(const std::string& key);
  const Json& any(const std::string& key);
  JsonReader child(const std::string& key);                  // the object under `key`
  std::vector<JsonReader> children(const std::string& key);  // the objects of the array under `key`

  // Throws unless every key of the object was asked for; lists the valid ones.
  void finish() const;

  [[noreturn]] void fail(const std::string& key, const std::string& expected, const std::string& found) const;
  const std::string& source() const { return source_; }

 private:
  const Json& require(const std::string& key);
  std::string path(const std::string& key) const;

  const Json* json_;
  std::string source_;
  std::string prefix_;
  mutable std::set<std::string> asked_;
};

}  // namespace ampa

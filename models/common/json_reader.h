// Strict reading of JSON objects: every key is asked for by name and type, and what was not asked for is an error.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ampa {

// Keys keep the order in which they were written, so that files repeat byte for byte.
using Json = nlohmann::ordered_json;

// Parses a file. Throws InputError naming the file and the offset of the first error.
Json read_json_file(const std::filesystem::path& path);

// Parses a text. Throws the same, naming `source`.
Json parse_json(const std::string& text, const std::string& source);

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
  std::int64_t integer(const std::string& key, std::int64_t min, std::int64_t max);
  std::uint64_t decimal(const std::string& key);  // 64 bits as a string of digits
  double number(const std::string& key, double min, double max);
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

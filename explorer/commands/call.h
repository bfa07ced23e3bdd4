// A command as it was called: the flags of its table (config/command_settings.h), checked, with their values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/command_settings.h"

namespace CLI {
class App;
}

namespace ampa::commands {

class Call {
 public:
  // `typed` holds the values of the flags that were typed, by key.
  Call(const config::CommandSettings& command, Json typed) : command_(&command), typed_(std::move(typed)) {}

  const config::CommandSettings& command() const { return *command_; }
  const Json& typed() const { return typed_; }
  bool has(const std::string& key) const { return typed_.contains(key); }  // whether it was typed

  // The value that was typed, or the default; none reads as "", false or an empty list. The key must be one of the
  // command's, and of that kind.
  std::string text(const std::string& key) const;
  bool is_on(const std::string& key) const;
  std::vector<std::string> texts(const std::string& key) const;
  std::int64_t integer(const std::string& key) const;
  std::int64_t integer_or(const std::string& key, std::int64_t otherwise) const;  // for settings without a default
  std::uint64_t unsigned_integer(const std::string& key) const;
  double number(const std::string& key) const;
  std::optional<double> number_if_given(const std::string& key) const;

 private:
  Json value(const std::string& key) const;

  const config::CommandSettings* command_;
  Json typed_;
};

// Adds the command of that name in the table to `app` (for "trace record" to the command "trace"), with its flags and
// help; when it is called, what was typed is read and checked, and `run` is given the rest. Throws InputError for a
// word that is no flag of the command, a value out of range, a flag that is missing or that does not act.
CLI::App* add_command(CLI::App& app, const std::string& name, std::function<void(const Call& call)> run);

// A command that only holds others: "trace", "list".
CLI::App* add_group(CLI::App& app, const std::string& name);

}  // namespace ampa::commands

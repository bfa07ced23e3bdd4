#include "commands/call.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "commands/help.h"
#include "common/error.h"
#include "settings/suggest.h"

namespace ampa::commands {
namespace {

using config::CommandSettings;
using config::Flag;
using settings::Kind;

// What CLI11 has gathered of one flag.
struct Words {
  const Flag* flag;
  CLI::Option* option;
};

std::string last_word(const std::string& name) {
  const std::size_t blank = name.rfind(' ');
  return blank == std::string::npos ? name : name.substr(blank + 1);
}

CLI::Option* add_option(CLI::App& app, const Flag& flag) {
  if (flag.setting.kind == Kind::kSwitch) return app.add_flag(flag.name())->disable_flag_override();
  CLI::Option* option = app.add_option(flag.positional ? flag.setting.key : flag.name());
  option->type_name(flag.setting.place)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  option->expected(1, flag.max_values)->allow_extra_args(flag.positional && flag.max_values > 1);
  return option;
}

[[noreturn]] void refuse_word(const CommandSettings& command, const std::vector<std::string>& words) {
  std::vector<std::string> known;
  for (const Flag& flag : command.flags)
    if (!flag.hidden && !flag.positional) known.push_back(flag.name());
  for (const std::string& word : words) {
    if (word.size() < 2 || word[0] != '-') continue;
    const std::string name = word.substr(0, word.find('='));
    for (const CommandSettings& other : config::command_settings())
      for (const Flag& flag : other.flags)
        if (flag.name() == name && !flag.hidden && settings::nearest(name, known).empty())
          throw InputError(fmt::format("{}: expected a flag of ampa {}, found one of ampa {} (see ampa {} --help)",
                                       name, command.name, other.name, command.name));
    throw InputError(fmt::format("{}: expected a flag of ampa {}, found none{} (see ampa {} --help)", name,
                                 command.name, settings::did_you_mean(name, known), command.name));
  }
  throw InputError(fmt::format("ampa {}: expected nothing more, found \"{}\" (see ampa {} --help)", command.name,
                               words.front(), command.name));
}

Json typed_values(const std::vector<Words>& flags) {
  Json typed = Json::object();
  for (const auto& [flag, option] : flags)
    if (option->count() > 0)
      typed[flag->setting.key] = settings::value_of(flag->setting, option->results(), flag->name());
  return typed;
}

}  // namespace

Json Call::value(const std::string& key) const {
  if (command_->find(key) == nullptr) throw RunError(fmt::format("ampa {}: no setting {}", command_->name, key));
  return config::values_of(*command_, typed_)(key);
}

std::string Call::text(const std::string& key) const {
  const Json found = value(key);
  return found.is_null() ? "" : found.get<std::string>();
}

bool Call::is_on(const std::string& key) const {
  return value(key).get<bool>();
}

std::vector<std::string> Call::texts(const std::string& key) const {
  const Json found = value(key);
  return found.is_null() ? std::vector<std::string>{} : found.get<std::vector<std::string>>();
}

std::int64_t Call::integer(const std::string& key) const {
  return value(key).get<std::int64_t>();
}

std::int64_t Call::integer_or(const std::string& key, std::int64_t otherwise) const {
  return has(key) ? integer(key) : otherwise;
}

std::uint64_t Call::unsigned_integer(const std::string& key) const {
  return value(key).get<std::uint64_t>();
}

double Call::number(const std::string& key) const {
  return value(key).get<double>();
}

std::optional<double> Call::number_if_given(const std::string& key) const {
  return has(key) ? std::optional(number(key)) : std::nullopt;
}

CLI::App* add_command(CLI::App& app, const std::string& name, std::function<void(const Call& call)> run) {
  const CommandSettings& command = config::settings_of(name);
  CLI::App* added = app.add_subcommand(last_word(name), command.help);
  added->allow_extras();
  added->formatter_fn([&command](const CLI::App*, std::string, CLI::AppFormatMode) { return help_of(command); });
  const auto flags = std::make_shared<std::vector<Words>>();
  for (const Flag& flag : command.flags) flags->push_back({&flag, add_option(*added, flag)});
  added->callback([added, &command, flags, run] {
    if (const std::vector<std::string> words = added->remaining(); !words.empty()) refuse_word(command, words);
    const Json typed = typed_values(*flags);
    config::check_flags(command, typed);
    run(Call(command, typed));
  });
  return added;
}

CLI::App* add_group(CLI::App& app, const std::string& name) {
  const CommandSettings& command = config::settings_of(name);
  CLI::App* added = app.add_subcommand(name, command.help);
  added->require_subcommand(1);
  added->formatter_fn([&command](const CLI::App*, std::string, CLI::AppFormatMode) { return help_of_group(command); });
  return added;
}

}  // namespace ampa::commands

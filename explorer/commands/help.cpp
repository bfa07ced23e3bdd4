#include "commands/help.h"

#include <fmt/format.h>

#include <sstream>
#include <vector>

namespace ampa::commands {
namespace {

using config::CommandSettings;
using config::Flag;
using settings::Kind;

constexpr std::size_t kWidth = 100, kIndent = 28;

// Words broken into lines; the first begins behind `head`, the others at the indent.
std::string entry(const std::string& head, const std::string& text) {
  std::string line = "  " + head, all;
  if (line.size() + 2 > kIndent) {
    all = line + "\n";
    line.clear();
  }
  line.resize(kIndent, ' ');
  std::istringstream words(text);
  bool fresh = true;
  for (std::string word; words >> word;) {
    if (!fresh && line.size() + 1 + word.size() > kWidth) {
      all += line + "\n";
      line.assign(kIndent, ' ');
      fresh = true;
    }
    line += (fresh ? "" : " ") + word;
    fresh = false;
  }
  return all + line + "\n";
}

std::string head_of(const Flag& flag) {
  if (flag.positional || flag.setting.kind == Kind::kSwitch) return flag.name();
  return flag.name() + " " + flag.setting.place;
}

// "images per step: an integer in [1, 10], images; default 64; acts only with --out".
std::string words_of(const Flag& flag) {
  const settings::Setting& setting = flag.setting;
  std::string words = setting.help;
  const bool says_values = setting.kind != Kind::kText && setting.kind != Kind::kTexts && setting.kind != Kind::kSwitch;
  if (says_values) words += ": " + settings::expected(setting);
  if (!setting.unit.empty()) words += " (" + setting.unit + ")";
  if (flag.required) words += "; required";
  if (const std::string text = settings::default_text(setting); !text.empty()) words += "; default " + text;
  if (!setting.acts.always()) words += "; acts only " + setting.acts.words(settings::Style::kFlag);
  return words;
}

std::string usage_of(const CommandSettings& command) {
  std::string usage = "usage: ampa " + command.name;
  for (const Flag& flag : command.flags)
    if (flag.required) usage += " " + head_of(flag);
  return usage + " [FLAGS]\n";
}

bool is_within(const std::string& name, const std::string& group) {
  return name.size() > group.size() + 1 && name.compare(0, group.size() + 1, group + " ") == 0;
}

}  // namespace

std::string help_of_all() {
  std::string text =
      "Training with precision allocated layer by layer: what it costs in accuracy, BitOPs and array cycles\n\n"
      "usage: ampa COMMAND [FLAGS]\n\nCommands\n";
  for (const CommandSettings& command : config::command_settings())
    if (command.name.find(' ') == std::string::npos) text += entry(command.name, command.help);
  return text + "\nFlags\n" + entry("--help", "print this; ampa COMMAND --help tells the flags of a command") +
         entry("--version", "print the version") +
         "\nExit codes: 0 done, 1 the run failed, 2 what was given is wrong, 3 bits or cycles differ\n";
}

std::string help_of_group(const CommandSettings& group) {
  std::string text = fmt::format("{}\n\nusage: ampa {} COMMAND [FLAGS]\n\nCommands\n", group.help, group.name);
  for (const CommandSettings& command : config::command_settings())
    if (is_within(command.name, group.name)) text += entry(command.name.substr(group.name.size() + 1), command.help);
  return text + fmt::format("\nFlags\n{}", entry("--help", "print this"));
}

std::string help_of(const CommandSettings& command) {
  std::string flags = entry("--help", "print this"), training;
  for (auto flag = command.flags.rbegin(); flag != command.flags.rend(); ++flag)
    if (!flag->hidden) (flag->training ? training : flags).insert(0, entry(head_of(*flag), words_of(*flag)));
  std::string text = command.help + "\n\n" + usage_of(command) + "\nFlags\n" + flags;
  if (!training.empty())
    text += "\nSettings of the training run: flags, and keys of --config, --set and sweeps with _ for -\n" + training;
  return text;
}

}  // namespace ampa::commands

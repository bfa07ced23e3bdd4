#include "config/settings_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "common/error.h"
#include "config/command_settings.h"

namespace ampa::config {
namespace {

struct CommandUse {
  std::string command;
  const Flag* flag;
};

// A setting with the commands in which it is the same: one line of the page.
struct Line {
  const Flag* flag;
  std::vector<CommandUse> uses;
};

bool is_same(const Flag& x, const Flag& y) {
  return x.setting.key == y.setting.key && x.setting.help == y.setting.help && x.setting.kind == y.setting.kind &&
         settings::expected(x.setting) == settings::expected(y.setting);
}

std::vector<Line> lines(bool training) {
  std::vector<Line> found;
  for (const CommandSettings& command : command_settings())
    for (const Flag& flag : command.flags) {
      if (flag.hidden || flag.training != training) continue;
      const auto line =
          std::find_if(found.begin(), found.end(), [&](const Line& other) { return is_same(*other.flag, flag); });
      if (line == found.end())
        found.push_back({&flag, {{command.name, &flag}}});
      else
        line->uses.push_back({command.name, &flag});
    }
  if (!training)
    std::stable_sort(found.begin(), found.end(),
                     [](const Line& x, const Line& y) { return x.flag->setting.key < y.flag->setting.key; });
  return found;
}

const char* type_of(const settings::Setting& setting) {
  using settings::Kind;
  switch (setting.kind) {
    case Kind::kText:
      return "text";
    case Kind::kChoice:
      return "choice";
    case Kind::kInteger:
    case Kind::kUnsigned:
      return "integer";
    case Kind::kNumber:
      return "number";
    case Kind::kIntegers:
      return "list of integers";
    case Kind::kTexts:
      return "list of texts";
    case Kind::kSwitch:
      return "switch";
  }
  throw RunError("settings: a kind outside its enumeration");
}

// Empty where the type says it all.
std::string values_of(const settings::Setting& setting) {
  using settings::Kind;
  if (setting.kind == Kind::kText || setting.kind == Kind::kTexts || setting.kind == Kind::kSwitch) return "";
  return settings::expected(setting);
}

std::string default_of(const Flag& flag) {
  return flag.required ? "required" : settings::default_text(flag.setting);
}

std::string acts_of(const Flag& flag) {
  return flag.setting.acts.always() ? "" : "only " + flag.setting.acts.words(settings::Style::kFlag);
}

// "`train`, `trace record` (only with --backend tlm or rtl)", with the default where commands differ in it.
std::string commands_cell(const Line& line) {
  std::string cell;
  for (const CommandUse& use : line.uses) {
    std::string notes = acts_of(*use.flag);
    if (default_of(*use.flag) != default_of(*line.flag))
      notes += (notes.empty() ? "" : "; ") +
               (default_of(*use.flag).empty() ? "no default" : "default " + default_of(*use.flag));
    cell += (cell.empty() ? "" : ", ") + fmt::format("`{}`", use.command) + (notes.empty() ? "" : " (" + notes + ")");
  }
  return cell;
}

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string table(bool training) {
  std::string page = training
                         ? "| key | what it is for | values | unit | default | acts |\n|---|---|---|---|---|---|\n"
                         : "| flag | what it is for | type | values | unit | default | commands, and when it acts |\n"
                           "|---|---|---|---|---|---|---|\n";
  for (const Line& line : lines(training)) {
    const settings::Setting& setting = line.flag->setting;
    if (training)
      page += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", setting.key, escaped(setting.help),
                          setting.kind == settings::Kind::kText ? "a text" : values_of(setting), setting.unit,
                          default_of(*line.uses.back().flag), acts_of(*line.uses.back().flag));
    else
      page +=
          fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", line.flag->name(), escaped(setting.help),
                      type_of(setting), values_of(setting), setting.unit, default_of(*line.flag), commands_cell(line));
  }
  return page;
}

Json json_of(const Line& line) {
  const settings::Setting& setting = line.flag->setting;
  Json commands = Json::array();
  for (const CommandUse& use : line.uses)
    commands.push_back({{"command", use.command}, {"default", default_of(*use.flag)}, {"acts", acts_of(*use.flag)}});
  return {{"key", setting.key},
          {"flag", line.flag->name()},
          {"type", type_of(setting)},
          {"values", settings::expected(setting)},
          {"unit", setting.unit},
          {"help", setting.help},
          {"training", line.flag->training},
          {"schema", settings::schema_of(setting)},
          {"commands", commands}};
}

}  // namespace

std::string settings_text() {
  std::string text;
  for (const bool training : {true, false})
    for (const Line& line : lines(training))
      text += fmt::format("{:<22} {}{}{}{}\n", line.flag->name(), line.flag->setting.help,
                          values_of(line.flag->setting).empty() ? "" : ": ", values_of(line.flag->setting),
                          default_of(*line.flag).empty() ? "" : "; default " + default_of(*line.flag));
  return text;
}

std::string settings_page() {
  return "# Settings\n\n"
         "Made by `ampa list settings --markdown > docs/settings.md` from the table that flags, keys of files, "
         "`--help`, "
         "schemas and sweeps follow;\na test compares. On the command line numbers may be written as 1e3, .1, +0.1 or, "
         "where an integer is meant, 1.0; sizes as 96KB. A setting that does\nnot act in a call is refused with the "
         "reason.\n\n"
         "## A training run\n\n"
         "Keys of `--config` and `--set`, of `base`, `grid` and `list` of a sweep, and of the `config` of a record; "
         "flags "
         "of `ampa train`, `ampa trace record`\nand, those that say what it costs, `ampa estimate`, with - for _.\n\n" +
         table(true) + "\n## The commands\n\n" + table(false);
}

Json settings_json() {
  Json list = Json::array();
  for (const bool training : {true, false})
    for (const Line& line : lines(training)) list.push_back(json_of(line));
  return {{"settings", list}};
}

}  // namespace ampa::config

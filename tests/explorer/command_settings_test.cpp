// The table of the commands' settings, and the command held against it.
#include "config/command_settings.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "common/atomic_file.h"
#include "common/error.h"
#include "config/settings_page.h"
#include "scratch.h"
#include "train/train_settings.h"

namespace ampa::config {
namespace {

using Catch::Contains;
using settings::Kind;
using testing::ampa;
using testing::Result;
using testing::Scratch;

// A way to call a command: what other flags act depends on it.
struct Mode {
  std::string command;
  Json typed;
};

std::vector<Mode> modes() {
  const Json record = {{"record", "none.json"}}, memory = {{"record", "none.json"}, {"memory", "ideal"}};
  const auto with = [](Json base, const Json& more) {
    base.update(more);
    return base;
  };
  return {{"simulate", record},
          {"simulate", with(record, {{"backend", "rtl"}})},
          {"simulate", memory},
          {"simulate", with(memory, {{"cross_check", 2}, {"backend", "tlm"}})},
          {"simulate", {{"topology", "none.csv"}}},
          {"simulate", {{"topology", "none.csv"}, {"memory", "ideal"}}},
          {"train", Json::object()},
          {"train", {{"out", "none"}, {"resume", true}}},
          {"train", {{"backend", "tlm"}}},
          {"trace record", {{"out", "none"}}},
          {"trace replay", {{"trace", "none"}}},
          {"trace replay", {{"trace", "none"}, {"backend", "cpu"}}},
          {"trace replay", {{"trace", "none"}, {"backend", "rtl"}}},
          {"verify", {{"stream", "none.json"}}},
          {"verify", {{"unit", {"none"}}}},
          {"report", {{"dir", "none"}}},
          {"list settings", {{"json", true}}}};
}

// A value that the setting takes, and not its default.
Json sample(const settings::Setting& setting) {
  switch (setting.kind) {
    case Kind::kText:
      return "none";
    case Kind::kChoice:
      return setting.choices.back();
    case Kind::kInteger:
      return setting.min + 1;
    case Kind::kUnsigned:
      return 7;
    case Kind::kNumber:
      return setting.range.max;
    case Kind::kIntegers:
      return Json({2, 4});
    case Kind::kTexts:
      return Json({"8"});
    case Kind::kSwitch:
      return true;
  }
  throw RunError("a kind outside its enumeration");
}

std::string words_of(const CommandSettings& command, const Json& typed) {
  std::string words = command.name;
  for (const auto& [key, value] : typed.items()) {
    const Flag& flag = *command.find(key);
    if (!flag.positional) words += " " + flag.name();
    if (flag.setting.kind == Kind::kSwitch) continue;
    const Json one = value.is_array() ? value.front() : value;
    words += " " + (one.is_string() ? one.get<std::string>() : one.dump());
  }
  return words;
}

// What check_flags says, "" if nothing.
std::string refusal(const CommandSettings& command, const Json& typed) {
  try {
    check_flags(command, typed);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("every flag of every command where it does not act is refused with the reason, by the command itself") {
  const Scratch scratch;
  int refused = 0, acting = 0;
  for (const Mode& mode : modes()) {
    const CommandSettings& command = settings_of(mode.command);
    REQUIRE(refusal(command, mode.typed) == "");
    for (const Flag& flag : command.flags) {
      if (flag.training || flag.hidden || mode.typed.contains(flag.setting.key)) continue;
      Json typed = mode.typed;
      typed[flag.setting.key] = sample(flag.setting);
      const std::string expected = refusal(command, typed);
      if (expected.empty()) {
        ++acting;
        continue;
      }
      ++refused;
      CAPTURE(words_of(command, typed));
      CHECK_THAT(expected, Contains(": acts only with"));
      const Result result = ampa(scratch, words_of(command, typed));
      CHECK(result.exit_code == 2);
      CHECK(result.err == "ampa: " + expected + "\n");
      CHECK(result.out.empty());
    }
  }
  CHECK(refused > 60);
  CHECK(acting > 60);
}

TEST_CASE("simulate refuses what a topology or a record without memory does not use") {
  const Scratch scratch;
  scratch.write("t.csv", "Layer, M, N, K,\nx, 40, 50, 60,\n");
  const std::string topology = "simulate --topology t.csv --point int8-16x16 --memory latency=20,bytes_per_cycle=1 ";
  CHECK(ampa(scratch, topology).exit_code == 0);
  for (const char* flag : {"--energy nofile.json", "--cross-check 3", "--results codes", "--layers nosuch",
                           "--steps 5..2", "--jobs 3", "--epoch 9", "--seed 3", "--threads 1", "--backend rtl"}) {
    CAPTURE(flag);
    const Result result = ampa(scratch, topology + flag);
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains(": acts only with"));
  }
  for (const char* flag : {"--batch-size 1", "--energy nofile.json", "--cross-check 3", "--results codes", "--layers x",
                           "--steps 5..2", "--scratchpads junk", "--bits 4", "--epoch 9", "--csv x.csv", "--jobs 2"}) {
    CAPTURE(flag);
    const Result result = ampa(scratch, std::string("simulate --record none.json ") + flag);
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains(": acts only with"));
  }
  CHECK(ampa(scratch, "simulate --record none.json --cross-check 3").err ==
        "ampa: --cross-check: acts only with --memory and --record\n");
  CHECK_THAT(ampa(scratch, "simulate --record none.json --memory ideal --backend nonsense").err,
             Contains("--backend: expected one of analytic, tlm, rtl, found \"nonsense\""));
  CHECK_THAT(ampa(scratch, "simulate --record none.json --memory ideal --backend rtl").err,
             Contains("--backend: acts only with --record, and without --memory, or with --memory, --record and "
                      "--cross-check"));
  CHECK_THAT(ampa(scratch, "simulate --topology t.csv --memory latency=20,latency=30").err,
             Contains("memory: latency: expected once, found twice"));
}

TEST_CASE("each command's help tells every flag with its values, unit, default and condition") {
  const Scratch scratch;
  for (const CommandSettings& command : command_settings()) {
    if (command.flags.empty()) continue;
    const Result result = ampa(scratch, command.name + " --help");
    CHECK(result.exit_code == 0);
    std::string text;  // of one line
    for (const char c : result.out)
      if (const char shown = c == '\n' ? ' ' : c; shown != ' ' || text.empty() || text.back() != ' ') text += shown;
    for (const Flag& flag : command.flags) {
      CAPTURE(command.name, flag.name());
      CHECK((text.find(" " + flag.name() + " ") != std::string::npos) == !flag.hidden);
      if (flag.hidden) continue;
      CHECK_THAT(text, Contains(flag.setting.help));
      if (flag.setting.kind != Kind::kText && flag.setting.kind != Kind::kTexts && flag.setting.kind != Kind::kSwitch)
        CHECK_THAT(text, Contains(settings::expected(flag.setting)));
      CHECK_THAT(text, Contains(flag.setting.unit) && Contains(settings::default_text(flag.setting)));
      if (!flag.setting.acts.always())
        CHECK_THAT(text, Contains("acts only " + flag.setting.acts.words(settings::Style::kFlag)));
    }
  }
}

TEST_CASE("no flag and no command is added outside of the table") {
  const std::filesystem::path folder = std::filesystem::path(AMPA_SOURCE_DIR) / "explorer";
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp" || entry.path().filename() == "call.cpp") continue;
    ++files;
    const std::string text = read_file(entry.path());
    for (const char* word : {"add_option(", "add_flag(", "add_subcommand("}) {
      CAPTURE(entry.path().string(), word);
      CHECK(text.find(word) == std::string::npos);
    }
  }
  CHECK(files > 30);
}

TEST_CASE("a key is there once in a command, and its condition names flags of the command") {
  for (const CommandSettings& command : command_settings()) {
    std::set<std::string> keys;
    for (const Flag& flag : command.flags) {
      CAPTURE(command.name, flag.setting.key);
      CHECK(keys.insert(flag.setting.key).second);
      CHECK_FALSE(flag.setting.help.empty());
    }
    for (const Flag& flag : command.flags)
      for (const auto& terms : flag.setting.acts.alternatives())
        for (const settings::Term& term : terms) CHECK(keys.count(term.key) == 1);
  }
}

TEST_CASE("docs/settings.md is what the table says") {
  CHECK(read_file(std::filesystem::path(AMPA_SOURCE_DIR) / "docs" / "settings.md") == settings_page());
  const Scratch scratch;
  CHECK(ampa(scratch, "list settings --markdown").out == settings_page());
  const Json all = ampa(scratch, "list settings --json").json()["settings"];
  CHECK(std::any_of(all.begin(), all.end(), [](const Json& row) { return row["flag"] == "--cross-check"; }));
  CHECK_THAT(ampa(scratch, "list settings").out, Contains("--batch-size"));
}

TEST_CASE("the schemas of sweeps and records know the settings and values of the table") {
  const auto read = [](const char* name) {
    return read_json_file(std::filesystem::path(AMPA_SOURCE_DIR) / "reports" / name);
  };
  const Json base = read("sweep.schema.json")["properties"]["base"]["properties"];
  const Json record = read("record.schema.json")["definitions"]["train_config"]["properties"];
  for (const train::TrainSetting& row : train::train_settings()) {
    CAPTURE(row.setting.key);
    CHECK(record.contains(row.setting.key));
    CHECK(base.contains(row.setting.key) == (row.setting.key != "seed"));
    for (const Json& properties : {base, record})
      if (properties.contains(row.setting.key)) CHECK(properties[row.setting.key] == settings::schema_of(row.setting));
  }
}

}  // namespace ampa::config

// Tables and figures of the AMPA paper as data: which runs they are made of, what it prints for them, and what its text
// claims. One JSON file each, in experiments/, built into the command.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/json_reader.h"

namespace ampa::paper {

// One setting on one task. `printed` holds the paper's figures by name (paper/figures.h); no value: it prints NaN, a
// run that diverged.
struct Row {
  std::string task, setting;
  std::map<std::string, std::optional<double>> printed;
};

// A figure of a setting's runs, or a number.
struct Term {
  std::string setting, figure;  // empty setting: the number
  double number = 0;
};

// What the text says. Either `more` is larger than `less` by more than -margin, with every task that has the rows, or
// the runs of `diverges` diverge and those of `otherwise` do not.
struct Claim {
  std::string words;
  std::optional<Term> more, less;
  double margin = 0;
  std::string diverges, otherwise;
  std::vector<std::string> tasks;  // empty: all
};

struct Experiment {
  std::string name, title;
  std::string kind;                                    // "table", or of a figure "curves", "widths" or "losses"
  std::vector<std::string> figures;                    // that are shown beside the printed ones
  std::vector<std::pair<std::string, Json>> settings;  // name, keys of a training configuration
  std::vector<Row> rows;
  std::vector<Claim> claims;

  const Json& keys(const std::string& setting) const;  // throws InputError
};

// A network on data, at each scale that it can be run at.
struct Task {
  std::string name, paper;
  std::map<std::string, Json> scales;  // keys of a training configuration by scale
};

const std::vector<std::string>& scales();  // "quick", "mid", "full"

const std::vector<Experiment>& experiments();
const Experiment& experiment(const std::string& name);  // throws InputError naming the nearest
const std::vector<Task>& tasks();
const Task& task(const std::string& name);                     // throws InputError
std::vector<std::int64_t> seeds_of(const std::string& scale);  // that runs have unless others are asked for

// Of a file's text. Throws InputError naming `source`, the key, what was expected and what was found.
Experiment parse_experiment(const Json& json, const std::string& source);

}  // namespace ampa::paper

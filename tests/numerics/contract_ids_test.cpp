// Compares the rules of NUMERICS.md with the test cases that carry their ids.
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "common/atomic_file.h"

namespace ampa {
namespace {

const std::filesystem::path kSources = AMPA_SOURCE_DIR;

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::istringstream text(read_file(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// The ids of the rules, in their order.
std::vector<std::string> rule_ids() {
  std::vector<std::string> ids;
  const std::regex rule(R"(^- \[([A-Z][0-9]+)\] .*\.$)");
  for (const std::string& line : lines_of(kSources / "models" / "numerics" / "NUMERICS.md")) {
    std::smatch match;
    if (std::regex_match(line, match, rule)) ids.push_back(match[1]);
  }
  return ids;
}

// The ids that names of test cases begin with, and the files in which they stand.
std::map<std::string, std::set<std::string>> tested_ids() {
  std::map<std::string, std::set<std::string>> ids;
  const std::regex test_case("TEST_CASE\\(\"((?:[A-Z][0-9]+ )*[A-Z][0-9]+): ");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kSources / "tests")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = read_file(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), test_case), end; match != end; ++match) {
      std::istringstream names((*match)[1]);
      for (std::string id; names >> id;) ids[id].insert(entry.path().filename().string());
    }
  }
  return ids;
}

}  // namespace

TEST_CASE("every rule of NUMERICS.md has a test") {
  const std::map<std::string, std::set<std::string>> tested = tested_ids();
  const std::vector<std::string> rules = rule_ids();
  CHECK(rules.size() > 40);
  for (const std::string& id : rules) {
    INFO("rule [" << id << "] has no test case whose name begins with \"" << id << ":\"");
    CHECK(tested.count(id) == 1);
  }
}

TEST_CASE("every id that a test carries is a rule of NUMERICS.md") {
  const std::vector<std::string> rules = rule_ids();
  const std::set<std::string> known(rules.begin(), rules.end());
  CHECK(known.size() == rules.size());
  for (const auto& [id, files] : tested_ids()) {
    INFO("id " << id << " in " << *files.begin());
    CHECK(known.count(id) == 1);
  }
}

TEST_CASE("every statement of NUMERICS.md is a rule with an id, a heading or a reason") {
  bool in_reason = false, in_introduction = true;
  for (const std::string& line : lines_of(kSources / "models" / "numerics" / "NUMERICS.md")) {
    INFO("line: " << line);
    if (line.rfind("## ", 0) == 0) in_introduction = false;
    if (line.empty()) in_reason = false;
    if (line.rfind("Why", 0) == 0) in_reason = true;
    const bool is_rule = std::regex_match(line, std::regex(R"(^- \[[A-Z][0-9]+\] .*\.$)"));
    CHECK((in_introduction || in_reason || is_rule || line.empty() || line[0] == '#'));
  }
}

}  // namespace ampa

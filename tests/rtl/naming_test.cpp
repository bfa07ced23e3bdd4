// The habits of rtl/: one module per file, file = module, prefix ampa_, suffixes that tell what a name is.
#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>

#include "common/atomic_file.h"

namespace {

const std::filesystem::path kRtl = std::filesystem::path(AMPA_SOURCE_DIR) / "rtl";

std::vector<std::filesystem::path> files_with(const std::string& extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kRtl))
    if (entry.path().extension() == extension && entry.path().parent_path().filename() != "bench")
      files.push_back(entry.path());
  return files;
}

std::vector<std::string> all_matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match)
    found.push_back((*match)[1].str());
  return found;
}

std::string without_comments(const std::string& text) {
  return std::regex_replace(text, std::regex("//[^\n]*"), "");
}

}  // namespace

TEST_CASE("a Verilog file holds one module of its own name between default_nettype lines", "[rtl]") {
  const auto files = files_with(".v");
  CHECK(files.size() >= 3);
  for (const auto& file : files) {
    INFO(file);
    const std::string text = ampa::read_file(file);
    const auto modules = all_matches(without_comments(text), R"((?:^|\n)module\s+(\w+))");
    REQUIRE(modules.size() == 1);
    CHECK(modules.front() == file.stem().string());
    CHECK(modules.front().rfind("ampa_", 0) == 0);
    CHECK(text.rfind("// ", 0) == 0);
    CHECK(text.find("`default_nettype none") != std::string::npos);
    CHECK(text.find("`default_nettype wire") > text.find("endmodule"));
  }
}

TEST_CASE("ampa.f lists every module but proofs and benches, and every folder of includes", "[rtl]") {
  const std::string list = ampa::read_file(kRtl / "ampa.f");
  std::size_t num_modules = 0;
  for (const auto& file : files_with(".v")) {
    if (file.parent_path().filename() == "formal") continue;
    INFO(file);
    CHECK(list.find("\n" + std::filesystem::relative(file, kRtl).string() + "\n") != std::string::npos);
    ++num_modules;
  }
  CHECK(all_matches(list, R"((\w+/\w+\.v)\n)").size() == num_modules);
  for (const auto& file : files_with(".vh"))
    if (file.parent_path().filename() != "formal")
      CHECK(list.find("+incdir+" + file.parent_path().filename().string() + "\n") != std::string::npos);
}

TEST_CASE("ports end in _i, _o or _ni, instances begin with u_, generate blocks with gen_", "[rtl]") {
  for (const auto& file : files_with(".v")) {
    INFO(file);
    const std::string text = without_comments(ampa::read_file(file));
    const auto inputs = all_matches(text, R"(\n\s*input\s+wire\s*(?:\[[^\]]*\])?\s*(\w+))");
    const auto outputs = all_matches(text, R"(\n\s*output\s+(?:wire|reg)\s*(?:\[[^\]]*\])?\s*(\w+))");
    CHECK_FALSE(inputs.empty());
    CHECK_FALSE(outputs.empty());
    for (const std::string& name : inputs) CHECK(std::regex_match(name, std::regex(R"(\w+_n?i)")));
    for (const std::string& name : outputs) CHECK(std::regex_match(name, std::regex(R"(\w+_o)")));
    for (const std::string& name : all_matches(text, R"(\n\s*ampa_\w+(?:\s*#\([^;]*?\n\s*\))?\s+(\w+)\s*\()"))
      CHECK(name.rfind("u_", 0) == 0);
    for (const std::string& name : all_matches(text, R"(begin\s*:\s*(\w+))"))
      CHECK((name.rfind("gen_", 0) == 0 || name.rfind("p_", 0) == 0));
  }
}

TEST_CASE("every waiver of a lint rule is preceded by its reason", "[rtl]") {
  const std::string text = ampa::read_file(kRtl / "ampa_waivers.vlt");
  std::string previous;
  std::istringstream lines(text);
  int num_waivers = 0;
  for (std::string line; std::getline(lines, line); previous = line) {
    if (line.rfind("lint_off", 0) != 0) continue;
    ++num_waivers;
    INFO(line);
    CHECK(previous.rfind("// ", 0) == 0);
    CHECK(line.find("-file") != std::string::npos);
  }
  CHECK(num_waivers >= 1);
}

// Includes go one way.
#include <catch2/catch.hpp>
#include <map>

#include "source_tree.h"

namespace ampa {
namespace {

// The include at fault, "" if a file of `group` sees only its own room, the rooms before it and `foreign` ones.
std::string first_upward_include(const std::string& group, const std::set<std::string>& foreign) {
  const std::vector<std::string> rooms = rooms_of(group);
  std::set<std::string> known(rooms.begin(), rooms.end());
  for (const char* other : {"models", "systemc", "explorer"})
    for (const std::string& room : rooms_of(other)) known.insert(room);
  for (const SourceFile& file : sources_of(group)) {
    const auto own = std::find(rooms.begin(), rooms.end(), file.room);
    for (const std::string& include : file.includes) {
      const std::string room = folder_of(include);
      if (known.count(room) == 0 || foreign.count(room) == 1) continue;
      if (std::find(rooms.begin(), own, room) != own || room == file.room) continue;
      if (own == rooms.end() && contains(rooms, room)) continue;  // a file above all rooms, such as main.cpp
      return file.path + " includes " + include;
    }
  }
  return "";
}

}  // namespace

TEST_CASE("the checks see the sources") {
  CHECK(rooms_of("models").size() >= 14);
  CHECK(rooms_of("systemc").size() >= 4);
  CHECK(rooms_of("explorer").size() >= 4);
  CHECK(sources_of("models").size() > 50);
  std::size_t includes = 0;
  for (const SourceFile& file : sources_of("models")) includes += file.includes.size();
  CHECK(includes > 200);
}

TEST_CASE("every folder with sources is a room that its CMakeLists.txt adds") {
  for (const char* group : {"models", "systemc", "explorer"}) {
    const std::vector<std::string> rooms = rooms_of(group);
    for (const auto& entry : std::filesystem::directory_iterator(kSourceDir / group)) {
      if (!entry.is_directory()) continue;
      CAPTURE(entry.path().string());
      CHECK(contains(rooms, entry.path().filename().string()));
    }
  }
}

TEST_CASE("a room of models includes only rooms above it, and never SystemC, Verilator or the explorer") {
  CHECK(first_upward_include("models", {}) == "");
  const std::regex forbidden("^(systemc|tlm|tlm_utils/.*|systemc.*|verilated.*|V[a-z].*\\.h|CLI/.*)$");
  for (const SourceFile& file : sources_of("models"))
    for (const std::string& include : file.includes) {
      CAPTURE(file.path, include);
      CHECK_FALSE(std::regex_match(include, forbidden));
    }
}

TEST_CASE("systemc sees common, numerics and gemm of the models, and its own rooms in order") {
  CHECK(first_upward_include("systemc", {"common", "numerics", "gemm"}) == "");
  CHECK(rooms_of("systemc") == std::vector<std::string>{"timing", "rtl", "tlm", "verify"});
}

// Both declare sc_time_stamp: no file can include the two.
TEST_CASE("SystemC is included below systemc/tlm only, Verilator and its models below systemc/rtl only") {
  const std::regex of_systemc("^(systemc(\\.h)?|sysc/.*|tlm|tlm\\.h|tlm_utils/.*)$");
  const std::regex of_verilator("^(verilated.*|V[a-z].*\\.h|ampa_verilated.*)$");
  std::size_t num_systemc = 0, num_verilator = 0;
  for (const SourceFile& file : sources_of("systemc"))
    for (const std::string& include : file.includes) {
      CAPTURE(file.path, include);
      const bool is_systemc = std::regex_match(include, of_systemc);
      const bool is_verilator = std::regex_match(include, of_verilator);
      if (is_systemc) CHECK(file.room == "tlm");
      if (is_verilator) CHECK(file.room == "rtl");
      num_systemc += is_systemc;
      num_verilator += is_verilator;
    }
  CHECK(num_systemc > 20);
  CHECK(num_verilator > 5);
}

TEST_CASE("arrays, cores and units of systemc/rtl and systemc/tlm do without each other") {
  for (const char* room : {"rtl", "tlm"})
    for (const SourceFile& file : sources_of(std::string("systemc/") + room))
      for (const std::string& include : file.includes) {
        const std::filesystem::path own(file.path), other(include);
        if (folder_of(include) != room || !other.parent_path().has_parent_path()) continue;
        CAPTURE(file.path, include);
        CHECK(own.parent_path().filename() == other.parent_path().filename());
      }
}

TEST_CASE("the explorer's rooms include only rooms above them; SystemC headers stay behind its interfaces") {
  std::set<std::string> foreign;
  for (const std::string& room : rooms_of("models")) foreign.insert(room);
  for (const std::string& room : rooms_of("systemc")) foreign.insert(room);
  CHECK(first_upward_include("explorer", foreign) == "");
  for (const SourceFile& file : sources_of("explorer"))
    for (const std::string& include : file.includes) {
      CAPTURE(file.path, include);
      CHECK_FALSE(std::regex_match(include, std::regex("^(systemc|tlm|tlm_utils/.*|verilated.*|V[a-z].*\\.h)$")));
    }
}

TEST_CASE("the report sees records, costs and what a sweep found, never who trains or simulates") {
  const std::set<std::string> rooms = {"common", "record", "cost", "statistics", "report"};
  const std::set<std::string> headers = {"sweep/summary.h", "sweep/recommend.h", "sweep/pareto.h",
                                         "sweep/statistics.h"};
  std::size_t checked = 0;
  for (const SourceFile& file : sources_of("explorer/report"))
    for (const std::string& include : file.includes) {
      const std::string folder = folder_of(include);
      if (folder.empty() || headers.count(include) == 1 || folder == "fmt" || folder == "boost") continue;
      CAPTURE(file.path, include);
      CHECK(rooms.count(folder) == 1);
      ++checked;
    }
  CHECK(checked > 5);
}

TEST_CASE("libraries never end the process") {
  const std::regex call("(^|[^_a-zA-Z:.])(std::)?(exit|abort|_exit|quick_exit)\\(");
  for (const char* group : {"models", "systemc"})
    for (const SourceFile& file : sources_of(group)) {
      CAPTURE(file.path);
      CHECK_FALSE(std::regex_search(read_file(kSourceDir / file.path), call));
    }
}

TEST_CASE("no result goes through the C library's elementary functions") {
  const std::regex call(
      "std::(exp|exp2|expm1|log|log2|log10|log1p|sin|cos|tan|tanh|pow|cbrt|hypot|erf|fma)\\(|"
      "\\.(exp|log|log10|sin|cos|tanh|pow)\\(");
  for (const SourceFile& file : sources_of("models")) {
    CAPTURE(file.path);
    CHECK_FALSE(std::regex_search(read_file(kSourceDir / file.path), call));
  }
}

TEST_CASE("no source file is longer than 350 lines") {
  for (const char* group : {"models", "systemc", "explorer", "tests"})
    for (const SourceFile& file : sources_of(group)) {
      const std::string text = read_file(kSourceDir / file.path);
      CAPTURE(file.path);
      CHECK(std::count(text.begin(), text.end(), '\n') <= 350);
    }
}

}  // namespace ampa

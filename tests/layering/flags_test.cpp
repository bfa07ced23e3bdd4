// Compiler flags that decide bits, read from the compile commands of this very build.
#include <catch2/catch.hpp>

#include "common/json_reader.h"
#include "source_tree.h"

namespace ampa {
namespace {

const std::filesystem::path kBinaryDir = AMPA_BINARY_DIR;

std::set<std::string> words_of(const std::string& command) {
  std::istringstream text(command);
  std::set<std::string> words;
  for (std::string word; text >> word;) words.insert(word);
  return words;
}

// Not so tests/test_main.cpp, which holds the test framework and nothing of ours.
bool is_ours(const std::string& file) {
  if (file == (kSourceDir / "tests" / "test_main.cpp").string()) return false;
  for (const char* group : {"models", "systemc", "explorer", "tests"})
    if (file.rfind((kSourceDir / group).string() + "/", 0) == 0) return true;
  return false;
}

}  // namespace

TEST_CASE("every file of ours is compiled with -ffp-contract=off and without fast-math") {
  std::size_t checked = 0;
  for (const Json& entry : read_json_file(kBinaryDir / "compile_commands.json")) {
    const std::string file = entry.at("file").get<std::string>();
    if (!is_ours(file)) continue;
    const std::set<std::string> words = words_of(entry.at("command").get<std::string>());
    CAPTURE(file);
    CHECK(words.count("-ffp-contract=off") == 1);
    for (const char* flag :
         {"-ffast-math", "-Ofast", "-funsafe-math-optimizations", "-fassociative-math", "-freciprocal-math",
          "-ffinite-math-only", "-fno-signed-zeros", "-ffp-contract=fast", "-ffp-contract=on", "-mdaz-ftz"})
      CHECK(words.count(flag) == 0);
    ++checked;
  }
  CHECK(checked > 60);
}

TEST_CASE("no build file and no pragma asks for fast-math") {
  const std::regex forbidden(
      "[^o]-ffast-math|Ofast|unsafe-math|associative-math|finite-math|fp-contract=fast|"
      "FP_CONTRACT\\s+ON|GCC optimize|GCC target");
  for (const char* folder : {"cmake", "models", "systemc", "explorer"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kSourceDir / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".txt" && extension != ".cmake" && extension != ".cpp" && extension != ".h") continue;
      CAPTURE(entry.path().string());
      CHECK_FALSE(std::regex_search(read_file(entry.path()), forbidden));
    }
  for (const char* file : {"CMakeLists.txt", "CMakePresets.json"})
    CHECK_FALSE(std::regex_search(read_file(kSourceDir / file), forbidden));
}

}  // namespace ampa

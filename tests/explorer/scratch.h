// A directory of a test's own, and the command run as a user runs it.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "common/json_reader.h"

namespace ampa::testing {

class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ampa_test_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::string text(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path_ / name).rdbuf();
    return text.str();
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  Json json(const std::string& name) const { return read_json_file(path_ / name); }

 private:
  std::filesystem::path path_;
};

struct Result {
  int exit_code = 0;
  std::string out, err;
  Json json() const { return Json::parse(out); }
};

// Runs `ampa ARGUMENTS` through the shell in the scratch directory; `prefix` comes before the command, as in "ulimit -f
// 1; ".
inline Result ampa(const Scratch& scratch, const std::string& arguments, const std::string& prefix = "") {
  const std::string command = "cd " + (scratch / "").string() + " && " + prefix + AMPA_PROGRAM + " " + arguments +
                              " > stdout.txt 2> stderr.txt";
  const int status = std::system(command.c_str());
  Result result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = scratch.text("stdout.txt");
  result.err = scratch.text("stderr.txt");
  return result;
}

// The part of a training command that is the same in all tests: a network and data set that train in a moment.
inline const std::string kTiny =
    "--network tinycnn --dataset synthetic --epochs 3 --batch-size 16 --max-train 64 --max-test 32 ";

}  // namespace ampa::testing

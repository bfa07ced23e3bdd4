// A directory of a test's own, and the command run as a user runs it.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "../common/temporary_folder.h"
#include "common/json_reader.h"

namespace ampa::testing {

class Scratch : public TemporaryFolder {
 public:
  std::filesystem::path operator/(const std::string& name) const { return path() / name; }
  std::string text(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path() / name).rdbuf();
    return text.str();
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path() / name).parent_path());
    std::ofstream(path() / name) << text;
  }
  Json json(const std::string& name) const { return read_json_file(path() / name); }
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

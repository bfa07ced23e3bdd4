#include "sweep/finished_log.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "common/error.h"
#include "example_sweep.h"
#include "scratch.h"

namespace ampa::sweep {
namespace {

TrialSummary example(std::size_t index) {
  return testing::example_sweep().trials.at(index);
}

}  // namespace

TEST_CASE("of several lines of a trial the last counts") {
  const testing::Scratch scratch;
  TrialSummary trial = example(3), later = trial;
  later.final_metric = 12.5;
  {
    FinishedLog log(scratch / "log");
    log.append({"aa", trial});
    log.append({"bb", example(1)});
    log.append({"cc", later});
  }
  const auto found = read_finished_log(scratch / "log");
  REQUIRE(found.size() == 2);
  CHECK(found.at(trial.id).record_sha256 == "cc");
  CHECK(to_json(found.at(trial.id).trial).dump() == to_json(later).dump());
  CHECK(read_finished_log(scratch / "no log").empty());
}

TEST_CASE("torn and damaged lines count as absent, and lines to come are whole") {
  const testing::Scratch scratch;
  {
    FinishedLog log(scratch / "log");
    log.append({"aa", example(1)});
    log.append({"bb", example(2)});
  }
  const std::string text = scratch.text("log");
  SECTION("torn at every place") {
    for (std::size_t size = text.find('\n') + 1; size < text.size(); size += 97) {
      scratch.write("log", text.substr(0, size));
      CHECK(read_finished_log(scratch / "log").size() == 1);
    }
    FinishedLog(scratch / "log").append({"cc", example(3)});
    CHECK(read_finished_log(scratch / "log").size() == 2);
    CHECK(scratch.text("log").find(example(2).id) == std::string::npos);
  }
  SECTION("no line at all") {
    scratch.write("log", "nothing of this kind");
    FinishedLog(scratch / "log").append({"cc", example(3)});
    CHECK(read_finished_log(scratch / "log").size() == 1);
  }
  SECTION("a figure that was changed") {
    std::string changed = text;
    changed.replace(changed.find("\"accuracy_percent\":89.9"), 23, "\"accuracy_percent\":99.9");
    scratch.write("log", changed);
    CHECK(read_finished_log(scratch / "log").size() == 1);
  }
  SECTION("a line of another kind between two") {
    scratch.write("log", "{\"trial\": 5}\n\xff\xfe\n" + text);
    CHECK(read_finished_log(scratch / "log").size() == 2);
  }
}

TEST_CASE("a line that the disk has no room for leaves none of it") {
  const testing::Scratch scratch;
  FinishedLog log(scratch / "log");
  log.append({"aa", example(1)});
  const auto size = std::filesystem::file_size(scratch / "log");
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {size + 100, size + 100};
    bool is_said = ::setrlimit(RLIMIT_FSIZE, &limit) != 0;
    try {
      log.append({"bb", example(2)});
    } catch (const RunError& error) {
      is_said = std::string(error.what()).find("log: cannot write: ") != std::string::npos;
    }
    ::_exit(is_said ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  CHECK(std::filesystem::file_size(scratch / "log") == size);
}

TEST_CASE("the log is never followed elsewhere") {
  const testing::Scratch scratch;
  scratch.write("victim", "mine");
  std::filesystem::create_symlink(scratch / "victim", scratch / "log");
  CHECK_THROWS_AS(FinishedLog(scratch / "log"), RunError);
  CHECK(scratch.text("victim") == "mine");
}

}  // namespace ampa::sweep

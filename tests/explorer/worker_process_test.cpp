#include "sweep/worker_process.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "common/error.h"
#include "scratch.h"

namespace ampa::sweep {
namespace {

WorkerResult wait_for(WorkerProcess& process) {
  for (int i = 0; i < 3000; ++i) {
    if (const auto result = process.poll()) return *result;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL("the process did not end");
  return {};
}

}  // namespace

TEST_CASE("a worker's output and exit code are kept") {
  const testing::Scratch scratch;
  WorkerProcess process({"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}, scratch / "log.txt");
  const WorkerResult result = wait_for(process);
  CHECK(result.words() == "exit code 3");
  CHECK(scratch.text("log.txt") == "out\nerr\n");
}

TEST_CASE("a worker that crashes is told apart from one that fails") {
  const testing::Scratch scratch;
  WorkerProcess process({"/bin/sh", "-c", "kill -SEGV $$"}, scratch / "log.txt");
  CHECK(wait_for(process).words() == "signal 11 (Segmentation fault)");
}

TEST_CASE("a worker can be asked to stop") {
  const testing::Scratch scratch;
  WorkerProcess process({"/bin/sleep", "60"}, scratch / "log.txt");
  process.terminate();
  const int signal = wait_for(process).signal;
  CHECK(signal == SIGTERM);
}

TEST_CASE("a worker that is stopped hears of the wish to end") {
  const testing::Scratch scratch;
  WorkerProcess process({"/bin/sh", "-c", "echo there; kill -STOP $$; sleep 60"}, scratch / "log.txt");
  while (scratch.text("log.txt").empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  process.terminate();
  CHECK(wait_for(process).signal == SIGTERM);
}

TEST_CASE("a worker that ignores the wish to end is killed") {
  const testing::Scratch scratch;
  WorkerProcess process({"/bin/sh", "-c", "trap '' TERM; echo there; kill -STOP $$; sleep 60"}, scratch / "log.txt");
  while (scratch.text("log.txt").empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.terminate();
  process.kill();
  CHECK(wait_for(process).signal == SIGKILL);
}

TEST_CASE("waiting ends with the first worker that does, or when the time is over") {
  const testing::Scratch scratch;
  WorkerProcess slow({"/bin/sleep", "60"}, scratch / "slow.txt"), fast({"/bin/true"}, scratch / "fast.txt");
  WorkerProcess::wait_for_any({&slow, &fast}, std::chrono::seconds(30));
  CHECK(fast.poll().has_value());
  WorkerProcess::wait_for_any({&slow}, std::chrono::milliseconds(1));
  CHECK_FALSE(slow.poll().has_value());
}

TEST_CASE("a program that is not there fails the worker, not the sweep") {
  const testing::Scratch scratch;
  WorkerProcess process({"/nowhere/ampa"}, scratch / "log.txt");
  CHECK(wait_for(process).exit_code == 127);
}

TEST_CASE("a log that cannot be written is named") {
  CHECK_THROWS_WITH(WorkerProcess({"/bin/true"}, "/nowhere/log.txt"),
                    Catch::Contains("/nowhere/log.txt: cannot write"));
}

}  // namespace ampa::sweep

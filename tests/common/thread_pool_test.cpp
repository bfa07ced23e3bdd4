#include "common/thread_pool.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include "common/error.h"

namespace ampa {

TEST_CASE("every part runs exactly once, for any number of threads and parts") {
  for (const int threads : {1, 2, 3, 8, 33}) {
    ThreadPool pool(threads);
    CHECK(pool.num_threads() == threads);
    for (const std::int64_t parts : {0, 1, 2, 7, 32, 33, 1000}) {
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(parts));
      pool.for_each_part(parts, [&](std::int64_t part) { ++runs[static_cast<std::size_t>(part)]; });
      for (const std::atomic<int>& count : runs) REQUIRE(count == 1);
    }
  }
}

TEST_CASE("threads that cannot be started are an error, and those that run end") {
  for (const int given : {1, 2, 5}) {
    std::atomic<int> running{0};
    int started = 1;
    const auto start = [&](std::function<void()> work) {
      if (started == given) throw std::system_error(EAGAIN, std::generic_category());
      ++started;
      return std::thread([&running, work = std::move(work)] {
        ++running;
        work();
        --running;
      });
    };
    CHECK_THROWS_AS(ThreadPool(8, start), RunError);
    started = 1;
    CHECK_THROWS_WITH(ThreadPool(8, start), "threads: expected 8 to start, found that the system gives " +
                                                std::to_string(given) + ": Resource temporarily unavailable");
    CHECK(running == 0);
  }
}

TEST_CASE("a loop runs from one end, the next from the other") {
  ThreadPool pool(1);
  std::vector<std::int64_t> order;
  for (int loop = 0; loop < 2; ++loop) pool.for_each_part(3, [&](std::int64_t part) { order.push_back(part); });
  CHECK((order == std::vector<std::int64_t>{2, 1, 0, 0, 1, 2}));
}

TEST_CASE("a thread begins with its own contiguous share") {
  ThreadPool pool(4);
  for (int loop = 0; loop < 2; ++loop) {
    std::set<std::thread::id> threads;
    std::set<std::int64_t> shares;
    std::mutex mutex;
    std::atomic<int> arrived{0};
    pool.for_each_part(103, [&](std::int64_t part) {
      std::unique_lock lock(mutex);
      if (!threads.insert(std::this_thread::get_id()).second) return;
      shares.insert((part * 4 + 3) / 103);
      lock.unlock();
      for (++arrived; arrived < 4;) std::this_thread::yield();  // nobody goes on before all have begun
    });
    CHECK(threads.size() == 4);
    CHECK(shares.size() == 4);
    CHECK(threads.count(std::this_thread::get_id()) == 1);
  }
}

TEST_CASE("what a thread cannot get to is done by another") {
  ThreadPool pool(2);
  for (int loop = 0; loop < 2; ++loop) {
    constexpr std::int64_t kParts = 10;
    std::atomic<std::int64_t> done{0};
    const std::int64_t first_of_caller = loop == 0 ? kParts / 2 - 1 : 0;
    pool.for_each_part(kParts, [&](std::int64_t part) {
      while (part == first_of_caller && done < kParts - 1) std::this_thread::yield();
      ++done;
    });
    CHECK(done == kParts);
  }
}

TEST_CASE("an exception of a part reaches the caller and the pool goes on working") {
  for (const int threads : {1, 4}) {
    ThreadPool pool(threads);
    for (const std::int64_t bad : {0, 50, 99}) {
      const auto body = [&](std::int64_t part) {
        if (part == bad) throw MismatchError("part " + std::to_string(part));
      };
      CHECK_THROWS_AS(pool.for_each_part(100, body), MismatchError);
      CHECK_THROWS_WITH(pool.for_each_part(100, body), "part " + std::to_string(bad));
    }
    const auto all = [](std::int64_t) { throw std::runtime_error("all"); };
    CHECK_THROWS_WITH(pool.for_each_part(100, all), "all");
    std::atomic<std::int64_t> sum{0};
    pool.for_each_part(100, [&](std::int64_t part) { sum += part; });
    CHECK(sum == 4950);
  }
}

TEST_CASE("many short loops one after the other, in which some threads are late") {
  for (const int threads : {2, 3}) {
    ThreadPool pool(threads);
    std::vector<std::int64_t> values(17, 0);
    for (int round = 0; round < 20000; ++round) {
      pool.for_each_part(17, [&](std::int64_t part) { values[static_cast<std::size_t>(part)] += part; });
      if (round % 64 == 0) std::this_thread::yield();
    }
    for (std::int64_t part = 0; part < 17; ++part) REQUIRE(values[static_cast<std::size_t>(part)] == 20000 * part);
  }
}

TEST_CASE("a pool has at least one thread") {
  CHECK_THROWS_AS(ThreadPool(0), InputError);
  CHECK_THROWS_WITH(ThreadPool(-3), "threads: expected an integer >= 1, found -3");
}

}  // namespace ampa

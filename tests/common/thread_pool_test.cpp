#include "common/thread_pool.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <numeric>
#include <set>
#include <stdexcept>
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

TEST_CASE("a thread takes a contiguous share, from one end and the next time from the other") {
  ThreadPool pool(4);
  std::vector<std::thread::id> owner(103);
  std::vector<std::int64_t> order[2];
  for (std::vector<std::int64_t>& times : order) {
    times.resize(owner.size());
    std::atomic<std::int64_t> clock{0};
    pool.for_each_part(103, [&](std::int64_t part) {
      owner[static_cast<std::size_t>(part)] = std::this_thread::get_id();
      times[static_cast<std::size_t>(part)] = clock++;
    });
  }
  std::set<std::thread::id> seen{owner[0]};
  for (std::size_t part = 1; part < owner.size(); ++part) {
    if (owner[part] == owner[part - 1])
      REQUIRE((order[0][part] > order[0][part - 1]) != (order[1][part] > order[1][part - 1]));
    else
      REQUIRE(seen.insert(owner[part]).second);
  }
  CHECK(seen.size() == 4);
  CHECK(seen.count(std::this_thread::get_id()) == 1);
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

TEST_CASE("many short loops one after the other") {
  ThreadPool pool(3);
  std::vector<std::int64_t> values(17, 0);
  for (int round = 0; round < 5000; ++round)
    pool.for_each_part(17, [&](std::int64_t part) { values[static_cast<std::size_t>(part)] += part; });
  CHECK(std::accumulate(values.begin(), values.end(), std::int64_t{0}) == 5000 * (16 * 17 / 2));
}

TEST_CASE("a pool has at least one thread") {
  CHECK_THROWS_AS(ThreadPool(0), InputError);
  CHECK_THROWS_WITH(ThreadPool(-3), "threads: expected an integer >= 1, found -3");
}

}  // namespace ampa

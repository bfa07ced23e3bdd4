#include "common/run_ahead.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace ampa {

TEST_CASE("run ahead: every item once, in order, and never more than two of them") {
  std::atomic<std::int64_t> num_made{0};
  std::thread::id maker;
  RunAhead<std::vector<int>> items(100, [&](std::int64_t index, std::vector<int>& item) {
    maker = std::this_thread::get_id();
    item.assign(3, static_cast<int>(index));
    ++num_made;
  });
  for (int i = 0; i < 100; ++i) {
    const std::vector<int>& item = items.next();
    CHECK(num_made <= i + 2);
    for (int look = 0; look < 3; ++look) {
      std::this_thread::yield();
      CHECK(item == std::vector<int>(3, i));
    }
  }
  CHECK_THROWS_AS(items.next(), std::logic_error);
  CHECK(maker != std::this_thread::get_id());
}

TEST_CASE("run ahead: an exception arrives after the items before it, and again") {
  RunAhead<int> items(9, [](std::int64_t index, int& item) {
    if (index == 2) throw std::runtime_error("item 2");
    item = static_cast<int>(index);
  });
  CHECK(items.next() == 0);
  CHECK(items.next() == 1);
  CHECK_THROWS_WITH(items.next(), "item 2");
  CHECK_THROWS_WITH(items.next(), "item 2");
}

TEST_CASE("run ahead: it ends with items left, with none taken, and without any") {
  std::atomic<int> num_made{0};
  const auto make = [&](std::int64_t, int&) { ++num_made; };
  {
    RunAhead<int> items(1000000, make);
    items.next();
    items.next();
  }
  CHECK(num_made <= 3);
  { RunAhead<int> items(5, make); }
  RunAhead<int> none(0, make);
  CHECK_THROWS_AS(none.next(), std::logic_error);
}

}  // namespace ampa

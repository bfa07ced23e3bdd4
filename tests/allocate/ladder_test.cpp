#include "allocate/ladder.h"

#include <catch2/catch.hpp>

#include "common/error.h"

using namespace ampa;
using namespace ampa::allocate;
using Catch::Contains;

TEST_CASE("ladders are one or more ascending widths") {
  for (const Ladder& good : {Ladder{4, 6, 8}, Ladder{4, 8}, Ladder{2, 3, 4, 5, 6, 7, 8}, Ladder{2, 5}, Ladder{8}})
    CHECK_NOTHROW(check_ladder(good));
  for (const Ladder& bad : {Ladder{}, Ladder{8, 4}, Ladder{4, 4, 8}, Ladder{1, 8}, Ladder{4, 9}})
    CHECK_THROWS_AS(check_ladder(bad), InputError);
  CHECK_THROWS_WITH(check_ladder({4, 9}), Contains("ladder") && Contains("[4, 9]"));
  CHECK_THROWS_AS(LadderState({}, 3, 2), InputError);
  CHECK_THROWS_WITH(LadderState({4, 8}, -1, 2), Contains("thr") && Contains("-1"));
}

TEST_CASE("selected layers climb one width at a time and stay at the top") {
  LadderState state({4, 6, 8}, kThrInfinite, 3);
  CHECK(state.next_bits(1) == 6);
  state.select({1, 2, 0}, 2);
  CHECK(state.bits(0) == 4);
  CHECK(state.bits(1) == 6);
  CHECK(state.bits(2) == 6);
  state.select({1, 2, 0}, 1);
  CHECK(state.bits(1) == 8);
  CHECK(state.at_top(1));
  CHECK(state.next_bits(1) == 8);
  CHECK(state.top_selections(1) == 0);
  for (int i = 0; i < 50; ++i) state.select({1, 2, 0}, 1);
  CHECK(state.bits(1) == 8);
  CHECK(state.top_selections(1) == 50);
  CHECK_FALSE(state.is_taboo(1));
  CHECK(state.bits(2) == 6);
}

TEST_CASE("a layer is taboo after thr selections at the top, and the next in rank moves up") {
  for (const std::int64_t thr : {0, 1, 3}) {
    LadderState state({4, 6, 8}, thr, 2);
    for (std::int64_t i = 0; i < 2 + thr; ++i) {
      CHECK_FALSE(state.is_taboo(0));
      state.select({0, 1}, 1);
      CHECK(state.bits(1) == 4);
    }
    CHECK(state.is_taboo(0));
    CHECK(state.top_selections(0) == thr);
    state.select({0, 1}, 1);
    CHECK(state.bits(1) == 6);
    CHECK(state.top_selections(0) == thr);
  }
}

TEST_CASE("selecting more layers than are left selects those that are left") {
  LadderState state({4, 8}, 0, 3);
  state.select({2, 1, 0}, 2);
  state.select({2, 1, 0}, 3);
  CHECK(state.bits(0) == 8);
  state.select({2, 1, 0}, 3);  // all taboo: nothing happens
  for (int layer = 0; layer < 3; ++layer) CHECK(state.top_selections(layer) == 0);
}

TEST_CASE("a state goes through JSON and comes back") {
  LadderState state({4, 6, 8}, 2, 3);
  for (int i = 0; i < 3; ++i) state.select({2, 0, 1}, 2);
  state.select({2, 0, 1}, 1);
  const Json json = state.to_json();
  CHECK(json.dump() == R"({"bits":[8,4,8],"top_selections":[1,0,2]})");
  LadderState other({4, 6, 8}, 2, 3);
  other.restore(JsonReader(json, "test"));
  CHECK(other.to_json() == json);
  CHECK(other.is_taboo(2));
  CHECK_FALSE(other.is_taboo(0));
}

TEST_CASE("a state that does not fit is refused and leaves everything as it was") {
  LadderState state({4, 8}, 2, 2);
  state.select({1, 0}, 1);
  const Json before = state.to_json();
  const auto error_of = [&](const char* text) {
    const Json json = Json::parse(text);
    try {
      state.restore(JsonReader(json, "checkpoint"));
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  CHECK_THAT(error_of(R"({"bits":[4],"top_selections":[0,0]})"), Contains("checkpoint: bits: expected 2 numbers"));
  CHECK_THAT(error_of(R"({"bits":[4,8],"top_selections":[0]})"), Contains("top_selections: expected 2 numbers"));
  CHECK_THAT(error_of(R"({"bits":[4,6],"top_selections":[0,0]})"), Contains("widths of the ladder 4-8, found 6"));
  CHECK_THAT(error_of(R"({"bits":[4,8],"top_selections":[0,-1]})"), Contains("top_selections"));
  CHECK_THAT(error_of(R"({"bits":[4,8]})"), Contains("top_selections: expected a value"));
  CHECK(state.to_json() == before);
}

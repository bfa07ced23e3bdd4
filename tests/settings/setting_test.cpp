#include "settings/setting.h"

#include <catch2/catch.hpp>

#include "common/error.h"

namespace ampa::settings {
namespace {

using Catch::Contains;

Json typed(const Setting& setting, const std::string& text) {
  return value_of(setting, {text}, "--" + setting.key);
}

bool takes(const Setting& setting, Json value) {
  return accept(setting, value);
}

}  // namespace

TEST_CASE("numbers on the command line are read as people write them") {
  const Setting rate = number("lr", NumberRange::above(0, 1000));
  for (const char* text : {".1", "+0.1", "0.1", "1e-1"}) CHECK(typed(rate, text) == Json(0.1));
  const Setting epochs = integer("epochs", 1, 100000);
  for (const char* text : {"1000", "1e3", "1000.0", "+1000", "1.e3"}) CHECK(typed(epochs, text) == Json(1000));
  const Setting ladder = integers("ladder", 2, 8);
  CHECK(typed(ladder, "4,6.0,8") == Json({4, 6, 8}));
  CHECK(typed(ladder, "") == Json::array());
  const Setting seed = unsigned_integer("seed", UINT64_MAX);
  CHECK(typed(seed, "18446744073709551615") == Json(UINT64_MAX));
}

TEST_CASE("what is no value of the setting is refused in words for people") {
  CHECK_THROWS_WITH(typed(number("lr", NumberRange::above(0, 1000)), "0"),
                    "--lr: expected a number above 0, at most 1000, found \"0\"");
  CHECK_THROWS_WITH(typed(number("alpha", {0, 100}), "ten"), "--alpha: expected a number in [0, 100], found \"ten\"");
  CHECK_THROWS_WITH(typed(integer("epochs", 1, 10), "1.5"), "--epochs: expected an integer in [1, 10], found \"1.5\"");
  CHECK_THROWS_WITH(typed(integer("steps", 1, INT64_MAX), "99999999999999999999"),
                    Contains("--steps: expected an integer of at least 1, found"));
  CHECK_THROWS_WITH(typed(unsigned_integer("seed", UINT64_MAX), "18446744073709551616"),
                    Contains("--seed: expected an integer in [0, 2^64 - 1], found"));
  CHECK_THROWS_WITH(typed(choice("isa", {"auto", "amx"}), "mmx"), "--isa: expected one of auto, amx, found \"mmx\"");
  CHECK_THROWS_WITH(value_of(integer("epochs", 1, 10), {"1", "2"}, "--epochs"),
                    "--epochs: expected once, found 2 times");
  for (const char* text : {"nan", "inf", "0x10", "1,5", "1e999", ""})
    CHECK_THROWS_AS(typed(number("lr", NumberRange::above(0, 1000)), text), InputError);
}

TEST_CASE("files have JSON's grammar, in which 1.0 and 1e0 are integers") {
  Json one = Json::parse("1.0");
  CHECK(accept(integer("epochs", 1, 10), one));
  CHECK(one == Json(1));
  CHECK(one.is_number_integer());
  CHECK_FALSE(takes(integer("epochs", 1, 10), 1.5));
  CHECK_FALSE(takes(integer("epochs", 1, 10), "1"));
  CHECK_FALSE(takes(integer("epochs", 1, 10), 11));
  CHECK_FALSE(takes(integer("epochs", 1, INT64_MAX), std::uint64_t{1} << 63));
  CHECK_FALSE(takes(unsigned_integer("seed", INT64_MAX), -1));
  CHECK_FALSE(takes(number("lr", NumberRange::above(0, 1)), true));
  CHECK(takes(integer("thr", 0, 9).or_words({"inf"}), "inf"));
  CHECK_FALSE(takes(integer("thr", 0, 9).or_words({"inf"}), "none"));
  CHECK_FALSE(takes(integers("ladder", 2, 8), Json({4, 9})));
}

TEST_CASE("lists are separated by commas or repeated, and memories hold commas of their own") {
  CHECK(value_of(text_list("points"), {"a,b", "c"}, "--points") == Json({"a", "b", "c"}));
  CHECK(value_of(texts("memory"), {"latency=1,gap=2", "ideal"}, "--memory") == Json({"latency=1,gap=2", "ideal"}));
}

TEST_CASE("a schema says what the table says") {
  CHECK(schema_of(number("lr", NumberRange::above(0, 1000))) ==
        Json({{"type", "number"}, {"exclusiveMinimum", 0.0}, {"maximum", 1000.0}}));
  CHECK(schema_of(integer("thr", 0, 9).or_words({"inf"}))["oneOf"][1] == Json({{"const", "inf"}}));
  CHECK(schema_of(number("itv", NumberRange::above(0, 1)).or_null())["type"] == Json({"number", "null"}));
}

}  // namespace ampa::settings

#include "common/number_range.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace ampa {

TEST_CASE("ranges in the words of a person") {
  CHECK(NumberRange{0, 1}.words() == "a number in [0, 1]");
  CHECK(NumberRange{-100, 100}.words("percentage") == "a percentage in [-100, 100]");
  CHECK(NumberRange::above(0, 1000).words() == "a number above 0, at most 1000");
  CHECK(NumberRange::above(0).words() == "a number above 0");
  CHECK(NumberRange::below(0, 1).words() == "a number of at least 0, below 1");
  CHECK(NumberRange{0}.words() == "a number of at least 0");
  CHECK(NumberRange{-NumberRange::kNone, 2.5}.words() == "a number of at most 2.5");
  CHECK(NumberRange{}.words() == "a number");
  CHECK(integer_words(1, 8) == "an integer in [1, 8]");
  CHECK(integer_words(1, INT64_MAX) == "an integer of at least 1");
  CHECK(integer_words(INT64_MIN, -1) == "an integer of at most -1");
  CHECK(integer_words(INT64_MIN, INT64_MAX) == "an integer of 64 bits");
}

TEST_CASE("the ends of a range") {
  const NumberRange closed{0, 1}, open = NumberRange::above(0, 1), half = NumberRange::below(0, 1);
  CHECK((closed.has(0) && closed.has(1) && !closed.has(-1e-300) && !closed.has(1.0000001)));
  CHECK((!open.has(0) && open.has(5e-324) && open.has(1)));
  CHECK((half.has(0) && !half.has(1) && half.has(0.9999999)));
  for (const NumberRange& range : {closed, open, half, NumberRange{}}) {
    CHECK_FALSE(range.has(std::nan("")));
    CHECK_FALSE(range.has(NumberRange::kNone));
    CHECK_FALSE(range.has(-NumberRange::kNone));
  }
}

}  // namespace ampa

#include "settings/suggest.h"

#include <catch2/catch.hpp>

namespace ampa::settings {

TEST_CASE("a mistyped word finds the one that was meant") {
  const std::vector<std::string> known = {"train", "trace", "simulate", "sweep"};
  CHECK(nearest("trian", known) == "train");
  CHECK(nearest("simulat", known) == "simulate");
  CHECK(nearest("sweeep", known) == "sweep");
  CHECK(did_you_mean("trian", known) == "; did you mean train?");
}

TEST_CASE("a word that is like none finds none") {
  CHECK(nearest("fly", {"train", "trace"}).empty());
  CHECK(did_you_mean("fly", {"train"}).empty());
  CHECK(nearest(std::string(100000, 'x'), {"train"}).empty());
}

}  // namespace ampa::settings

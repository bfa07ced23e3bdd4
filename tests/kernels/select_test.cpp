#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "common/error.h"
#include "kernels/kernels.h"

namespace ampa::kernels {
namespace {

TEST_CASE("instruction sets are chosen by name, the best one by default") {
  const std::vector<std::string> names = available();
  REQUIRE_FALSE(names.empty());
  CHECK(names.back() == "portable");
  for (const std::string& name : names) {
    select(name);
    CHECK(active().name == name);
  }
  select("auto");
  CHECK(active().name == names.front());
}

TEST_CASE("what this machine lacks is named") {
  const std::vector<std::string> names = available();
  for (const char* name : {"amx", "avx512vnni", "avx2"})
    if (std::find(names.begin(), names.end(), name) == names.end())
      WARN("this processor or its system has no " << name << ": no test of this run covers its kernels");
  CHECK(names.size() <= 4);
}

TEST_CASE("an unknown instruction set is refused and the valid ones are listed") {
  CHECK_THROWS_AS(select("mmx"), InputError);
  CHECK_THROWS_WITH(select("mmx"), Catch::Contains("found 'mmx'") && Catch::Contains("portable"));
  CHECK(active().name == available().front());
}

// Run by ctest in processes of their own, with AMPA_ISA set.
TEST_CASE("AMPA_ISA makes the first choice", "[.environment]") {
  REQUIRE(std::getenv("AMPA_ISA") != nullptr);
  const std::string wanted = std::getenv("AMPA_ISA");
  if (wanted == "mmx")
    CHECK_THROWS_WITH(active(), Catch::Contains("AMPA_ISA: expected auto or one of") && Catch::Contains("found 'mmx'"));
  else
    CHECK(active().name == wanted);
}

}  // namespace
}  // namespace ampa::kernels

// The version of the contract stands in two places.
#include "numerics/version.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "common/atomic_file.h"

namespace ampa::numerics {

TEST_CASE("NUMERICS.md and the code name the same version, once") {
  const std::string page = read_file(std::filesystem::path(AMPA_SOURCE_DIR) / "models" / "numerics" / "NUMERICS.md");
  const std::size_t at = page.find(fmt::format("\nNumerics version {}. ", kNumericsVersion));
  CHECK(at != std::string::npos);
  CHECK(page.find("\nNumerics version ", at + 1) == std::string::npos);
}

}  // namespace ampa::numerics

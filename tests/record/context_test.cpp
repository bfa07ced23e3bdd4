#include "record/context.h"

#include <catch2/catch.hpp>
#include <regex>

#include "kernels/kernels.h"

namespace ampa::record {

TEST_CASE("the context says when, where and with what a run was made") {
  const Json context = make_context(3);
  CHECK(std::regex_match(context.at("date").get<std::string>(), std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")));
  CHECK(std::regex_match(context.at("git_revision").get<std::string>(), std::regex("[0-9a-f]{40}|unknown")));
  CHECK(context.at("num_threads") == 3);
  CHECK(context.at("isa") == kernels::active().name);
  for (const char* key : {"ampa_version", "build_type", "compiler_version", "eigen_version", "systemc_version",
                          "verilator_version", "cpu_model"})
    CHECK_FALSE(context.at(key).get<std::string>().empty());
}

}  // namespace ampa::record

#include "record/context.h"

#include <catch2/catch.hpp>
#include <string>

#include "kernels/kernels.h"

namespace ampa::record {
namespace {

// The text with every digit as 0.
std::string shape_of(std::string text) {
  for (char& c : text)
    if (c >= '0' && c <= '9') c = '0';
  return text;
}

}  // namespace

TEST_CASE("the context says when, where and with what a run was made") {
  const Json context = make_context(3);
  CHECK(shape_of(context.at("date").get<std::string>()) == "0000-00-00T00:00:00Z");
  std::string revision = context.at("git_revision").get<std::string>();
  const std::string dirty = "-dirty";
  if (revision.size() == 40 + dirty.size() && revision.substr(40) == dirty) revision.resize(40);
  const bool is_commit = revision.size() == 40 && revision.find_first_not_of("0123456789abcdef") == std::string::npos;
  CHECK((is_commit || revision == "unknown"));
  CHECK(context.at("num_threads") == 3);
  CHECK(context.at("isa") == kernels::active().name);
  for (const char* key : {"ampa_version", "build_type", "compiler_version", "eigen_version", "systemc_version",
                          "verilator_version", "cpu_model"})
    CHECK_FALSE(context.at(key).get<std::string>().empty());
}

}  // namespace ampa::record

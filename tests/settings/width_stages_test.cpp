#include "settings/width_stages.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "../common/temporary_folder.h"
#include "common/error.h"

namespace ampa::settings {
namespace {

using Catch::Contains;

std::vector<std::int64_t> firsts(const std::string& text, std::int64_t epochs) {
  std::vector<std::int64_t> list;
  for (const WidthStage& stage : width_stages_from_string(text, "--bits")) list.push_back(stage.first_epoch(epochs));
  return list;
}

}  // namespace

TEST_CASE("width stages begin at a percentage of the epochs or at an epoch") {
  CHECK(firsts("8", 100) == std::vector<std::int64_t>{0});
  CHECK(firsts("4,40%:8,60:w4", 100) == std::vector<std::int64_t>{0, 40, 60});
  CHECK(firsts("4,40%:8", 7) == std::vector<std::int64_t>{0, 3});    // 2.8
  CHECK(firsts("4,12.5%:8", 4) == std::vector<std::int64_t>{0, 1});  // 0.5
  CHECK(firsts("g4,100%:g8", 20) == std::vector<std::int64_t>{0, 20});
  const auto stages = width_stages_from_string("w8a8g8,50%:w4a3", "--bits");
  CHECK(*stages[1].widths.of("x").w == 4);
  CHECK(*stages[1].widths.of("x").a == 3);
  CHECK(*stages[1].widths.of("x").g == 8);  // a stage does not take over what the one before said
}

TEST_CASE("width stages: what is none is refused") {
  const auto refused = [](const std::string& text, const std::string& why) {
    CAPTURE(text);
    CHECK_THROWS_WITH(width_stages_from_string(text, "run.json: bits"), Contains("run.json: bits: " + why));
  };
  refused("8,4", "expected BEGIN:WIDTHS behind the first stage, found \"4\"");
  refused("50%:8", "expected bits in 2..8");
  refused("8,0%:4", "expected stages that begin at a percentage of the epochs above 0");
  refused("8,101%:4", "expected stages that begin");
  refused("8,0:4", "expected stages that begin");
  refused("8,x:4", "expected stages that begin");
  refused("8,60%:4,40%:8", "expected begins that ascend, found \"60% and then 40%\"");
  refused("8,7:4,7:8", "expected begins that ascend");
  refused("8,7:9", "expected bits in 2..8");
  refused("", "expected bits in 2..8");
}

TEST_CASE("width stages have a text that needs no file") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "bits.json").string();
  std::ofstream(path) << R"({"*": 4, "conv1": "w2a3g5"})";
  const auto stages = width_stages_from_string("@" + path + ",50%:6", "--bits");
  const std::string text = inline_text(stages);
  CHECK(text == R"({"*":"4","conv1":"w2a3g5"},50%:6)");
  CHECK(inline_text(width_stages_from_string(text, "--bits")) == text);
  CHECK(inline_text(width_stages_from_string("8", "--bits")) == "8");
  CHECK(inline_text(width_stages_from_string("{},3:{}", "--bits")) == "8,3:8");
  CHECK(*width_stages_from_string(text, "--bits")[0].widths.of("conv1").a == 3);
}

}  // namespace ampa::settings

// `ampa paper`: tables run as trials, shared between them, and the page.
#include <catch2/catch.hpp>

#include "paper/experiment.h"
#include "scratch.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

}  // namespace

TEST_CASE("paper: the list names what there is, and what cannot be asked for is refused") {
  const Scratch scratch;
  const Result list = ampa(scratch, "paper list");
  CHECK(list.exit_code == 0);
  CHECK_THAT(list.out, Contains("table17") && Contains("figure2"));
  CHECK(ampa(scratch, "paper list --json").json()["tables"].size() == paper::experiments().size());
  const auto refused = [&](const std::string& arguments) {
    const Result result = ampa(scratch, "paper " + arguments);
    CHECK(result.exit_code == 2);
    return result.err;
  };
  CHECK_THAT(refused("run table99 --out d"), Contains("TABLE: expected one of table1,"));
  CHECK_THAT(refused("run table5 --scale huge --out d"), Contains("--scale: expected one of quick, mid, full"));
  CHECK_THAT(refused("run table7 --scale mid --out d"), Contains("table7: no row can be run at the scale mid"));
  CHECK_THAT(refused("run table5 --scale mid --data-dir cifar10 --out d"),
             Contains("--data-dir: expected DATASET=DIR"));
  CHECK_THAT(refused("page nothing"), Contains("nothing/paper: expected runs of `ampa paper run`, found none"));
}

TEST_CASE("paper: a figure is run once, shared with a table, and shown with its verdicts") {
  const Scratch scratch;
  const Result first = ampa(scratch, "paper run figure6 --seeds 1 --out d --workers 1");
  INFO(first.err);
  REQUIRE(first.exit_code == 0);
  CHECK_THAT(first.out, Contains("1 trials: 1 run, 0 reused, 0 failed") && Contains("ampa paper page d"));
  CHECK_THAT(ampa(scratch, "paper run figure6 --seeds 1 --out d").out, Contains("1 trials: 0 run, 1 reused"));
  REQUIRE(ampa(scratch, "paper page d --out page").exit_code == 0);
  const std::string markdown = scratch.text("page/paper.md"), html = scratch.text("page/paper.html");
  CHECK_THAT(markdown, Contains("## Figure 6:") && Contains("| ResNet-20, CIFAR-10 | AMPA |") &&
                           Contains("gradients' widths change earlier than weights'") && Contains("layer1.0.conv1") &&
                           Contains("## Claims") && Contains("not shown | Figure 6 |"));
  CHECK_THAT(html, Contains("<svg") && Contains("Figure 6") && Contains("</html>"));
  CHECK_THAT(html, !Contains("http://") && !Contains("https://"));  // self-contained
  const std::string again = markdown;
  REQUIRE(ampa(scratch, "paper page d --out page").exit_code == 0);
  CHECK(scratch.text("page/paper.md") == again);
}

TEST_CASE("paper: every table and figure at quick", "[.long]") {
  const Scratch scratch;
  const Result result = ampa(scratch, "paper run all --out d");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  REQUIRE(ampa(scratch, "paper page d").exit_code == 0);
  const std::string page = scratch.text("d/paper.md");
  for (const paper::Experiment& one : paper::experiments()) CHECK_THAT(page, Contains(": " + one.title));
  CHECK_THAT(page, Contains("shown") && !Contains("not run |"));
}

}  // namespace ampa

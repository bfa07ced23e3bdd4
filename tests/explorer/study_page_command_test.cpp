// The page of a study through the command: at its end, again, and while it goes on.
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "scratch.h"
#include "sweep/worker_process.h"

namespace ampa::commands {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

const char* const kStudy = R"({
  "schema_version": 1, "name": "small <study>",
  "base": {"network": "tinycnn", "dataset": "synthetic", "scheme": "ampa", "epochs": 3, "batch_size": 16,
           "max_train": 96, "max_test": 32, "itv_epochs": 1},
  "space": {"alpha": [10, 60], "gamma": [30, 95]},
  "baselines": ["int8"], "seeds": [1, 2],
  "objectives": [{"of": "metric"}, {"of": "rr"}, {"of": "lut_seconds", "point": "fused-8x8"}],
  "points": ["fused-8x8"],
  "sampler": {"name": "grid"}, "budget": {"trials": 20},
  "confirm": {"settings": 1, "seeds": 2, "max_seeds": 2}
})";

std::string without_context(std::string page) {
  const std::size_t begin = page.find("<!--context-->"), end = page.find("<!--/context-->");
  return page.erase(begin, end - begin);
}

Json data_of(const std::string& page) {
  const std::string before = "id=\"data\">";
  const std::size_t begin = page.find(before) + before.size();
  return Json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

// Until `done`, or a minute has passed.
bool wait_for(const std::function<bool()>& done) {
  for (int i = 0; i < 6000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("a study leaves its page and CSV, which a report makes again and a watching one while it goes on") {
  const Scratch scratch;
  scratch.write("S.json", kStudy);
  const Result study = ampa(scratch, "study S.json --out dir --workers 1 --threads 1");
  INFO(study.err);
  REQUIRE(study.exit_code == 0);
  CHECK_THAT(study.out, Contains("dir/study.html\n"));
  const std::string page = scratch.text("dir/study.html");
  CHECK_THAT(page, Contains("<h1>small &lt;study&gt;</h1>"));

  // What the page holds is what study.json says.
  const Json data = data_of(page), results = scratch.json("dir/study.json")["results"];
  CHECK(data["kind"] == "study");
  REQUIRE(data["settings"].size() == results["settings"].size());
  const double mean = results["settings"][1]["objectives"][2]["mean"].get<double>();
  CHECK(data["settings"][1]["figures"]["lut_seconds@fused-8x8"]["mean"].get<double>() == Approx(mean).epsilon(1e-5));
  CHECK(data["progress"].back()["metric"].is_number());
  CHECK(data["trials"].back()["confirming"] == true);
  CHECK(data["trials"].back()["bits"]["w"].size() == 3);

  const Result again = ampa(scratch, "report dir --out elsewhere");
  INFO(again.err);
  REQUIRE(again.exit_code == 0);
  CHECK(again.out == "elsewhere/study.html\nelsewhere/trials.csv\nelsewhere/settings.csv\n");
  CHECK(without_context(scratch.text("elsewhere/study.html")) == without_context(page));
  CHECK(scratch.text("elsewhere/settings.csv") == scratch.text("dir/settings.csv"));
  CHECK_THAT(scratch.text("dir/trials.csv"), Contains("fused-8x8"));
  CHECK(ampa(scratch, "report dir --watch").exit_code == 0);  // it is over
  CHECK_THAT(ampa(scratch, "report dir --point fused-8x8").err, Contains("expected none for a study"));

  Json going_on = scratch.json("dir/study.json");
  const Json end = going_on["results"]["end"];
  going_on["results"]["end"] = nullptr;
  write_json_file(scratch / "dir/study.json", going_on);
  const std::vector<std::string> command = {AMPA_PROGRAM, "report", (scratch / "dir").string(), "--watch"};
  sweep::WorkerProcess watching(command, scratch / "log.txt");
  CHECK(wait_for([&] { return scratch.text("dir/study.html").find("The study goes on") != std::string::npos; }));
  CHECK_FALSE(watching.poll());
  going_on["results"]["end"] = end;
  write_json_file(scratch / "dir/study.json", going_on);
  REQUIRE(wait_for([&] { return watching.poll().has_value(); }));
  CHECK(watching.poll()->exit_code == 0);
  CHECK(without_context(scratch.text("dir/study.html")) == without_context(page));
}

}  // namespace ampa::commands

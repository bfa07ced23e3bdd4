#include "config/verify_rows.h"

#include "config/command_settings.h"
#include "config/uses.h"

namespace ampa::config {
namespace {

using settings::Condition;
using settings::with;
using settings::without;

constexpr std::int64_t kMost = std::int64_t{1} << 60;

}  // namespace

void add_verify_rows(std::vector<SettingRow>& rows) {
  const Condition fresh = without("stream");
  rows.push_back({settings::on_off("all").about("every point that has RTL, and every unit"), {in("verify", fresh)}});
  rows.push_back({settings::texts("point").about("hardware point with RTL; may be repeated"),
                  {in("verify", fresh).by_default_words(kDefaultPoint)}});
  rows.push_back({settings::texts("unit").about("streaming unit; may be repeated"), {in("verify", fresh)}});
  rows.push_back(
      {settings::on_off("quick").about(
           "100 random scenarios instead of 1000, and all pairs of codes on the largest point of each kind only"),
       {in("verify", fresh)}});
  rows.push_back(
      {settings::integer("jobs", 0, 1'000'000'000).in("scenarios").about("random scenarios of one to four jobs"),
       {in("verify", fresh).by_default_words("1000, with --quick 100")}});
  rows.push_back({settings::integer("macs", 0, kMost)
                      .in("MACs")
                      .by_default(0)
                      .about("run large random jobs until each point has done so many"),
                  {in("verify", fresh && (with("all") || with("point") || without("unit")))}});
  rows.push_back({settings::texts("trace").as("DIR").about("recorded training step to run; may be repeated"),
                  {in("verify", fresh && (with("all") || with("point") || without("unit")))
                       .by_default_words("traces/tinyresnet_step where it is")}});
  rows.push_back({settings::integer("processes", 0, 64)
                      .in("processes")
                      .by_default(0)
                      .about("points and units at a time; 0: as many as there are processors"),
                  {in("verify", fresh)}});
  rows.push_back({settings::text("html").as("FILE").about("write a page with the coverage"), {in("verify", fresh)}});
  rows.push_back({settings::text("stream").as("FILE").about("run the stream of this file again, which a failure left"),
                  {in("verify")}});
  rows.push_back(
      {settings::text("worker_report").as("FILE").about("where a worker leaves its report"), {in("verify")}});
  rows.back().hidden = true;
}

}  // namespace ampa::config

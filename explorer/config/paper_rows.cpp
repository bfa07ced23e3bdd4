#include "config/paper_rows.h"

#include "config/command_settings.h"
#include "config/uses.h"

namespace ampa::config {
namespace {

constexpr std::int64_t kMaxSeed = std::int64_t{1} << 60;
constexpr int kMaxPositional = 64;

}  // namespace

void add_paper_rows(std::vector<SettingRow>& rows) {
  const auto positional = [&](const char* key, const char* place, const char* help, const char* command) {
    rows.push_back({settings::texts(key).as(place).about(help), {needed(command)}});
    rows.back().positional = true;
    rows.back().max_values = kMaxPositional;
  };
  positional("tables", "TABLE...", "tables and figures of `ampa paper list`, or all", "paper run");
  positional("dirs", "DIR...", "folders of `ampa paper run`", "paper page");
  rows.push_back({settings::choice("scale", {"quick", "mid", "full"})
                      .by_default("quick")
                      .about("small networks on generated data, small ones on real data, or the paper's own"),
                  {in("paper run")}});
  rows.push_back({settings::integers("seeds", 0, kMaxSeed).by_default_words("1,2,3").about("seeds of every row"),
                  {in("paper run")}});
  rows.push_back({settings::texts("data_dir")
                      .as("DATASET=DIR")
                      .about("folder of a data set; may be repeated")
                      .by_default_words("the data set's own place"),
                  {in("paper run")}});
  rows.push_back({settings::text("point").by_default(kDefaultPoint).about("hardware point to cost the runs on"),
                  {in("paper page")}});
}

}  // namespace ampa::config

#include "commands/verify_report.h"

#include <fmt/format.h>

#include <map>

namespace ampa::commands {
namespace {

constexpr std::size_t kMaxExamples = 3;

Json to_json(const systemc::StageReport& stage) {
  return {{"name", stage.name},         {"num_scenarios", stage.num_scenarios}, {"num_jobs", stage.num_jobs},
          {"num_macs", stage.num_macs}, {"num_cycles", stage.num_cycles},       {"num_stalls", stage.num_stalls}};
}

Json to_json(const systemc::Cross& cross) {
  Json axes = Json::array();
  for (const systemc::Axis& axis : cross.axes) axes.push_back({{"name", axis.name}, {"labels", axis.labels}});
  return {{"name", cross.name},
          {"num_bins", cross.counts.size()},
          {"num_hit", cross.num_hit()},
          {"axes", axes},
          {"counts", cross.counts}};
}

// Holes of one cross and reason together, with some examples; those without a reason come first.
Json holes_json(const std::vector<systemc::Hole>& holes) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> groups;
  for (const systemc::Hole& hole : holes) groups[{hole.reason, hole.cross}].push_back(hole.bin);
  Json result = Json::array();
  for (const auto& [group, bins] : groups) {
    Json examples = Json::array();
    for (std::size_t i = 0; i < std::min(bins.size(), kMaxExamples); ++i) examples.push_back(bins[i]);
    result.push_back(
        {{"cross", group.second}, {"reason", group.first}, {"num_bins", bins.size()}, {"examples", examples}});
  }
  return result;
}

std::int64_t num_unexplained(const std::vector<systemc::Hole>& holes) {
  return std::count_if(holes.begin(), holes.end(), [](const systemc::Hole& hole) { return hole.reason.empty(); });
}

Json coverage_json(const systemc::Coverage& coverage) {
  Json crosses = Json::array();
  for (const systemc::Cross& cross : coverage.crosses()) crosses.push_back(to_json(cross));
  const std::vector<systemc::Hole> holes = coverage.holes();
  return {{"num_unexplained_holes", num_unexplained(holes)}, {"holes", holes_json(holes)}, {"crosses", crosses}};
}

Json failure_json(const systemc::VerifyReport& report, const std::filesystem::path& trace) {
  if (report.equal()) return nullptr;
  if (!report.failure) return {{"text", report.overflow_failure + "\n"}, {"trace", nullptr}};
  std::string text = failure_block(report.point, *report.failure);
  if (trace.empty()) return {{"text", text}, {"trace", nullptr}};
  text += fmt::format("  replay: ampa trace replay {} --backend {} --point {}\n", trace.string(),
                      report.failure->device, report.point);
  return {{"text", text}, {"trace", trace.string()}};
}

std::string coverage_line(const Json& coverage) {
  std::string line;
  for (const Json& cross : coverage.at("crosses"))
    line += fmt::format("{}{} {} of {}", line.empty() ? "" : ", ", cross.at("name").get<std::string>(),
                        cross.at("num_hit").get<std::int64_t>(), cross.at("num_bins").get<std::int64_t>());
  return line;
}

}  // namespace

Json to_json(const systemc::VerifyReport& report, const std::filesystem::path& trace) {
  Json stages = Json::array();
  for (const systemc::StageReport& stage : report.stages) stages.push_back(to_json(stage));
  return {{"target", report.point},
          {"kind", "point"},
          {"equal", report.equal()},
          {"num_code_pairs", report.num_code_pairs},
          {"num_reference_macs", report.num_reference_macs},
          {"num_overflow_tiles", report.num_overflow_tiles},
          {"stages", stages},
          {"total", to_json(report.total())},
          {"coverage", coverage_json(report.coverage)},
          {"failure", failure_json(report, trace)}};
}

std::string verify_text(const Json& result) {
  const Json& total = result.at("total");
  std::string text =
      fmt::format("{}: {} jobs, {} MACs, {} cycles and {} stalls; {} code pairs\n",
                  result.at("target").get<std::string>(), total.at("num_jobs").get<std::int64_t>(),
                  total.at("num_macs").get<std::int64_t>(), total.at("num_cycles").get<std::int64_t>(),
                  total.at("num_stalls").get<std::int64_t>(), result.at("num_code_pairs").get<std::int64_t>());
  if (!result.at("failure").is_null()) return text + result.at("failure").at("text").get<std::string>();
  const Json& coverage = result.at("coverage");
  text += fmt::format("  coverage: {}\n", coverage_line(coverage));
  for (const Json& hole : coverage.at("holes"))
    text +=
        fmt::format("  holes: {} of {}, such as {}: {}\n", hole.at("num_bins").get<std::int64_t>(),
                    hole.at("cross").get<std::string>(), hole.at("examples").front().get<std::string>(),
                    hole.at("reason").get<std::string>().empty() ? "NO REASON" : hole.at("reason").get<std::string>());
  return text + "  equal: sums as the reference, cycles as the closed form, stalls as injected\n";
}

}  // namespace ampa::commands

#include "commands/verify_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ampa::commands {
namespace {

constexpr std::size_t kMaxExamples = 3;

Json to_json(const verify::StageReport& stage) {
  return {{"name", stage.name},         {"num_scenarios", stage.num_scenarios}, {"num_jobs", stage.num_jobs},
          {"num_macs", stage.num_macs}, {"num_cycles", stage.num_cycles},       {"num_stalls", stage.num_stalls}};
}

Json to_json(const verify::Cross& cross) {
  Json axes = Json::array();
  for (const verify::Axis& axis : cross.axes) axes.push_back({{"name", axis.name}, {"labels", axis.labels}});
  return {{"name", cross.name},
          {"num_bins", cross.counts.size()},
          {"num_hit", cross.num_hit()},
          {"axes", axes},
          {"counts", cross.counts}};
}

// Holes of one cross and reason together, with some examples; those without a reason come first.
Json holes_json(const std::vector<verify::Hole>& holes) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> groups;
  for (const verify::Hole& hole : holes) groups[{hole.reason, hole.cross}].push_back(hole.bin);
  Json result = Json::array();
  for (const auto& [group, bins] : groups) {
    Json examples = Json::array();
    for (std::size_t i = 0; i < std::min(bins.size(), kMaxExamples); ++i) examples.push_back(bins[i]);
    result.push_back(
        {{"cross", group.second}, {"reason", group.first}, {"num_bins", bins.size()}, {"examples", examples}});
  }
  return result;
}

std::int64_t num_unexplained(const std::vector<verify::Hole>& holes) {
  return std::count_if(holes.begin(), holes.end(), [](const verify::Hole& hole) { return hole.reason.empty(); });
}

Json coverage_json(const std::vector<verify::Cross>& all, const std::vector<verify::Hole>& holes) {
  Json crosses = Json::array();
  for (const verify::Cross& cross : all) crosses.push_back(to_json(cross));
  return {{"num_unexplained_holes", num_unexplained(holes)}, {"holes", holes_json(holes)}, {"crosses", crosses}};
}

Json failure_json(const verify::VerifyReport& report, const std::filesystem::path& trace) {
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

std::string counts_line(const Json& result) {
  const Json& total = result.at("total");
  const auto number = [&](const char* key) { return total.at(key).get<std::int64_t>(); };
  const auto name = result.at("target").get<std::string>();
  if (result.at("kind") == "unit")
    return fmt::format("{}: {} streams, {} inputs, {} outputs, {} cycles\n", name, number("num_runs"),
                       number("num_inputs"), number("num_outputs"), number("num_cycles"));
  return fmt::format("{}: {} jobs, {} MACs, {} cycles and {} stalls; {} code pairs\n", name, number("num_jobs"),
                     number("num_macs"), number("num_cycles"), number("num_stalls"),
                     result.at("num_code_pairs").get<std::int64_t>());
}

}  // namespace

Json to_json(const verify::VerifyReport& report, const std::filesystem::path& trace) {
  Json stages = Json::array();
  for (const verify::StageReport& stage : report.stages) stages.push_back(to_json(stage));
  return {{"target", report.point},
          {"kind", "point"},
          {"equal", report.equal()},
          {"num_code_pairs", report.num_code_pairs},
          {"num_reference_macs", report.num_reference_macs},
          {"num_overflow_tiles", report.num_overflow_tiles},
          {"stages", stages},
          {"total", to_json(report.total())},
          {"coverage", coverage_json(report.coverage.crosses(), report.coverage.holes())},
          {"failure", failure_json(report, trace)}};
}

Json to_json(const verify::UnitReport& report, const std::filesystem::path& stream) {
  Json failure;
  if (report.failure) {
    const std::string text = fmt::format(
        "{} fails\n  found in: {}\n  smallest: {}\n  {}\n  replay: ampa verify --stream {}\n", report.unit,
        report.failure->found_in.words(), report.failure->smallest.words(), report.failure->mismatch, stream.string());
    failure = {{"text", text}, {"trace", stream.string()}};
  }
  std::vector<verify::Hole> holes;
  for (const std::string& bin : verify::bins_not_met(report.cross)) holes.push_back({report.cross.name, bin, ""});
  return {{"target", report.unit},
          {"kind", "unit"},
          {"equal", report.equal()},
          {"total",
           {{"num_runs", report.num_runs},
            {"num_inputs", report.num_inputs},
            {"num_outputs", report.num_outputs},
            {"num_cycles", report.num_cycles}}},
          {"coverage", coverage_json({report.cross}, holes)},
          {"failure", failure}};
}

std::string verify_text(const Json& result) {
  std::string text = counts_line(result);
  if (!result.at("failure").is_null()) return text + result.at("failure").at("text").get<std::string>();
  const Json& coverage = result.at("coverage");
  text += fmt::format("  coverage: {}\n", coverage_line(coverage));
  for (const Json& hole : coverage.at("holes"))
    text +=
        fmt::format("  holes: {} of {}, such as {}: {}\n", hole.at("num_bins").get<std::int64_t>(),
                    hole.at("cross").get<std::string>(), hole.at("examples").front().get<std::string>(),
                    hole.at("reason").get<std::string>().empty() ? "NO REASON" : hole.at("reason").get<std::string>());
  return text;
}

}  // namespace ampa::commands

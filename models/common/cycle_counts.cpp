#include "common/cycle_counts.h"

#include <fmt/format.h>

namespace ampa {

std::string to_words(const CycleCounts& cycles) {
  std::string text = fmt::format("{} cycles", cycles.total());
  const char* separator = ": ";
  for (const CyclePart& part : kCycleParts) {
    text += fmt::format("{}{} {}", separator, cycles.*part.count, part.name);
    separator = ", ";
  }
  return text;
}

std::string cycle_heads(int width) {
  std::string text;
  for (const CyclePart& part : kCycleParts) text += fmt::format(" {:>{}}", part.name, width);
  return text + fmt::format(" {:>{}}", "cycles", width);
}

std::string cycle_columns(const CycleCounts& cycles, int width) {
  std::string text;
  for (const CyclePart& part : kCycleParts) text += fmt::format(" {:>{}}", cycles.*part.count, width);
  return text + fmt::format(" {:>{}}", cycles.total(), width);
}

Json to_json(const CycleCounts& cycles) {
  Json json;
  for (const CyclePart& part : kCycleParts) json[part.key] = cycles.*part.count;
  json["total_cycles"] = cycles.total();
  return json;
}

CycleCounts cycles_from_json(JsonReader reader, std::int64_t max) {
  CycleCounts cycles;
  std::int64_t room = max;
  const bool has_stalls = reader.has("operand_stall_cycles") || reader.has("write_stall_cycles");
  for (const CyclePart& part : kCycleParts) {
    const bool is_stall = part.count == &CycleCounts::operand_stall || part.count == &CycleCounts::write_stall;
    if (is_stall && !has_stalls) continue;
    cycles.*part.count = reader.integer(part.key, 0, room);
    room -= cycles.*part.count;
  }
  reader.integer("total_cycles", cycles.total(), cycles.total());
  reader.finish();
  return cycles;
}

}  // namespace ampa

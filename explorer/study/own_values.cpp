#include "study/own_values.h"

namespace ampa::study {

Json read_own(JsonReader& reader, const settings::OwnSettings& own) {
  Json given = Json::object();
  for (const settings::Setting& setting : own.list) {
    if (!reader.has(setting.key)) continue;
    Json value = reader.any(setting.key);
    if (!(setting.nullable && value.is_null()) && !settings::accept(setting, value))
      reader.fail(setting.key, settings::expected(setting), value.dump());
    given[setting.key] = std::move(value);
  }
  Json values = settings::resolved(own, given);
  if (own.check != nullptr) own.check(reader, values);
  return values;
}

}  // namespace ampa::study

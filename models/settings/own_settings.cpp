#include "settings/own_settings.h"

namespace ampa::settings {

Json resolved(const OwnSettings& own, const Json& given) {
  Json values = Json::object();
  for (const Setting& setting : own.list) {
    const auto found = given.find(setting.key);
    values[setting.key] = found == given.end() ? setting.otherwise : *found;
  }
  return values;
}

}  // namespace ampa::settings

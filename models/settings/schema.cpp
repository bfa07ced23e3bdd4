#include "common/error.h"
#include "settings/setting.h"

namespace ampa::settings {
namespace {

Json integer_schema(const Setting& setting, bool nullable) {
  Json schema = {{"type", nullable ? Json({"integer", "null"}) : Json("integer")}, {"minimum", setting.min}};
  if (setting.max < INT64_MAX) schema["maximum"] = setting.max;
  return schema;
}

Json number_schema(const Setting& setting) {
  Json schema = {{"type", setting.nullable ? Json({"number", "null"}) : Json("number")}};
  const NumberRange& range = setting.range;
  if (range.min > -NumberRange::kNone) schema[range.above_min ? "exclusiveMinimum" : "minimum"] = range.min;
  if (range.max < NumberRange::kNone) schema[range.below_max ? "exclusiveMaximum" : "maximum"] = range.max;
  return schema;
}

Json list_schema(const Setting& setting, const Json& items) {
  Json schema = {{"type", "array"}, {"items", items}};
  if (setting.min_items > 0) {
    schema["minItems"] = setting.min_items;
    schema["uniqueItems"] = true;
  }
  return schema;
}

}  // namespace

Json schema_of(const Setting& setting) {
  switch (setting.kind) {
    case Kind::kText:
      return {{"type", "string"}};
    case Kind::kChoice:
      return {{"enum", setting.choices}};
    case Kind::kInteger: {
      if (setting.choices.empty()) return integer_schema(setting, setting.nullable);
      Json either = Json::array({integer_schema(setting, setting.nullable)});
      for (const std::string& word : setting.choices) either.push_back({{"const", word}});
      return {{"oneOf", either}};
    }
    case Kind::kUnsigned:
      return {{"type", setting.nullable ? Json({"integer", "null"}) : Json("integer")}, {"minimum", 0}};
    case Kind::kNumber:
      return number_schema(setting);
    case Kind::kIntegers:
      return list_schema(setting, integer_schema(setting, false));
    case Kind::kTexts:
      return list_schema(setting, {{"type", "string"}});
    case Kind::kSwitch:
      return {{"type", "boolean"}};
  }
  throw RunError("settings: a kind outside its enumeration");
}

}  // namespace ampa::settings

#include "common/yx_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace ampa {

Json yx_to_json(YX pair) {
  return pair.is_square() ? Json(pair.y) : Json::array({pair.y, pair.x});
}

YX read_yx(JsonReader& reader, const std::string& key, YX min, YX max) {
  const Json& value = reader.any(key);
  if (!value.is_array()) {
    // The bounds of both hold for the one number.
    return reader.integer(key, std::max(min.y, min.x), std::min(max.y, max.x));
  }
  const std::vector<std::int64_t> pair = reader.integers(key, std::min(min.y, min.x), std::max(max.y, max.x));
  if (pair.size() != 2 || pair[0] < min.y || pair[0] > max.y || pair[1] < min.x || pair[1] > max.x)
    reader.fail(key, fmt::format("[y, x] with y in [{}, {}] and x in [{}, {}]", min.y, max.y, min.x, max.x),
                value.dump());
  return {pair[0], pair[1]};
}

}  // namespace ampa

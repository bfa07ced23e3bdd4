// What is known, as JSON; null: it is not.
#pragma once

#include <optional>

#include "common/json_reader.h"

namespace ampa::study {

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace ampa::study

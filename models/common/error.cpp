#include "common/error.h"

#include "common/shown_text.h"

namespace ampa {

Error::Error(const std::string& message) : std::runtime_error(shown_text(message, Lines::kMany)) {}

}  // namespace ampa

#include "rtl/core/core_status.h"

#include <array>

namespace ampa::rtl {

std::string_view to_string(CoreError error) {
  constexpr std::array<std::string_view, 7> kTexts{
      "no error",
      "the memory answers with an error",
      "a beat of another burst comes (out of order)",
      "no progress within the watchdog's bound",
      "the descriptor has no magic number",
      "expected sums within 32 bits, found one beyond",
      "the descriptor asks for what is not within the core's limits",
  };
  return kTexts.at(static_cast<std::size_t>(error));
}

}  // namespace ampa::rtl

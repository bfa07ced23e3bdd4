// Every layer is as likely at one width as at another: what HASB is compared with.
#include "allocate/width_mixing.h"

namespace ampa::allocate {
namespace {

std::vector<std::int64_t> tickets(const std::vector<Bits>& widths, bool) {
  return std::vector<std::int64_t>(widths.size(), 1);
}

}  // namespace

WidthMixing uniform_mixing() {
  return {"uniform", "every layer draws its width, each as likely", false, tickets};
}

}  // namespace ampa::allocate

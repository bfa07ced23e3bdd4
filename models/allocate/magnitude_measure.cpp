// AMPA eq. (9) and (11): s_w = E|g_w| E|dw|, s_a = E|g_a| E|da|, s_g = E|g_w| E|dg_o| E|X|. Rules M1 to M5.
#include "allocate/measure.h"

namespace ampa::allocate {

Measure magnitude_measure() {
  return {"magnitude", "quantization error times the magnitude of the gradient (AMPA eq. 9 and 11)", step_sensitivity};
}

}  // namespace ampa::allocate

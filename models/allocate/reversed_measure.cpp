// A control: the layers of the smallest magnitude_measure.cpp climb.
#include "allocate/measure.h"

namespace ampa::allocate {

Measure reversed_measure() {
  Measure row = {"reversed", "a control: the least sensitive layers by magnitude climb", step_sensitivity};
  row.least_first = true;
  return row;
}

}  // namespace ampa::allocate

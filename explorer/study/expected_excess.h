// How far a normal value is expected to lie above a bound.
#pragma once

namespace ampa::study {

// E[max(0, X - at)] of a normal X: sigma (z Phi(z) + phi(z)), z = (mean - at) / sigma; without spread max(0, mean -
// at).
double expected_excess(double mean, double std_dev, double at);

}  // namespace ampa::study

// How much a setting is expected to add to what the front dominates.
#pragma once

#include <vector>

namespace ampa::study {

struct FrontPoint {
  double quality = 0, saving = 0;  // the larger the better
};

// E[max(0, X - at)] of a normal X: sigma (z Phi(z) + phi(z)), z = (mean - at) / sigma; without spread max(0, mean -
// at).
double expected_excess(double mean, double std_dev, double at);

// Expected hypervolume improvement over `front` and above `reference` of a setting whose quality is normal and whose
// saving is known. The front's staircase cuts [reference.saving, saving] into steps of width w_k over which a setting
// must beat the quality A_k: sum of w_k expected_excess(mean, std_dev, A_k). Emmerich and Klinkenberg 2008, with one
// objective known.
double expected_improvement(double mean, double std_dev, double saving, std::vector<FrontPoint> front,
                            const FrontPoint& reference);

}  // namespace ampa::study

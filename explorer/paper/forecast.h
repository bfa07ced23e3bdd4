// What a row of a table comes to at the size of the paper's own network, before any training.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "paper/experiment.h"
#include "sweep/summary.h"

namespace ampa::paper {

struct Forecast {
  double int8_gbitops = 0;  // of one image in one training step with every width at 8: the paper's BOPS
  std::optional<sweep::ReductionRange> range;  // of RR; none for fp32
  // Where the widths are known beforehand: gbitops, weight_bits and inference_gbitops (paper/figures.h).
  std::map<std::string, double> figures;
};

// Of the row's task at the scale "full": its network, image size and epochs.
Forecast forecast_of(const Experiment& experiment, const Row& row);

// "RR 35.42 .. 55.87, BOPS 7.70", "W-bits 8.00, inference 2.57": what of it stands beside the printed figures of the
// row; "-" if there is nothing.
std::string forecast_words(const Experiment& experiment, const Row& row);

}  // namespace ampa::paper

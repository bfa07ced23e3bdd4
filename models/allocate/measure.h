// By what an allocator ranks the layers, and the table of all measures.
//
// To add a measure: its file (a function that gives its row) and its line in measure.cpp. Its name becomes a value of
// the settings measure and measure_g with nothing else touched.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "allocate/sensitivity.h"

namespace ampa::allocate {

// What a sensitivity is drawn for, where it is drawn.
struct DrawPlace {
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;
  std::size_t layer = 0;  // number of the quantized layer
};

struct Measure {
  std::string name, description;
  // From the means of a measured step; what does not come of steps is 0. Each field >= 0.
  LayerSensitivity (*of_step)(const StepMeans& means) = nullptr;
  bool least_first = false;   // the least sensitive layers climb
  bool needs_shifts = false;  // of_step reads the shifts or relative errors of StepMeans
  // w and a are the traces of Hessians (train/hessian_trace.h), taken at the end of a measured epoch.
  bool needs_traces = false;
  LayerSensitivity (*drawn)(const DrawPlace& place) = nullptr;  // not null: drawn at the end of a measured epoch
};

// The table. The first is the paper's.
const std::vector<Measure>& measures();
std::vector<std::string> measure_names();

// Throws InputError for a name that is not in the table.
const Measure& measure(const std::string& name);

// By what weights and activations are ranked, and by what gradients are.
struct Measures {
  const Measure* of_values = &measures().front();
  const Measure* of_gradients = &measures().front();

  bool need_shifts() const { return of_values->needs_shifts || of_gradients->needs_shifts; }
  LayerSensitivity of_step(const StepMeans& means) const;
};

}  // namespace ampa::allocate

// What a run comes to, in the figures that tables show and claims compare. To add one: a line of the table in
// figures.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/run_record.h"
#include "timing/hardware_point.h"

namespace ampa::paper {

struct Figure {
  std::string name, title;  // "rr", "RR (%)"
  int digits = 2;
  // None where the run has no such figure: of a run that diverged, all but those that say how it went.
  std::optional<double> (*of)(const record::RunRecord& record, const timing::HardwarePoint& point) = nullptr;
};

const std::vector<Figure>& figures();
const Figure* find_figure(const std::string& name);  // null if there is none

// A figure of a run; none for a name that is not in the table.
std::optional<double> figure_of(const std::string& name, const record::RunRecord& record,
                                const timing::HardwarePoint& point);

}  // namespace ampa::paper

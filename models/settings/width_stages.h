// Widths that change at an epoch: "8", "w4a8g6", "@FILE", or stages of these, "w8a8g8,50%:w4a4g4".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "settings/widths.h"

namespace ampa::settings {

// The widths from an epoch on, until the next stage begins.
struct WidthStage {
  double percent = 0;      // of the epochs, 0 .. 100; used unless `epoch` is set
  std::int64_t epoch = 0;  // counted from 0; 0: by `percent`
  Widths widths;
  std::string begin;  // as it was written: "50%", "40"; empty for the first

  // The first epoch of a run of `epochs` in which the stage is in force: percent / 100 * epochs rounded to the nearest
  // integer, of halves the larger one.
  std::int64_t first_epoch(std::int64_t epochs) const;
};

// Stages behind one another, separated by commas: the first is widths, every other one BEGIN:WIDTHS with BEGIN a
// percentage of the epochs ("40%", above 0 to 100) or an epoch counted from 0 ("40", at least 1). A stage says all
// widths: what it does not name has 8 bits, as in settings/widths.h. Files are read; their paths hold no comma. Throws
// InputError "SOURCE: expected ..., found ..." for another text, and for begins of one kind that do not ascend.
std::vector<WidthStage> width_stages_from_string(const std::string& text, const std::string& source);

// The text that gives the same stages without a file.
std::string inline_text(const std::vector<WidthStage>& stages);

}  // namespace ampa::settings

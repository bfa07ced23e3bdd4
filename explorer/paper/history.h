// How the widths and sensitivities of a run went over its epochs.
#pragma once

#include <optional>

#include "numerics/formats.h"
#include "record/run_record.h"

namespace ampa::paper {

enum class Layers { kAll, kShallow, kDeep };  // all, the first or the second half of the quantized layers

// The mean over layers of the first epoch whose width is above that of epoch 0; a layer whose width never rises counts
// with the number of epochs. None without widths.
std::optional<double> mean_first_rise(const record::RunRecord& record, OperandKind kind, Layers layers);

// Percent of the weights' and activations' sites whose width rose in any epoch. None without widths.
std::optional<double> raised_percent(const record::RunRecord& record);

// The mean over layers of a sensitivity, over the last third of the measured epochs less that over the first third.
// None with fewer than three measured epochs.
std::optional<double> rise_of_sensitivity(const record::RunRecord& record, OperandKind kind);

// A layer's sensitivity of a kind.
double sensitivity_of(const allocate::LayerSensitivity& layer, OperandKind kind);

}  // namespace ampa::paper

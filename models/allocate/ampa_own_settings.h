// The settings of AMPA that came after the first records: how layers are measured, ranked and grouped, and when.
#pragma once

#include "allocate/ampa_settings.h"
#include "allocate/measure.h"
#include "settings/own_settings.h"

namespace ampa::allocate {

// measure, measure_g, hessian_probes, first_order, granularity, itv_from.
const settings::OwnSettings& ampa_own_settings();

// `settings` with those of `values` (all of them, in range) that it holds.
AmpaSettings with_own_settings(AmpaSettings settings, const Json& values);

// Throws InputError for a name that is no measure.
Measures measures_of(const AmpaSettings& settings);

}  // namespace ampa::allocate

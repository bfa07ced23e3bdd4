// The transaction-level model of an array.
#pragma once

#include <memory>

#include "rtl/array/array_model.h"

namespace ampa::tlm {

// Products and sums in plain loops, cycles from timing::tile_cycles. Runs any point, one without an RTL model too.
std::unique_ptr<rtl::ArrayModel> make_transaction_model(const timing::HardwarePoint& point);

}  // namespace ampa::tlm

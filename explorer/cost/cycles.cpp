#include "cost/cycles.h"

#include <stdexcept>

namespace ampa::cost {

std::int64_t add_product(std::int64_t sum, std::int64_t value, std::int64_t times) {
  std::int64_t product = 0, result = 0;
  if (__builtin_mul_overflow(value, times, &product) || __builtin_add_overflow(sum, product, &result))
    throw std::overflow_error("cycles");
  return result;
}

void add_product(gemm::JobCycles& sum, gemm::JobCycles cycles, std::int64_t times) {
  sum.compute = add_product(sum.compute, cycles.compute, times);
  sum.fill_drain = add_product(sum.fill_drain, cycles.fill_drain, times);
  sum.operand_stall = add_product(sum.operand_stall, cycles.operand_stall, times);
  sum.write_stall = add_product(sum.write_stall, cycles.write_stall, times);
}

double reduction_percent(std::int64_t cycles, std::int64_t baseline) {
  return 100.0 * (1.0 - static_cast<double>(cycles) / static_cast<double>(baseline));
}

}  // namespace ampa::cost

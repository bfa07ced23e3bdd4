#include "timing/width_switch.h"

#include <catch2/catch.hpp>

namespace ampa::timing {
namespace {

CoreConfig core() {
  return core_from_string("serial-4x4:a=64,b=64,sums=64,port=8");
}

}  // namespace

TEST_CASE("a unit takes a cycle a code, three registers, and one more if the last code straddles two words") {
  CHECK(width_switch_cycles(1, 4, 8) == 4);
  CHECK(width_switch_cycles(48, 4, 4) == 51);
  CHECK(width_switch_cycles(6, 6, 4) == 10);   // 36 bits in words of 32
  CHECK(width_switch_cycles(16, 6, 4) == 19);  // 96 bits
  CHECK(width_switch_cycles(6, 5, 4) == 10);   // 5 bits are stored as 6
}

TEST_CASE("one piece: a read, the unit, a write, one after the other") {
  const MemorySettings memory = memory_from_string("latency=10,bytes_per_cycle=8");
  // 64 codes of 8 bits are 8 beats, of 4 bits 4 beats; a beat a cycle, the first after the latency.
  const TransferCost cost = rounding_cost({64}, {8, 4, 1}, core(), memory);
  CHECK(cost.cycles == (10 + 8) + (64 + 3) + (10 + 4));
  CHECK(cost.bytes_read == 64);
  CHECK(cost.bytes_written == 32);
  CHECK(rounding_cost({64}, {8, 4, 8}, core(), memory).cycles == (10 + 8) + (8 + 3) + (10 + 4));
}

TEST_CASE("pieces: the memory reads the next one while the units work, and the slower of both decides") {
  const MemorySettings memory = memory_from_string("latency=10,bytes_per_cycle=8");
  // One unit is the slower one: 3 pieces of 67 cycles between the first read and the last write.
  CHECK(rounding_cost({192}, {8, 4, 1}, core(), memory).cycles == (10 + 8) + 3 * 67 + (10 + 4));
  // With many, the memory is: 3 reads and 3 writes in a row, no one of which waits for a unit.
  CHECK(rounding_cost({192}, {8, 4, 64}, core(), memory).cycles == 3 * (10 + 8) + 3 * (10 + 4) );
}

TEST_CASE("tensors begin at beats of their own, and a model that is loaded is only written") {
  const MemorySettings memory = memory_from_string("latency=10,bytes_per_cycle=8");
  const TransferCost cost = reloading_cost({3, 64, 200}, 4, core(), memory);
  CHECK(cost.bytes_read == 0);
  CHECK(cost.bytes_written == 8 + 32 + 64 + 40);
  CHECK(cost.cycles == 4 * 10 + 1 + 4 + 8 + 5);
  CHECK(rounding_cost({}, {8, 4, 1}, core(), memory).cycles == 0);
}

}  // namespace ampa::timing

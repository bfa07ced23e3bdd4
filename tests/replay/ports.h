// The ports of a Verilated class, the clock left out, in the order of the module. Generated for each recorded module:
//   kName                 the name of its vector file
//   visit(model, f)       calls f(port name, port, bits, is an input) for each
#pragma once

#include <verilated.h>

#include <cstdint>
#include <type_traits>

namespace ampa::replay {

template <class Model>
struct Ports;

// 32-bit words of a port, lowest first.
template <class Port>
std::uint32_t port_word(const Port& port, int index) {
  if constexpr (std::is_integral_v<Port>)
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(port) >> (32 * index));
  else
    return port[index];
}

}  // namespace ampa::replay

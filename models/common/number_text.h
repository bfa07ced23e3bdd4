// Numbers as people write them on a command line. The whole text must be the number; blanks around it are skipped.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ampa {

// A decimal number: an optional sign, digits with at most one point among, before or behind them, an optional exponent:
// "5", "+0.1", ".1", "1.", "1e3". Nothing if it is none (hexadecimal, inf and nan are none) or is not finite as a
// double.
std::optional<double> parse_number(std::string_view text);

// The same grammar where an integer is meant: "1e3" and "1.0" are integers, "1.5" is none. Exact: nothing if the value
// is no integer or lies outside the type.
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

// A size of memory in bytes: a number >= 0 and B, K, KB, KiB, M, MB, MiB, G, GB, GiB, T, TB or TiB in either case
// behind it, with or without a blank; K is 1024 bytes whatever follows it, as sizes of memories are told. "96KB" is
// 98304, "1.5 M" 1572864, "64" 64. Nothing if it is no whole number of bytes below 2^63.
std::optional<std::int64_t> parse_bytes(std::string_view text);

}  // namespace ampa

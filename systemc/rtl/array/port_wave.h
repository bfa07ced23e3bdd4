// A wave of signals that are sampled once a cycle, as a VCD file (IEEE 1364-2005, 18).
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace ampa::rtl {

// A cycle is 10 ns: at its start the clock falls and the signals change, 5 ns later it rises.
class PortWave {
 public:
  // Throws RunError if the file cannot be written.
  explicit PortWave(const std::string& path);

  // All before the first sample. `words` are little-endian and live as long as the wave.
  void add(std::string name, int bits, const void* words);
  void sample();

 private:
  struct Signal {
    std::string name, code;
    int bits = 1;
    const unsigned char* bytes = nullptr;
    std::string last;  // as it was written
  };
  void write_header();
  static std::string digits(const Signal& signal);

  std::ofstream file_;
  std::vector<Signal> signals_;
  std::int64_t num_samples_ = 0;
};

}  // namespace ampa::rtl

// Records what a bench applies to a Verilated class and what comes back, whatever the bench is: Recorded<Model> takes
// the place of Model. A line holds the settled ports just before a rising edge of the clock, in hexadecimal, the first
// port rightmost, each padded to whole digits.
//
// The environment says where and how much: AMPA_RECORD_FOLDER (nothing is recorded without it), AMPA_RECORD_CYCLES of
// each model from its reset on, AMPA_RECORD_LINES of each class.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include "common/error.h"
#include "ports.h"

namespace ampa::replay {

inline long record_limit(const char* variable, long otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atol(text);
}

template <class Model>
class Recorded : public Model {
 public:
  using Model::Model;

  void eval() {
    if (is_new_) pulse_reset();
    if (this->clk_i != 0 && !clock_was_high_) {
      this->clk_i = 0;
      Model::eval();
      record();
      this->clk_i = 1;
    }
    clock_was_high_ = this->clk_i != 0;
    Model::eval();
  }

 private:
  struct File {
    std::ofstream out;
    long lines_left = record_limit("AMPA_RECORD_LINES", 60000);
    File() {
      const char* folder = std::getenv("AMPA_RECORD_FOLDER");
      if (folder == nullptr) return;
      const std::string path = std::string(folder) + "/" + Ports<Model>::kName + ".vec";
      out.open(path);
      if (!out) throw RunError(path + ": cannot be written");
    }
  };

  // A reset that is low from the start has no falling edge, and would only take effect with the clock.
  void pulse_reset() {
    is_new_ = false;
    const auto reset = this->rst_ni;
    this->rst_ni = 1;
    Model::eval();
    this->rst_ni = reset;
    Model::eval();
  }

  void record() {
    static File file;
    static const long cycles = record_limit("AMPA_RECORD_CYCLES", 2000);
    if (!file.out.is_open() || file.lines_left == 0 || num_recorded_ == cycles) return;
    ++num_recorded_;
    --file.lines_left;
    std::string line;
    Ports<Model>::visit(*this, [&line](const char*, const auto& port, int bits, bool) {
      for (int digit = 0; digit < (bits + 3) / 4; ++digit)
        line.insert(line.begin(), "0123456789abcdef"[port_word(port, digit / 8) >> (4 * (digit % 8)) & 15]);
    });
    file.out << line << '\n';
  }

  bool is_new_ = true;
  bool clock_was_high_ = false;
  long num_recorded_ = 0;
};

}  // namespace ampa::replay

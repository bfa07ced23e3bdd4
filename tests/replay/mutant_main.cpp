// Replays a recording on each mutant of a netlist and says which ones it kills: `mutants VECTORS NUM_MUTANTS`.
//
// The netlist is the verilated class Vmutant, mutants are chosen by its port mutant_i, 0 being the original. A mutant
// is killed by the first cycle in which an output differs that a bench would look at: the words of a handshake count
// only while the recorded valid is high. One line per mutant: `MUTANT CYCLE PORT`, or `MUTANT survives`.
#include <Vmutant.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "mutant_ports.h"

namespace {

using ampa::replay::port_word;
using Ports = ampa::replay::Ports<Vmutant>;
using Words = std::vector<std::uint32_t>;  // all ports of a cycle, each padded to whole words

int num_words(int bits) {
  return (bits + 31) / 32;
}

std::uint32_t mask(int bits, int word) {
  const int rest = bits - 32 * word;
  return rest >= 32 ? 0xFFFFFFFFU : (1U << rest) - 1;
}

// The digits of a line, last port first.
Words parse(const std::string& line, Vmutant& model) {
  Words words;
  std::size_t end = line.size();
  Ports::visit(model, [&](const char*, auto&, int bits, bool) {
    const std::size_t first = words.size();
    words.resize(first + num_words(bits));
    for (int digit = 0; digit < (bits + 3) / 4; ++digit)
      words[first + digit / 8] |= static_cast<std::uint32_t>(std::stoul(line.substr(--end, 1), nullptr, 16))
                                  << (4 * (digit % 8));
  });
  return words;
}

template <class Port>
void set_port(Port& port, const std::uint32_t* words, int bits) {
  if constexpr (std::is_integral_v<Port>)
    port = static_cast<Port>(words[0] | (bits > 32 ? std::uint64_t{words[1]} << 32 : 0));
  else
    for (int i = 0; i < num_words(bits); ++i) port[i] = words[i];
}

bool starts_with(const std::string& text, const std::string& head) {
  return text.compare(0, head.size(), head) == 0;
}

// The valid or ready that says whether an output means anything; empty if it always does.
std::string guard_of(const std::string& output) {
  if (starts_with(output, "out_") && output != "out_valid_o") return "out_valid_o";
  if (output == "results_o") return "result_valid_o";
  if (output == "step_o" || output == "a_step_o" || output == "b_step_o") return "operand_ready_o";
  return "";
}

bool is_high(const std::string& port, const Words& recorded, Vmutant& model) {
  bool high = port.empty();
  std::size_t offset = 0;
  Ports::visit(model, [&](const char* name, auto&, int bits, bool) {
    if (port == name) high = (recorded[offset] & 1) != 0;
    offset += num_words(bits);
  });
  return high;
}

// The name of the first output that differs; empty if none does.
std::string step(Vmutant& model, const Words& recorded) {
  std::size_t offset = 0;
  Ports::visit(model, [&](const char*, auto& port, int bits, bool is_input) {
    if (is_input) set_port(port, &recorded[offset], bits);
    offset += num_words(bits);
  });
  model.eval();
  std::string different;
  offset = 0;
  Ports::visit(model, [&](const char* name, auto& port, int bits, bool is_input) {
    for (int word = 0; !is_input && word < num_words(bits) && different.empty(); ++word)
      if (((port_word(port, word) ^ recorded[offset + word]) & mask(bits, word)) != 0 &&
          is_high(guard_of(name), recorded, model))
        different = name;
    offset += num_words(bits);
  });
  model.clk_i = 1;
  model.eval();
  model.clk_i = 0;
  model.eval();
  return different;
}

std::string run(const std::vector<Words>& recording, int mutant) {
  VerilatedContext context;
  context.randReset(2);  // registers without a reset hold anything
  context.randSeed(mutant + 1);
  Vmutant model(&context, "");
  model.clk_i = 0;
  model.mutant_i = mutant;
  model.rst_ni = 1;  // so that the recording's reset has a falling edge
  model.eval();
  for (std::size_t cycle = 0; cycle < recording.size(); ++cycle) {
    const std::string port = step(model, recording[cycle]);
    if (!port.empty()) return std::to_string(cycle) + " " + port;
  }
  return "survives";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "mutants: expected VECTORS NUM_MUTANTS\n"), 2;
  std::vector<Words> recording;
  {
    VerilatedContext context;
    Vmutant model(&context, "");
    std::ifstream file(argv[1]);
    for (std::string line; std::getline(file, line);) recording.push_back(parse(line, model));
  }
  if (recording.empty()) return std::fprintf(stderr, "mutants: expected a recording, found '%s' empty\n", argv[1]), 2;
  for (int mutant = 0; mutant <= std::atoi(argv[2]); ++mutant)
    std::printf("%d %s\n", mutant, run(recording, mutant).c_str());
  return 0;
}

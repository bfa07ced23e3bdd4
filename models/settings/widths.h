// The one grammar of widths: "8" for all, "w4a8g6" by kind of tensor, "@FILE" by layer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "numerics/formats.h"

namespace ampa::settings {

// Bits of weights, activations and gradients, each 2 .. 8; what is not said is empty.
struct TensorWidths {
  std::optional<Bits> w, a, g;
  bool names_g = false;  // by its letter: not as one of all
  friend bool operator==(const TensorWidths& x, const TensorWidths& y) {
    return x.w == y.w && x.a == y.a && x.g == y.g;
  }
};

// Widths of the layers of a network.
struct Widths {
  TensorWidths every;                          // of the layers that are not named
  std::map<std::string, TensorWidths> layers;  // by name; only from a file
  std::string source;                          // what messages about them begin with: "--bits", or the file

  // Of one layer: what is said of it, over what is said of every one, over 8.
  TensorWidths of(const std::string& layer) const;
  // Throws InputError if a layer is named that is none of `known`.
  void check_layers(const std::vector<std::string>& known) const;
  bool name_gradients() const;
};

// "8", "w4a8g6" (any of the letters, each once). Throws InputError "SOURCE: expected ..., found ...".
TensorWidths tensor_widths_from_string(const std::string& text, const std::string& source);

// "8", "w4a8g6", "@FILE" or what such a file holds: a JSON object {"LAYER": 8 or "w4a8g6", ...} in which "*" stands for
// the layers that are not named.
Widths widths_from_string(const std::string& text, const std::string& source);

// The text that gives the same widths without a file.
std::string inline_text(const Widths& widths);

// The words behind a flag: one of the above, or numbers: of activations, of weights and, if not as wide as activations,
// of gradients.
Widths widths_from_texts(const std::vector<std::string>& texts, const std::string& source);

}  // namespace ampa::settings

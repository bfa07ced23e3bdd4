#include "settings/widths.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "common/error.h"
#include "common/number_text.h"
#include "settings/suggest.h"

namespace ampa::settings {
namespace {

constexpr const char* kExpected = "bits in 2..8 such as 8 or w4a8g6";

std::optional<Bits> bits_of(std::string_view text) {
  const std::optional<std::int64_t> bits = parse_integer(text);
  if (!bits || *bits < kMinBits || *bits > kMaxBits) return std::nullopt;
  return static_cast<Bits>(*bits);
}

// Letters with a digit behind each; nothing if the text is not made of them.
std::optional<TensorWidths> lettered(const std::string& text) {
  TensorWidths widths;
  if (text.empty() || text.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    std::optional<Bits>* place = text[i] == 'w'   ? &widths.w
                                 : text[i] == 'a' ? &widths.a
                                 : text[i] == 'g' ? &widths.g
                                                  : nullptr;
    const std::optional<Bits> bits = bits_of(text.substr(i + 1, 1));
    if (place == nullptr || *place || !bits) return std::nullopt;
    *place = bits;
    widths.names_g |= text[i] == 'g';
  }
  return widths;
}

TensorWidths widths_of_json(const Json& value, const std::string& source) {
  return tensor_widths_from_string(value.is_string() ? value.get<std::string>() : value.dump(), source);
}

Widths widths_by_layer(const Json& json, const std::string& source) {
  const JsonReader check_that_it_is_an_object(json, source);
  Widths widths;
  widths.source = source;
  for (const auto& [layer, value] : json.items()) {
    const TensorWidths parsed = widths_of_json(value, source + ": " + layer);
    if (layer == "*")
      widths.every = parsed;
    else
      widths.layers[layer] = parsed;
  }
  return widths;
}

std::string text_of(const TensorWidths& widths) {
  if (widths.w && widths.w == widths.a && widths.w == widths.g) return fmt::format("{}", *widths.w);
  std::string text;
  const auto add = [&](char letter, std::optional<Bits> bits) {
    if (bits) text += fmt::format("{}{}", letter, *bits);
  };
  add('w', widths.w);
  add('a', widths.a);
  add('g', widths.g);
  return text;
}

}  // namespace

TensorWidths Widths::of(const std::string& layer) const {
  const auto named = layers.find(layer);
  const TensorWidths own = named == layers.end() ? TensorWidths{} : named->second;
  const auto one = [](std::optional<Bits> said, std::optional<Bits> otherwise) {
    return said ? *said : otherwise.value_or(kMaxBits);
  };
  return {one(own.w, every.w), one(own.a, every.a), one(own.g, every.g), own.names_g || every.names_g};
}

void Widths::check_layers(const std::vector<std::string>& known) const {
  for (const auto& [layer, ignored] : layers)
    if (std::find(known.begin(), known.end(), layer) == known.end())
      throw InputError(fmt::format("{}: {}: expected one of the layers {}, found an unknown one{}", source, layer,
                                   fmt::join(known, ", "), did_you_mean(layer, known)));
}

bool Widths::name_gradients() const {
  return every.names_g ||
         std::any_of(layers.begin(), layers.end(), [](const auto& layer) { return layer.second.names_g; });
}

TensorWidths tensor_widths_from_string(const std::string& text, const std::string& source) {
  if (const std::optional<Bits> bits = bits_of(text)) return {*bits, *bits, *bits, false};
  const std::optional<TensorWidths> widths = lettered(text);
  if (!widths) throw InputError(fmt::format("{}: expected {}, found \"{}\"", source, kExpected, text));
  return *widths;
}

Widths widths_from_string(const std::string& text, const std::string& source) {
  if (!text.empty() && text[0] == '@') return widths_by_layer(read_json_file(text.substr(1)), text.substr(1));
  if (!text.empty() && text[0] == '{') return widths_by_layer(parse_json(text, source), source);
  Widths widths;
  widths.source = source;
  widths.every = tensor_widths_from_string(text, source);
  return widths;
}

std::string inline_text(const Widths& widths) {
  const std::string every = text_of(widths.every);
  if (widths.layers.empty()) return every.empty() ? "8" : every;
  Json json = Json::object();
  if (!every.empty()) json["*"] = every;
  for (const auto& [layer, bits] : widths.layers) json[layer] = text_of(bits);
  return json.dump();
}

Widths widths_from_texts(const std::vector<std::string>& texts, const std::string& source) {
  if (texts.size() == 1) return widths_from_string(texts.front(), source);
  std::vector<std::optional<Bits>> bits;
  for (const std::string& text : texts) bits.push_back(bits_of(text));
  if (bits.size() < 2 || bits.size() > 3 || std::count(bits.begin(), bits.end(), std::nullopt) > 0)
    throw InputError(
        fmt::format("{}: expected {}, @FILE, or the bits of activations, of weights and of gradients, found \"{}\"",
                    source, kExpected, fmt::join(texts, " ")));
  Widths widths;
  widths.source = source;
  widths.every = {bits[1], bits[0], bits.size() == 3 ? bits[2] : bits[0], bits.size() == 3};
  return widths;
}

}  // namespace ampa::settings

#include "common/shown_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace ampa {
namespace {

// The character at the start of a text and its bytes; no bytes if there is no whole one.
struct Character {
  std::uint32_t code = 0;
  std::size_t num_bytes = 0;
};

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  std::uint32_t code = lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3F);
  }
  if (code < kLeast[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, size};
}

bool acts_on_display(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

std::string escape(std::uint32_t code) {
  if (code == '\n') return "\\n";
  if (code == '\t') return "\\t";
  if (code == '\r') return "\\r";
  return fmt::format(code < 0x20 ? "\\x{:02x}" : "\\u{:04x}", code);
}

}  // namespace

std::size_t invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t num_bytes = first_character(text.substr(at, 4)).num_bytes;
    if (num_bytes == 0) return at;
    at += num_bytes;
  }
  return std::string_view::npos;
}

std::string shown_text(std::string_view text, Lines lines) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, num_bytes] = first_character(text.substr(at, 4));
    if (num_bytes == 0)
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
    else if (acts_on_display(code) && !(lines == Lines::kMany && (code == '\n' || code == '\t')))
      shown += escape(code);
    else
      shown += text.substr(at, num_bytes);
    at += std::max<std::size_t>(num_bytes, 1);
  }
  return shown;
}

}  // namespace ampa

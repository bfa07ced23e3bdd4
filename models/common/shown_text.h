// Any bytes in a form that can be shown: names of files and keys come from outside and may hold whatever a terminal, a
// page or a log line would act on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ampa {

// The offset of the first byte that is not part of a whole, shortest UTF-8 character up to U+10FFFF (surrogates are
// none), or std::string_view::npos.
std::size_t invalid_utf8(std::string_view text);

enum class Lines { kOne, kMany };  // whether line feeds and tabs are escaped or kept

// The text with every byte that is not UTF-8 and every control character (C0, DEL, C1, line and paragraph separators,
// marks that change the direction of writing) written as an escape: \n, \t, \r, \x1b, \u007f, \u202e. Printable text
// stays what it is, backslashes included, so that a text may pass through here twice; and of several lines of JSON come
// lines of the same JSON.
std::string shown_text(std::string_view text, Lines lines = Lines::kOne);

}  // namespace ampa

// "Did you mean ...?" for a word that is none of those known.
#pragma once

#include <string>
#include <vector>

namespace ampa::settings {

// The known word that `word` was probably meant to be, by the number of letters that are wrong, missing, too many or
// swapped with their neighbour; "" if none is near enough.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

// "; did you mean WORD?", or "" if none is near enough.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

}  // namespace ampa::settings

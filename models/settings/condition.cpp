#include "settings/condition.h"

#include <fmt/format.h>

#include <algorithm>

namespace ampa::settings {
namespace {

// "a", "a and b", "a, b and c".
std::string joined(const std::vector<std::string>& words, const char* last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 < words.size() ? ", " : fmt::format(" {} ", last)) + words[i];
  return text;
}

bool holds(const Term& term, const Values& values) {
  const Json value = values(term.key);
  if (term.kind == Term::Kind::kGiven) return is_given(value);
  if (term.kind == Term::Kind::kAbsent) return !is_given(value);
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  return std::find(term.values.begin(), term.values.end(), text) != term.values.end();
}

std::string words_of(const std::vector<Term>& terms, Style style) {
  std::vector<std::string> there, absent;
  for (const Term& term : terms) {
    std::string name = name_in(style, term.key);
    if (term.kind == Term::Kind::kOneOf) name += " " + joined(term.values, "or");
    (term.kind == Term::Kind::kAbsent ? absent : there).push_back(name);
  }
  std::string text;
  if (!there.empty()) text = "with " + joined(there, "and");
  if (!absent.empty()) text += (text.empty() ? "without " : ", and without ") + joined(absent, "and");
  return text;
}

}  // namespace

std::string name_in(Style style, const std::string& key) {
  if (style == Style::kKey) return key;
  std::string flag = "--" + key;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

bool is_given(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.empty();  // of null and of empty lists; numbers are never empty
}

bool Condition::holds(const Values& values) const {
  return any_.empty() || std::any_of(any_.begin(), any_.end(), [&](const std::vector<Term>& terms) {
           return std::all_of(terms.begin(), terms.end(),
                              [&](const Term& term) { return settings::holds(term, values); });
         });
}

std::string Condition::words(Style style) const {
  std::string text;
  for (const std::vector<Term>& terms : any_) text += (text.empty() ? "" : ", or ") + words_of(terms, style);
  return text;
}

Condition operator&&(const Condition& x, const Condition& y) {
  if (x.always()) return y;
  if (y.always()) return x;
  Condition both;
  for (const std::vector<Term>& one : x.any_)
    for (const std::vector<Term>& other : y.any_) {
      both.any_.push_back(one);
      both.any_.back().insert(both.any_.back().end(), other.begin(), other.end());
    }
  return both;
}

Condition operator||(const Condition& x, const Condition& y) {
  if (x.always() || y.always()) return {};
  Condition either = x;
  either.any_.insert(either.any_.end(), y.any_.begin(), y.any_.end());
  return either;
}

Condition with(const std::string& key) {
  return Condition({Term::Kind::kGiven, key, {}});
}

Condition without(const std::string& key) {
  return Condition({Term::Kind::kAbsent, key, {}});
}

Condition with(const std::string& key, const std::vector<std::string>& values) {
  return Condition({Term::Kind::kOneOf, key, values});
}

}  // namespace ampa::settings

// When a setting acts: a condition on other settings, in a form that can be tested and told.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/json_reader.h"

namespace ampa::settings {

// The value of a setting by its key, as resolved from what was given and the defaults: null if there is none.
using Values = std::function<Json(const std::string& key)>;

// How a setting is named: "batch_size" in files, "--batch-size" on the command line.
enum class Style { kKey, kFlag };
std::string name_in(Style style, const std::string& key);

struct Term {
  enum class Kind { kGiven, kAbsent, kOneOf } kind = Kind::kGiven;
  std::string key;
  std::vector<std::string> values;  // of kOneOf
};

// Alternatives of terms that must all hold; without alternatives it always holds.
class Condition {
 public:
  Condition() = default;
  explicit Condition(Term term) : any_{{std::move(term)}} {}

  bool always() const { return any_.empty(); }
  bool holds(const Values& values) const;
  // "--memory and --record", "--backend tlm or rtl", "without --stream"; behind "acts only" they read "acts only with
  // --record, and without --stream".
  std::string words(Style style) const;
  const std::vector<std::vector<Term>>& alternatives() const { return any_; }

  friend Condition operator&&(const Condition& x, const Condition& y);
  friend Condition operator||(const Condition& x, const Condition& y);

 private:
  std::vector<std::vector<Term>> any_;
};

// Given: typed or with a default; no empty text, empty list, false or null.
Condition with(const std::string& key);
Condition without(const std::string& key);
Condition with(const std::string& key, const std::vector<std::string>& values);

bool is_given(const Json& value);

}  // namespace ampa::settings

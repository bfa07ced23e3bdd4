// The three ways in which ampa fails. Libraries throw; only main() turns an error into an exit code.
#pragma once

#include <stdexcept>
#include <string>

namespace ampa {

// Messages hold names and values from outside: whatever in them could act on a terminal, or end the text early, is
// escaped (see shown_text); line feeds stay.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message);
};

// Something given by the user is wrong (exit code 2). The message names the file or flag, the key, what was expected
// and what was found, on one line.
class InputError : public Error {
 public:
  using Error::Error;
};

// The work could not be carried through (exit code 1): disk full, no permission, an array that does not answer.
class RunError : public Error {
 public:
  using Error::Error;
};

// Two implementations that must agree bit for bit do not (exit code 3).
class MismatchError : public Error {
 public:
  using Error::Error;
};

// A tensor holds an infinity or a NaN where only finite values can be quantized. The training loop turns it into a
// record with status "diverged".
class NonFiniteError : public Error {
 public:
  using Error::Error;
};

}  // namespace ampa

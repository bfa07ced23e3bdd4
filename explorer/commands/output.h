// What commands print: results on stdout, progress and notices on stderr.
#pragma once

#include <string>

#include "common/json_reader.h"

namespace ampa::commands {

// Write to stdout. A full disk is found by flush_output() at the latest.
void print(const std::string& text);
void print_json(const Json& json);
// Flat objects of the same keys, one a line under the keys; columns of numbers are flush right.
void print_table(const Json& rows);
void flush_output();  // throws RunError if anything printed could not be written

void notice(const std::string& text);  // one line on stderr

std::string duration_words(double seconds);  // "4 s", "3 min 20 s", "2 h 5 min"

// One line on stderr that is rewritten in place on a terminal; elsewhere a line when the text has changed and 10 s have
// passed since the last.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();  // leaves the last text on the terminal
  void show(const std::string& text);
  void clear();  // before other lines are printed

 private:
  bool terminal_;
  std::string last_;
  double last_time_ = -1e9;
};

}  // namespace ampa::commands

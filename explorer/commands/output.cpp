#include "commands/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "common/error.h"
#include "common/shown_text.h"

namespace ampa::commands {
namespace {

constexpr double kLineEverySeconds = 10;

int first_error = 0;  // of the writes to stdout: the reason why what was printed is not all there

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string shown(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return shown_text(value.is_string() ? value.get<std::string>() : value.dump());
}

// A column of a table: its key and its cells, as wide as the widest of them.
struct Column {
  std::vector<std::string> cells;
  std::size_t width = 0;
  bool is_numeric = true;

  Column(const std::string& key, const Json& rows) : cells{key}, width(key.size()) {
    for (const Json& row : rows) {
      const std::string cell = shown(row.at(key));
      is_numeric = is_numeric && cell.find_first_not_of("0123456789.-") == std::string::npos;
      width = std::max(width, cell.size());
      cells.push_back(cell);
    }
  }
};

}  // namespace

void print(const std::string& text) {
  const std::string shown = shown_text(text, Lines::kMany);
  if (std::fwrite(shown.data(), 1, shown.size(), stdout) != shown.size() && first_error == 0) first_error = errno;
}

void print_json(const Json& json) {
  print(json.dump(2) + "\n");
}

void print_table(const Json& rows) {
  std::vector<Column> columns;
  for (const auto& item : rows.front().items()) columns.emplace_back(item.key(), rows);
  for (std::size_t i = 0; i <= rows.size(); ++i) {
    std::string line;
    for (const Column& column : columns)
      line += fmt::format(fmt::runtime(column.is_numeric ? "{:>{}}  " : "{:<{}}  "), column.cells[i], column.width);
    print(line.substr(0, line.find_last_not_of(' ') + 1) + "\n");
  }
}

void flush_output() {
  if (std::fflush(stdout) != 0 && first_error == 0) first_error = errno;
  if (first_error != 0) throw RunError(fmt::format("standard output: cannot write: {}", std::strerror(first_error)));
}

void notice(const std::string& text) {
  std::fprintf(stderr, "%s\n", shown_text(text).c_str());
}

std::string duration_words(double seconds) {
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

ProgressLine::ProgressLine() : terminal_(::isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (terminal_ && !last_.empty()) std::fputc('\n', stderr);
}

void ProgressLine::show(const std::string& shown) {
  const std::string text = shown_text(shown);
  if (text == last_) return;
  if (terminal_) {
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    std::fflush(stderr);
  } else {
    if (now_seconds() - last_time_ < kLineEverySeconds) return;
    last_time_ = now_seconds();
    std::fprintf(stderr, "%s\n", text.c_str());
  }
  last_ = text;
}

void ProgressLine::clear() {
  if (terminal_ && !last_.empty()) std::fputs("\r\033[K", stderr);
  last_.clear();
}

}  // namespace ampa::commands

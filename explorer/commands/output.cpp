#include "commands/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "common/error.h"

namespace ampa::commands {
namespace {

constexpr double kLineEverySeconds = 10;

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_json(const Json& json) {
  print(json.dump(2) + "\n");
}

void flush_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout))
    throw RunError(fmt::format("standard output: cannot write: {}", std::strerror(errno)));
}

void notice(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
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

void ProgressLine::show(const std::string& text) {
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

#include "sweep/finished_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::sweep {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw RunError(fmt::format("{}: cannot write: {}", path.string(), std::strerror(error)));
}

std::string digest(const std::string& record_sha256, const Json& trial) {
  return sha256_hex(record_sha256 + trial.dump());
}

LoggedTrial parse_line(const std::string& line, const std::string& source) {
  const Json json = parse_json(line, source);
  JsonReader reader(json, source);
  LoggedTrial logged;
  logged.record_sha256 = reader.string("record_sha256");
  logged.trial = trial_from_json(reader.object("trial"), source, "trial");
  if (reader.string("line_sha256") != digest(logged.record_sha256, reader.object("trial")))
    reader.fail("line_sha256", "the SHA-256 of the line's content", "another");
  reader.finish();
  return logged;
}

// Where the last whole line of a file ends.
off_t end_of_lines(int file) {
  off_t end = ::lseek(file, 0, SEEK_END);
  char last = 0;
  while (end > 0 && ::pread(file, &last, 1, end - 1) == 1 && last != '\n') --end;
  return end;
}

}  // namespace

std::unordered_map<std::string, LoggedTrial> read_finished_log(const std::filesystem::path& path) {
  std::unordered_map<std::string, LoggedTrial> trials;
  std::ifstream file(path, std::ios::binary);
  for (std::string line; std::getline(file, line);) {
    if (file.eof()) break;  // no end of line: torn
    try {
      LoggedTrial logged = parse_line(line, path.string());
      std::string id = logged.trial.id;
      trials.insert_or_assign(std::move(id), std::move(logged));
    } catch (const InputError&) {
    }
  }
  return trials;
}

FinishedLog::FinishedLog(const std::filesystem::path& path) : path_(path) {
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file_ < 0) fail(path, errno);
  const off_t end = end_of_lines(file_);
  if (::ftruncate(file_, end) == 0 && ::lseek(file_, end, SEEK_SET) == end) return;
  const int error = errno;
  ::close(file_);
  fail(path, error);
}

FinishedLog::~FinishedLog() {
  ::close(file_);
}

void FinishedLog::append(const LoggedTrial& logged) {
  const Json trial = to_json(logged.trial);
  const std::string line = Json({{"record_sha256", logged.record_sha256},
                                 {"line_sha256", digest(logged.record_sha256, trial)},
                                 {"trial", trial}})
                               .dump() +
                           "\n";
  const off_t begin = ::lseek(file_, 0, SEEK_CUR);
  std::size_t done = 0;
  int error = 0;
  while (error == 0 && done < line.size()) {
    const ssize_t written = ::write(file_, line.data() + done, line.size() - done);
    if (written > 0)
      done += static_cast<std::size_t>(written);
    else if (written == 0 || errno != EINTR)
      error = written == 0 ? ENOSPC : errno;
  }
  if (error == 0 && ::fdatasync(file_) != 0) error = errno;
  if (error == 0) return;
  if (::ftruncate(file_, begin) != 0 || ::lseek(file_, begin, SEEK_SET) != begin) fail(path_, errno);
  fail(path_, error);
}

}  // namespace ampa::sweep

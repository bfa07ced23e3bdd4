#include "study/decision.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::study {

Json to_json(const Decision& decision) {
  Json json = {{"decision", decision.number}, {"based_on", decision.based_on}, {"jobs", Json::array()}};
  for (const Job& job : decision.jobs)
    json["jobs"].push_back({{"trial", job.trial},
                            {"label", job.label},
                            {"seed", job.seed},
                            {"until_epoch", job.until_epoch},
                            {"why", job.why}});
  if (decision.time_is_over) json["time_is_over"] = true;
  if (!decision.end.empty()) json["end"] = decision.end;
  return json;
}

DecisionLog::DecisionLog(const std::filesystem::path& path) : path_(path) {
  if (!std::filesystem::exists(path)) return;
  const std::string text = read_file(path);
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    const std::string source = fmt::format("{}: line {}", path.string(), lines_.size() + 1);
    lines_.push_back(parse_json(text.substr(begin, end - begin), source));
    JsonReader reader(lines_.back(), source);
    const auto number = static_cast<std::int64_t>(lines_.size() - 1);
    reader.integer("decision", number, number);
    begin = end + 1;
  }
  if (begin != text.size()) rewrite();
}

void DecisionLog::rewrite() const {
  std::string text;
  for (const Json& line : lines_) text += line.dump() + '\n';
  write_file_atomically(path_, text);
}

void DecisionLog::append(const Decision& decision) {
  const std::string line = to_json(decision).dump() + '\n';
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const bool written =
      file >= 0 && ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!written) throw RunError(fmt::format("{}: cannot write: {}", path_.string(), std::strerror(error)));
  lines_.push_back(to_json(decision));
}

void DecisionLog::drop_from(std::size_t number) {
  lines_.resize(number);
  rewrite();
}

}  // namespace ampa::study

#include "common/process_identity.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <limits>
#include <sstream>

namespace ampa {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string host_name() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  const std::string machine = first_line("/etc/machine-id");
  return machine.empty() ? std::string(name) : fmt::format("{} {}", name, machine);
}

std::string namespace_of_processes() {
  char target[64] = {};
  return ::readlink("/proc/self/ns/pid", target, sizeof target - 1) < 0 ? "" : target;
}

struct ProcessStat {
  char state = '?';         // 'Z': it ended and nobody has asked for its exit code
  std::int64_t start = -1;  // -1 if it cannot be read
};

// The third and the 22nd field of /proc/PID/stat; the second, in parentheses, may hold blanks and parentheses.
ProcessStat stat_of(const std::string& process) {
  ProcessStat stat;
  const std::string line = first_line("/proc/" + process + "/stat");
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return stat;
  std::istringstream fields(line.substr(name_end + 1));
  fields >> stat.state;
  std::string field;
  for (int i = 4; i <= 22; ++i) fields >> field;
  stat.start = std::strtoll(field.c_str(), nullptr, 10);
  return stat;
}

}  // namespace

bool operator==(const ProcessIdentity& x, const ProcessIdentity& y) {
  return x.host == y.host && x.boot == y.boot && x.pid_namespace == y.pid_namespace && x.process == y.process &&
         x.start == y.start;
}

const ProcessIdentity& own_identity() {
  static const std::string host = host_name(), boot = first_line("/proc/sys/kernel/random/boot_id");
  thread_local ProcessIdentity own;
  if (own.process != ::getpid())  // also after a fork
    own = {host, boot, namespace_of_processes(), ::getpid(), stat_of("self").start};
  return own;
}

bool has_ended(std::int64_t process) {
  if (process <= 0 || process > std::numeric_limits<pid_t>::max()) return true;
  if (::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH) return true;
  const ProcessStat stat = stat_of(std::to_string(process));
  return stat.state == 'Z' || stat.state == 'X';
}

Life life_of(const ProcessIdentity& process) {
  const ProcessIdentity& own = own_identity();
  if (process.host != own.host) return Life::kUnknown;
  if (process.boot != own.boot) return Life::kDead;
  if (process.pid_namespace != own.pid_namespace) return Life::kUnknown;
  if (has_ended(process.process)) return Life::kDead;
  const ProcessStat stat = stat_of(std::to_string(process.process));
  if (stat.start >= 0 && stat.start != process.start) return Life::kDead;
  return Life::kAlive;
}

std::string words(const ProcessIdentity& process) {
  return fmt::format("process {} on {}", process.process, process.host.substr(0, process.host.find(' ')));
}

Json to_json(const ProcessIdentity& process) {
  return {{"host", process.host},
          {"boot", process.boot},
          {"pid_namespace", process.pid_namespace},
          {"process", process.process},
          {"start", process.start}};
}

ProcessIdentity identity_from_json(const Json& json, const std::string& source) {
  JsonReader reader(json, source);
  ProcessIdentity process;
  process.host = reader.string("host");
  process.boot = reader.string("boot");
  process.pid_namespace = reader.string("pid_namespace");
  process.process = reader.integer("process", 0, kMax);
  process.start = reader.integer("start", -1, kMax);
  reader.finish();
  return process;
}

}  // namespace ampa

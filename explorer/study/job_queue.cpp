#include "study/job_queue.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::study {
namespace {

constexpr std::int64_t kMaxNumber = 999999999;
constexpr const char* kHome = "home.json";
constexpr int kMaxAttempts = 1000000;

struct JobName {
  std::int64_t number = 0;
  int attempt = 0;
  std::string worker;  // of a claim
};

// None for a name that is no job's, such as that of a temporary file.
std::optional<JobName> parse_name(const std::string& name) {
  JobName parsed;
  long long number = 0;
  int used = 0;
  if (std::sscanf(name.c_str(), "%9lld.%7d%n", &number, &parsed.attempt, &used) != 2) return std::nullopt;
  parsed.number = number;
  const std::string rest = name.substr(static_cast<std::size_t>(used));
  if (rest.size() > 4 && rest.compare(rest.size() - 4, 4, ".tmp") == 0) return std::nullopt;
  if (!rest.empty() && rest[0] != '.') return std::nullopt;
  if (!rest.empty()) parsed.worker = rest.substr(1);
  return parsed;
}

std::string name_of(std::int64_t number, int attempt) {
  return fmt::format("{:06}.{}", number, attempt);
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

void remove_file(const std::filesystem::path& path) {
  std::error_code code;
  std::filesystem::remove(path, code);
}

// Over NFS a rename that was done may be reported as one whose source is not there.
bool move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return true;
  struct stat status = {};
  return errno == ENOENT && ::stat(to.c_str(), &status) == 0;
}

QueuedJob read_job(const std::filesystem::path& path, const JobName& name) {
  const Json json = read_json_file(path);
  JsonReader reader(json, path.string());
  QueuedJob job;
  job.number = name.number;
  job.attempt = name.attempt;
  job.trial = reader.string("trial");
  if (reader.has("until_epoch")) job.until_epoch = reader.integer("until_epoch", 1, INT64_MAX);
  if (reader.has("stop_below_rr")) job.stop_below_rr = reader.number("stop_below_rr", NumberRange{});
  reader.finish();
  return job;
}

EndedJob read_ended(const std::filesystem::path& path, const JobName& name) {
  const Json json = read_json_file(path);
  JsonReader reader(json, path.string());
  EndedJob job;
  job.number = name.number;
  job.attempt = name.attempt;
  job.trial = reader.string("trial");
  job.failed = reader.boolean("failed");
  job.words = reader.string("words");
  job.worker = reader.string("worker");
  reader.finish();
  return job;
}

}  // namespace

std::string QueuedJob::name() const {
  return name_of(number, attempt);
}

JobQueue::JobQueue(const std::filesystem::path& study_dir) : dir_(study_dir / "queue") {
  for (const std::filesystem::path& folder : {waiting(), running(), ended(), workers()}) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) throw RunError(fmt::format("{}: cannot make the directory: {}", folder.string(), code.message()));
  }
}

bool JobQueue::is_over() const {
  std::error_code code;
  return std::filesystem::exists(dir_ / "over", code);
}

std::filesystem::path JobQueue::working_directory() const {
  const std::filesystem::path path = dir_ / kHome;
  const Json json = read_json_file(path);
  JsonReader reader(json, path.string());
  std::filesystem::path home = reader.string("working_directory");
  reader.finish();
  return home;
}

JobBoard::JobBoard(const std::filesystem::path& study_dir) : JobQueue(study_dir) {
  write_json_file(dir_ / kHome, {{"working_directory", std::filesystem::current_path().string()}});
  for (const std::filesystem::path& folder : {waiting(), ended(), running()})
    for (const std::string& name : names_in(folder)) remove_file(folder / name);
  for (const std::string& name : names_in(workers()))
    if (is_dead(name)) remove_file(workers() / name);
  open();
}

void JobBoard::put(const QueuedJob& job) {
  if (job.number > kMaxNumber || job.attempt > kMaxAttempts) throw RunError("study: more jobs than have numbers");
  Json json = {{"trial", job.trial}};
  if (job.until_epoch) json["until_epoch"] = *job.until_epoch;
  if (job.stop_below_rr) json["stop_below_rr"] = *job.stop_below_rr;
  write_json_file(waiting() / job.name(), json);
}

std::vector<EndedJob> JobBoard::take_ended() {
  std::vector<EndedJob> jobs;
  for (const std::string& name : names_in(ended())) {
    const std::optional<JobName> parsed = parse_name(name);
    if (!parsed) continue;
    jobs.push_back(read_ended(ended() / name, *parsed));
    remove_file(ended() / name);
  }
  return jobs;
}

std::int64_t JobBoard::now() {
  const std::filesystem::path clock = dir_ / "clock";
  const int file = ::open(clock.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  struct stat status = {};
  const bool known = file >= 0 && ::futimens(file, nullptr) == 0 && ::fstat(file, &status) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!known) throw RunError(fmt::format("{}: cannot write: {}", clock.string(), std::strerror(error)));
  return status.st_mtime;
}

bool JobBoard::is_dead(const std::string& worker) {
  const std::filesystem::path path = workers() / worker;
  try {
    return life_of(identity_from_json(read_json_file(path), path.string())) == Life::kDead;
  } catch (const Error&) {
    return false;  // time will tell
  }
}

std::vector<LostClaim> JobBoard::put_back_dead(std::chrono::seconds silence) {
  std::vector<LostClaim> lost;
  std::optional<std::int64_t> time;
  for (const std::string& name : names_in(running())) {
    const std::optional<JobName> parsed = parse_name(name);
    struct stat status = {};
    if (!parsed || ::stat((running() / name).c_str(), &status) != 0) continue;
    const bool died = is_dead(parsed->worker);
    if (!died) {
      if (!time) time = now();
      if (*time - status.st_mtime <= silence.count()) continue;
    }
    if (move_file(running() / name, waiting() / name_of(parsed->number, parsed->attempt + 1)))
      lost.push_back({parsed->number, parsed->worker, died});
  }
  return lost;
}

int JobBoard::num_running() const {
  return static_cast<int>(names_in(running()).size());
}

void JobBoard::close() {
  write_file_atomically(dir_ / "over", "");
}

void JobBoard::open() {
  remove_file(dir_ / "over");
}

JobClaims::JobClaims(const std::filesystem::path& study_dir) : JobQueue(study_dir) {
  const ProcessIdentity& self = own_identity();
  std::string host = self.host.substr(0, self.host.find(' '));
  for (char& c : host)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-') c = '_';
  static std::atomic<int> num_made{0};  // claims of one process are told apart too
  name_ = fmt::format("{}-{}-{}-{}", host.empty() ? "host" : host, self.process, self.start, num_made++);
  write_json_file(workers() / name_, to_json(self));
}

JobClaims::~JobClaims() {
  remove_file(workers() / name_);
}

std::string JobClaims::claim_name(const QueuedJob& job) const {
  return fmt::format("{}.{}", job.name(), name_);
}

std::filesystem::path JobClaims::claim_path(const QueuedJob& job) const {
  return running() / claim_name(job);
}

std::optional<QueuedJob> JobClaims::claim() {
  for (const std::string& name : names_in(waiting())) {
    const std::optional<JobName> parsed = parse_name(name);
    if (!parsed || !parsed->worker.empty()) continue;
    QueuedJob job;
    job.number = parsed->number;
    job.attempt = parsed->attempt;
    const std::filesystem::path own = claim_path(job);
    ::utimensat(AT_FDCWD, (waiting() / name).c_str(), nullptr, 0);  // a claim is young from its first moment
    if (move_file(waiting() / name, own)) return read_job(own, *parsed);
  }
  return std::nullopt;
}

bool JobClaims::renew(const QueuedJob& job) const {
  return ::utimensat(AT_FDCWD, claim_path(job).c_str(), nullptr, 0) == 0;
}

void JobClaims::end(const QueuedJob& job, bool failed, const std::string& words) {
  if (!renew(job)) return;
  write_json_file(ended() / job.name(),
                  {{"trial", job.trial}, {"failed", failed}, {"words", words}, {"worker", name_}});
  remove_file(claim_path(job));
}

void JobClaims::give_back(const QueuedJob& job) {
  move_file(claim_path(job), waiting() / name_of(job.number, job.attempt + 1));
}

}  // namespace ampa::study

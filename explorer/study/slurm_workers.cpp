#include "study/slurm_workers.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "common/atomic_file.h"
#include "common/error.h"
#include "sweep/trial_log.h"
#include "sweep/worker_process.h"

namespace ampa::study {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLook{5};  // squeue is an inquiry of the whole cluster's controller
constexpr std::chrono::milliseconds kWait{500};
constexpr int kMaxFailures = 5;

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \n"), end = text.find_last_not_of(" \n");
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

std::string one_line(std::string text) {
  text = trimmed(text);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

std::string pilot_script(const std::vector<std::string>& command, int threads, const SlurmOptions& options) {
  std::string text = "#!/bin/sh\n#SBATCH --ntasks=1 --requeue --open-mode=append --output=logs/%A_%a.log\n";
  text += fmt::format("#SBATCH --cpus-per-task={}\n", threads);
  if (!options.sbatch.empty()) text += fmt::format("#SBATCH {}\n", options.sbatch);
  text += "exec";  // Slurm's signals reach the worker itself
  for (const std::string& word : command) text += " " + quoted(word);
  return text + "\n";
}

std::string slurm_job_name(const std::filesystem::path& dir) {
  return "ampa-study-" + sha256_hex(std::filesystem::absolute(dir).lexically_normal().string()).substr(0, 12);
}

SlurmWorkers::SlurmWorkers(const std::vector<std::string>& command, std::filesystem::path dir, int count, int threads,
                           const SlurmOptions& options)
    : dir_(std::move(dir)), script_(dir_ / "queue/pilot.sh"), name_(slurm_job_name(dir_)), count_(count) {
  if (options.sbatch.find_first_of("\n\r") != std::string::npos)
    throw InputError("--sbatch: expected options in one line, found several");
  std::error_code code;
  std::filesystem::create_directories(dir_ / "queue/logs", code);
  if (code)
    throw RunError(fmt::format("{}: cannot make the directory: {}", (dir_ / "queue/logs").string(), code.message()));
  const Answer version = ask({"sbatch", "--version"});
  if (version.exit_code != 0)
    throw InputError(
        fmt::format("--slurm: expected a machine with Slurm's sbatch, found \"{}\"", one_line(version.text)));
  write_file_atomically(script_, pilot_script(command, threads, options));
}

SlurmWorkers::Answer SlurmWorkers::ask(std::vector<std::string> command) const {
  command.insert(command.begin(), "/usr/bin/env");  // which looks for it in PATH
  const std::filesystem::path log = temporary_name(dir_ / "queue/slurm.txt");
  Answer answer;
  {
    sweep::WorkerProcess process(command, log);
    std::optional<sweep::WorkerResult> result;
    while (!(result = process.poll())) sweep::WorkerProcess::wait_for_any({&process}, kWait);
    answer.exit_code = result->signal != 0 ? 128 + result->signal : result->exit_code;
  }
  answer.text = read_file(log);
  std::error_code code;
  std::filesystem::remove(log, code);
  return answer;
}

int SlurmWorkers::count_tasks(const Notice& notice) {
  const Answer answer = ask({"squeue", "--me", "--noheader", "--array", "--name=" + name_, "--format=%T"});
  if (answer.exit_code != 0) {
    if (notice) failed("Slurm: " + one_line(answer.text), notice);
    return num_tasks_;
  }
  num_tasks_ = 0;
  for (std::size_t begin = 0; begin < answer.text.size();) {
    const std::size_t end = std::min(answer.text.find('\n', begin), answer.text.size());
    const std::string state = trimmed(answer.text.substr(begin, end - begin));
    if (!state.empty() && state != "COMPLETING") ++num_tasks_;
    begin = end + 1;
  }
  return num_tasks_;
}

void SlurmWorkers::keep_running(const Work& work, const Notice& notice) {
  if (work.is_going_on) num_idle_arrays_ = 0;
  if (Clock::now() < next_look_) return;
  const int missing = std::min(count_, work.num_jobs) - count_tasks(notice);
  if (missing > 0 && Clock::now() >= next_look_) submit(missing, notice);
  next_look_ = Clock::now() + kLook;
}

void SlurmWorkers::submit(int count, const Notice& notice) {
  if (num_idle_arrays_ >= kMaxFailures) {
    const std::filesystem::path log = dir_ / "queue/logs" / (array_ + "_1.log");
    const std::string said = sweep::last_error(log);
    throw RunError(fmt::format("Slurm: {} arrays of workers ended without a job done; {}{}", num_idle_arrays_,
                               log.string(), said.empty() ? "" : ": " + said));
  }
  const Answer answer = ask({"sbatch", "--parsable", fmt::format("--array=1-{}", count), "--job-name=" + name_,
                             "--chdir=" + (dir_ / "queue").string(), script_.string()});
  if (answer.exit_code != 0) return failed("Slurm: " + one_line(answer.text), notice);
  num_failures_ = 0;
  ++num_idle_arrays_;
  array_ = one_line(answer.text).substr(0, one_line(answer.text).find(';'));  // "ID;CLUSTER"
  notice(fmt::format("Slurm: array {} of {}", array_, count == 1 ? "1 worker" : fmt::format("{} workers", count)));
}

void SlurmWorkers::failed(const std::string& words, const Notice& notice) {
  if (++num_failures_ >= kMaxFailures || array_.empty()) throw RunError(words);
  notice(fmt::format("{}; it is tried again", words));
  next_look_ = Clock::now() + kLook;
}

bool SlurmWorkers::are_running() {
  if (Clock::now() < next_look_) return num_tasks_ > 0;
  next_look_ = Clock::now() + kWait;
  return count_tasks(nullptr) > 0;
}

// Those that wait, one that was requeued say, would start in vain.
void SlurmWorkers::terminate(bool is_over) {
  std::vector<std::string> command = {"scancel", "--me", "--name=" + name_};
  if (is_over) command.emplace_back("--state=PENDING");
  ask(command);
  next_look_ = {};
}

void SlurmWorkers::kill() {
  try {
    terminate(false);
  } catch (const Error&) {  // they end when they find no job
  }
}

void SlurmWorkers::wait(std::chrono::milliseconds at_most) const {
  std::this_thread::sleep_for(at_most);
}

}  // namespace ampa::study

#include "sweep/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/error.h"

namespace ampa::sweep {
namespace {

// Keeps the signals that ask a process to stop waiting while a child is made, so that none reaches the child while it
// still has the parent's handlers.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    ::sigemptyset(&held);
    ::sigaddset(&held, SIGINT);
    ::sigaddset(&held, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_;
};

// Between fork and exec only async-signal-safe calls are allowed.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent, const sigset_t& signals) {
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  ::setpgid(0, 0);  // a Ctrl-C at the terminal reaches the parent only, which passes it on
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

std::string WorkerResult::words() const {
  if (signal != 0) return fmt::format("signal {} ({})", signal, ::strsignal(signal));
  return fmt::format("exit code {}", exit_code);
}

WorkerProcess::WorkerProcess(const std::vector<std::string>& command, const std::filesystem::path& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) throw RunError(fmt::format("{}: cannot write: {}", log.string(), std::strerror(errno)));
  const pid_t parent = ::getpid();
  const HeldSignals held;
  process_ = ::fork();
  if (process_ == 0) become(arguments.data(), file, parent, held.before());
  const int error = errno;
  ::close(file);
  if (process_ < 0) throw RunError(fmt::format("worker: cannot start a process: {}", std::strerror(error)));
  descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0));  // close-on-exec
}

WorkerProcess::~WorkerProcess() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (result_) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

std::optional<WorkerResult> WorkerProcess::poll() {
  if (result_) return result_;
  int status = 0;
  const pid_t ended = ::waitpid(process_, &status, WNOHANG);
  if (ended == 0) return std::nullopt;
  WorkerResult result;
  if (ended < 0)
    result.exit_code = 127;
  else if (WIFSIGNALED(status))
    result.signal = WTERMSIG(status);
  else
    result.exit_code = WEXITSTATUS(status);
  result_ = result;
  return result_;
}

void WorkerProcess::wait_for_any(const std::vector<const WorkerProcess*>& processes,
                                 std::chrono::milliseconds at_most) {
  std::vector<pollfd> ends;  // negative descriptors are not looked at
  for (const WorkerProcess* process : processes) ends.push_back({process->descriptor_, POLLIN, 0});
  ::poll(ends.data(), ends.size(), static_cast<int>(at_most.count()));
}

void WorkerProcess::terminate() {
  if (result_) return;
  ::kill(process_, SIGTERM);
  ::kill(process_, SIGCONT);  // a process that was stopped hears of it only then
}

void WorkerProcess::kill() {
  if (result_) return;
  ::kill(process_, SIGCONT);
  ::kill(process_, SIGKILL);
}

}  // namespace ampa::sweep

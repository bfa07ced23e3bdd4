// The Slurm that the tests start for themselves.
#include "private_slurm.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <stdexcept>
#include <thread>

namespace ampa::testing {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kPath = "PATH=$PATH:/usr/sbin:/sbin";

bool runs(const std::string& command) {
  return std::system((std::string(kPath) + "; " + command).c_str()) == 0;
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

std::string host_name() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return std::string(name).substr(0, std::string(name).find('.'));
}

std::string configuration(const std::filesystem::path& folder, const std::vector<std::string>& nodes) {
  const std::string dir = folder.string(), host = host_name(), user = ::getpwuid(::geteuid())->pw_name;
  std::string text = fmt::format(
      "ClusterName=test\nSlurmctldHost={1}(127.0.0.1)\nSlurmUser={2}\nSlurmdUser={2}\nSlurmctldPort={3}\n"
      "AuthType=auth/munge\nAuthInfo=socket={0}/munge/socket\nCredType=cred/munge\nStateSaveLocation={0}/state\n"
      "SlurmdSpoolDir={0}/spool-%n\nSlurmctldPidFile={0}/slurmctld.pid\nSlurmdPidFile={0}/slurmd-%n.pid\n"
      "SlurmctldLogFile={0}/slurmctld.log\nSlurmdLogFile={0}/slurmd-%n.log\nProctrackType=proctrack/linuxproc\n"
      "TaskPlugin=task/none\nJobAcctGatherType=jobacct_gather/none\nSelectType=select/cons_tres\n"
      "SelectTypeParameters=CR_Core\nSchedulerParameters=batch_sched_delay=0,sched_interval=2\nSwitchType=switch/none\n"
      "MpiDefault=none\nReturnToService=2\nJobRequeue=1\nKillWait=5\nSlurmdTimeout=10\n"
      "PreemptType=preempt/partition_prio\nPreemptMode=REQUEUE\nSlurmdParameters=config_overrides\n"
      "AccountingStorageType=accounting_storage/none\nJobCompType=jobcomp/none\n",
      dir, host, user, free_port());
  std::string all;
  for (const std::string& node : nodes) {
    text += fmt::format("NodeName={} NodeHostname={} NodeAddr=127.0.0.1 Port={} CPUs=2\n", node, host, free_port());
    all += (all.empty() ? "" : ",") + node;
  }
  return text + fmt::format(
                    "PartitionName=low Nodes={0} Default=YES PriorityTier=1 GraceTime=5 PreemptMode=REQUEUE\n"
                    "PartitionName=high Nodes={0} PriorityTier=10 PreemptMode=OFF\n",
                    all);
}

std::string random_key() {
  std::random_device device;
  std::string key;
  for (int i = 0; i < 1024; ++i) key += static_cast<char>(device());
  return key;
}

void kill_file(const std::filesystem::path& path, int signal) {
  long process = 0;
  std::ifstream(path) >> process;
  if (process > 1) ::kill(static_cast<pid_t>(process), signal);
}

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

int parent_of(int process) {
  const std::string status = text_of(fmt::format("/proc/{}/status", process));
  const std::size_t at = status.find("PPid:");
  return at == std::string::npos ? 0 : std::stoi(status.substr(at + 5));
}

}  // namespace

bool PrivateSlurm::is_installed() {
  return runs("for program in slurmctld slurmd sbatch munged; do command -v $program >/dev/null || exit 1; done");
}

PrivateSlurm::PrivateSlurm(const std::vector<std::string>& nodes) : nodes_(nodes) {
  const std::string munge = (folder_ / "munge").string();
  std::filesystem::create_directories(folder_ / "state");
  folder_.write("munge/key", random_key());
  folder_.write("slurm.conf", configuration(folder_.path(), nodes));
  ::setenv("SLURM_CONF", (folder_ / "slurm.conf").c_str(), 1);
  std::filesystem::permissions(folder_ / "munge/key", std::filesystem::perms::owner_read);
  std::filesystem::permissions(folder_ / "munge", std::filesystem::perms::owner_all);
  if (!runs(fmt::format("munged --force --key-file={0}/key --socket={0}/socket --pid-file={0}/pid --log-file={0}/log "
                        "--seed-file={0}/seed 2> {0}/words && slurmctld 2> {0}/words",
                        munge)))
    throw std::runtime_error(logs());
  for (const std::string& node : nodes_) start_node(node);
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(30);
  for (;;) {
    const std::string states = ask("sinfo --noheader --Node --partition=low --format=%T");
    if (static_cast<std::size_t>(std::count(states.begin(), states.end(), '\n')) == nodes_.size() &&
        states.find_first_not_of("idle\n") == std::string::npos)
      return;
    if (Clock::now() > deadline) throw std::runtime_error("nodes are " + states + logs());
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

PrivateSlurm::~PrivateSlurm() {
  ask("scancel --me; scontrol shutdown");
  for (const std::string& node : nodes_) kill_node(node);
  kill_file(folder_ / "slurmctld.pid", SIGKILL);
  kill_file(folder_ / "munge/pid", SIGTERM);
}

void PrivateSlurm::start_node(const std::string& node) const {
  std::filesystem::create_directories(folder_ / ("spool-" + node));
  if (!runs("slurmd -N " + node)) throw std::runtime_error(logs());
}

// What a node started, and that only, has the node's name and this configuration in its environment.
std::vector<int> PrivateSlurm::processes_of(const std::string& node) const {
  const std::string of_node = "SLURMD_NODENAME=" + node + '\0';
  const std::string of_slurm = "SLURM_CONF=" + (folder_ / "slurm.conf").string() + '\0';
  std::vector<int> processes;
  std::error_code code;
  for (std::filesystem::directory_iterator entry("/proc", code), end; !code && entry != end; entry.increment(code)) {
    const std::string name = entry->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string environment = text_of(entry->path() / "environ");
    if (environment.find(of_slurm) != std::string::npos && environment.find(of_node) != std::string::npos)
      processes.push_back(std::stoi(name));
  }
  std::sort(processes.begin(), processes.end());
  return processes;
}

// Slurm's own step is the parent of the first process of each task.
void PrivateSlurm::kill_node(const std::string& node) const {
  kill_file(folder_ / ("slurmd-" + node + ".pid"), SIGKILL);
  for (const int process : processes_of(node)) {
    const int parent = parent_of(process);
    if (text_of(fmt::format("/proc/{}/cmdline", parent)).rfind("slurmstepd", 0) == 0) ::kill(parent, SIGKILL);
    ::kill(process, SIGKILL);
  }
}

void PrivateSlurm::stop_one_worker(const std::string& node) const {
  for (const int process : processes_of(node))
    if (text_of(fmt::format("/proc/{}/cmdline", process)).find(std::string("\0worker\0", 8)) != std::string::npos) {
      ::kill(process, SIGSTOP);
      return;
    }
  throw std::runtime_error("no worker on " + node);
}

std::string PrivateSlurm::ask(const std::string& command) const {
  const std::string out = (folder_ / "answer.txt").string();
  runs("(" + command + ") > " + out + " 2>&1");
  return text_of(out);
}

std::string PrivateSlurm::logs() const {
  std::string text =
      text_of(folder_ / "munge/words") + text_of(folder_ / "munge/log") + text_of(folder_ / "slurmctld.log");
  for (const std::string& node : nodes_) text += text_of(folder_ / ("slurmd-" + node + ".log"));
  return text;
}

}  // namespace ampa::testing

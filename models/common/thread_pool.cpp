#include "common/thread_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "common/error.h"

namespace ampa {
namespace {

// Longer than what a training step does between two loops, and than one thread waits for another at the end of one:
// falling asleep and being woken costs tens of microseconds on a virtual machine.
constexpr std::chrono::microseconds kPatience{200};

// Looks for a condition until it holds or patience ends.
template <typename Condition>
bool spin_until(const Condition& condition) {
  constexpr int kLooksAtOnce = 64;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  do {
    for (int look = 0; look < kLooksAtOnce; ++look) {
      if (condition()) return true;
#ifdef __x86_64__
      __builtin_ia32_pause();
#endif
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

}  // namespace

ThreadPool::ThreadPool(int num_threads)
    : ThreadPool(num_threads, [](std::function<void()> work) { return std::thread(std::move(work)); }) {}

ThreadPool::ThreadPool(int num_threads, const Start& start)
    : shares_(static_cast<std::size_t>(std::max(num_threads, 1))) {
  // A thread that looks keeps a processor from one that works.
  spins_ = num_threads <= static_cast<int>(std::thread::hardware_concurrency());
  if (num_threads < 1) throw InputError(fmt::format("threads: expected an integer >= 1, found {}", num_threads));
  workers_.reserve(shares_.size() - 1);
  try {
    for (int thread = 1; thread < num_threads; ++thread) workers_.push_back(start([this, thread] { work(thread); }));
  } catch (const std::system_error& error) {
    const int started = this->num_threads();
    stop();  // no destructor runs, and those that wait would wait for ever
    throw RunError(fmt::format("threads: expected {} to start, found that the system gives {}: {}", num_threads,
                               started, error.code().message()));
  }
}

ThreadPool::~ThreadPool() {
  stop();
}

void ThreadPool::stop() {
  stopping_ = true;
  wake_sleepers();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::for_each_part(std::int64_t num_parts, const std::function<void(std::int64_t)>& body) {
  for (int thread = 0; thread < num_threads(); ++thread) {
    Share& share = shares_[static_cast<std::size_t>(thread)];
    share.begin = share.next = num_parts * thread / num_threads();
    share.end = num_parts * (thread + 1) / num_threads();
  }
  body_ = &body;
  backwards_ = !backwards_;
  error_ = nullptr;
  inside_ = 0;  // a worker may come in from here on, late for the last loop perhaps
  ++generation_;
  wake_sleepers();
  run_parts(0);
  inside_ |= kClosed;
  wait_until([this] { return inside_ == kClosed; });
  if (error_) std::rethrow_exception(error_);
}

// A thread's own share, then what is left of the others'.
void ThreadPool::run_parts(int thread) {
  try {
    for (int i = 0; i < num_threads(); ++i) {
      Share& share = shares_[static_cast<std::size_t>((thread + i) % num_threads())];
      for (std::int64_t next = share.next++; next < share.end; next = share.next++)
        (*body_)(backwards_ ? share.begin + share.end - 1 - next : next);
    }
  } catch (...) {
    std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
  }
}

void ThreadPool::work(int thread) {
  std::uint64_t seen = 0;
  while (true) {
    wait_until([&] { return stopping_ || generation_ != seen; });
    if (stopping_) return;
    seen = generation_;
    if (!enter()) continue;
    run_parts(thread);
    if (--inside_ == kClosed) wake_sleepers();
  }
}

// Not into a loop that has ended: a thread that the system let wait is not waited for once others have done its share.
bool ThreadPool::enter() {
  int inside = inside_;
  while ((inside & kClosed) == 0)
    if (inside_.compare_exchange_weak(inside, inside + 1)) return true;
  return false;
}

template <typename Condition>
void ThreadPool::wait_until(const Condition& condition) {
  if (spins_ && spin_until(condition)) return;
  std::unique_lock lock(mutex_);
  ++sleeping_;
  changed_.wait(lock, condition);
  --sleeping_;
}

// Whoever counts as sleeping looks at its condition once more before it sleeps, so that nobody misses a change that was
// made before this call. Without sleepers the system is not called.
void ThreadPool::wake_sleepers() {
  if (sleeping_ == 0) return;
  { std::lock_guard lock(mutex_); }  // one that has looked already sleeps now
  changed_.notify_all();
}

}  // namespace ampa

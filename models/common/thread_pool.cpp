#include "common/thread_pool.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa {
namespace {

constexpr int kLooks = 1000;

// Looks for a condition for some tens of microseconds, about as long as the loops between two calls take; falling
// asleep and being woken costs as much.
template <typename Condition>
bool spin_until(const Condition& condition, int looks) {
  for (int look = 0; look < looks; ++look) {
    if (condition()) return true;
#ifdef __x86_64__
    __builtin_ia32_pause();
#endif
  }
  return condition();
}

}  // namespace

ThreadPool::ThreadPool(int num_threads) {
  const bool has_processors = num_threads <= static_cast<int>(std::thread::hardware_concurrency());
  num_looks_ = has_processors ? kLooks : 0;  // a thread that looks keeps a processor from one that works
  if (num_threads < 1) throw InputError(fmt::format("threads: expected an integer >= 1, found {}", num_threads));
  for (int thread = 1; thread < num_threads; ++thread) workers_.emplace_back([this, thread] { work(thread); });
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  start_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::for_each_part(std::int64_t num_parts, const std::function<void(std::int64_t)>& body) {
  {
    std::lock_guard lock(mutex_);
    body_ = &body;
    num_parts_ = num_parts;
    running_ = static_cast<int>(workers_.size());
    error_ = nullptr;
    ++generation_;
  }
  start_.notify_all();
  run_share(0);
  const auto all_done = [this] { return running_ == 0; };
  if (!spin_until(all_done, num_looks_)) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, all_done);
  }
  if (error_) std::rethrow_exception(error_);
}

void ThreadPool::run_share(int thread) {
  const std::int64_t begin = num_parts_ * thread / num_threads();
  const std::int64_t end = num_parts_ * (thread + 1) / num_threads();
  try {
    if (generation_ % 2 == 0)
      for (std::int64_t part = begin; part < end; ++part) (*body_)(part);
    else
      for (std::int64_t part = end; part-- > begin;) (*body_)(part);
  } catch (...) {
    std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
  }
}

void ThreadPool::work(int thread) {
  std::uint64_t seen = 0;
  while (true) {
    const auto has_work = [&] { return stopping_ || generation_ != seen; };
    if (!spin_until(has_work, num_looks_)) {
      std::unique_lock lock(mutex_);
      start_.wait(lock, has_work);
    }
    if (stopping_) return;
    seen = generation_;
    run_share(thread);
    if (--running_ > 0) continue;
    std::lock_guard lock(mutex_);
    done_.notify_one();
  }
}

}  // namespace ampa

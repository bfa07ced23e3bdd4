// A fixed set of worker threads for loops over independent parts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ampa {

// Runs loops whose parts are fixed by the data and never by the number of threads, so that results do not depend on it.
class ThreadPool {
 public:
  explicit ThreadPool(int num_threads);  // >= 1; the calling thread is one of them
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int num_threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls body(part) once for every part in [0, num_parts), thread t taking a contiguous share, from its begin in one
  // call and from its end in the next: so a loop over a tensor starts with what the last one left in the cache. Returns
  // when all are done. The first exception thrown by a part is rethrown here. Not reentrant.
  void for_each_part(std::int64_t num_parts, const std::function<void(std::int64_t part)>& body);

 private:
  void work(int thread);
  void run_share(int thread);

  int num_looks_ = 0;  // for work, or for its end, before a thread sleeps
  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  const std::function<void(std::int64_t)>* body_ = nullptr;
  std::int64_t num_parts_ = 0;
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<int> running_{0};
  std::atomic<bool> stopping_{false};
  std::exception_ptr error_;
};

}  // namespace ampa

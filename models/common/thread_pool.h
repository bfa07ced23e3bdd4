// A fixed set of worker threads for loops over independent parts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ampa {

// Runs loops whose parts are fixed by the data and never by the number of threads, so that results do not depend on it.
class ThreadPool {
 public:
  // Starts a thread that runs a function; throws std::system_error if the system gives none.
  using Start = std::function<std::thread(std::function<void()>)>;

  // num_threads >= 1; the calling thread is one of them. Throws RunError, all threads ended, if one cannot be started.
  explicit ThreadPool(int num_threads);
  ThreadPool(int num_threads, const Start& start);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int num_threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls body(part) once for every part in [0, num_parts), thread t taking a contiguous share, from its begin in one
  // call and from its end in the next: so a loop over a tensor starts with what the last one left in the cache. A
  // thread that is done goes on with the shares of others. Returns when all are done. The first exception thrown by a
  // part is rethrown here; parts that have not begun by then may be left out. Not reentrant.
  void for_each_part(std::int64_t num_parts, const std::function<void(std::int64_t part)>& body);

 private:
  struct alignas(64) Share {  // a cache line each: threads count on their own
    std::int64_t begin = 0, end = 0;
    std::atomic<std::int64_t> next{0};
  };

  static constexpr int kClosed = 1 << 30;

  void work(int thread);
  void stop();
  bool enter();
  void run_parts(int thread);
  template <typename Condition>
  void wait_until(const Condition& condition);
  void wake_sleepers();

  bool spins_ = false;  // looks for a change before it sleeps
  std::vector<Share> shares_;
  std::vector<std::thread> workers_;
  const std::function<void(std::int64_t)>* body_ = nullptr;
  bool backwards_ = false;
  std::atomic<std::uint64_t> generation_{0};  // of the loop that runs
  std::atomic<int> inside_{kClosed};          // workers that take part in it, and whether no more may
  std::atomic<bool> stopping_{false};
  std::exception_ptr error_;

  std::mutex mutex_;  // of error_ and of going to sleep
  std::condition_variable changed_;
  std::atomic<int> sleeping_{0};
};

}  // namespace ampa

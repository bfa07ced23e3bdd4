// Items made on a thread of their own, one ahead of the one that is used.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace ampa {

// Items 0 .. count - 1 are made in order by one thread, each into memory that an earlier one has left, so that what is
// in them does not depend on who waits for whom. At most two are held: the one in use and the next. The destructor ends
// the thread after the item that it is making; what is not asked for by then is not made.
template <typename Item>
class RunAhead {
 public:
  // make(index, item) fills the item and is called by that thread alone; what it reads must live as long as this and
  // not be written meanwhile. An exception of it arrives in next().
  RunAhead(std::int64_t count, std::function<void(std::int64_t index, Item& item)> make)
      : count_(count), make_(std::move(make)), thread_([this] { run(); }) {}

  ~RunAhead() {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  RunAhead(const RunAhead&) = delete;
  RunAhead& operator=(const RunAhead&) = delete;

  // The next item; the one before it is not to be used any more. Throws what making it threw, each time, and
  // std::logic_error behind the last.
  Item& next() {
    std::unique_lock lock(mutex_);
    if (num_taken_ == count_) throw std::logic_error("run ahead: no item behind the last");
    num_released_ = num_taken_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return num_made_ > num_taken_ || error_; });
    if (num_made_ == num_taken_) std::rethrow_exception(error_);
    return items_[num_taken_++ % 2];
  }

 private:
  void run() {
    for (std::int64_t index = 0; index < count_; ++index) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ends_ || index - num_released_ < 2; });
        if (ends_) return;
      }
      std::exception_ptr error;
      try {
        make_(index, items_[index % 2]);
      } catch (...) {
        error = std::current_exception();
      }
      {
        const std::lock_guard lock(mutex_);
        error_ = error;
        if (!error) ++num_made_;
      }
      changed_.notify_all();
      if (error) return;
    }
  }

  const std::int64_t count_;
  const std::function<void(std::int64_t, Item&)> make_;
  Item items_[2];
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t num_made_ = 0, num_taken_ = 0, num_released_ = 0;
  std::exception_ptr error_;
  bool ends_ = false;
  std::thread thread_;  // the last: it uses all of the above
};

}  // namespace ampa

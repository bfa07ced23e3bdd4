// Threads for what tests compute without others.
#pragma once

#include "common/thread_pool.h"

namespace ampa {

inline ThreadPool& one_thread() {
  static ThreadPool threads(1);
  return threads;
}

}  // namespace ampa

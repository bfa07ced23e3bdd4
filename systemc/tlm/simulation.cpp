#include "tlm/simulation.h"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <systemc>

#if defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#endif

// libsystemc has a main() that calls this; no program of ours uses it, but the library wants the symbol.
int sc_main(int, char**) {
  std::fputs("ampa: expected the program's own main to be linked, found SystemC's\n", stderr);
  return 1;
}

namespace ampa::tlm {
namespace {

std::mutex& kernel_mutex() {
  static std::mutex mutex;
  return mutex;
}

// Makes a context current for as long as it lives.
class CurrentContext {
 public:
  explicit CurrentContext(sc_core::sc_simcontext* context) : previous_(sc_core::sc_curr_simcontext) {
    sc_core::sc_curr_simcontext = context;
  }
  ~CurrentContext() { sc_core::sc_curr_simcontext = previous_; }
  CurrentContext(const CurrentContext&) = delete;
  CurrentContext& operator=(const CurrentContext&) = delete;

 private:
  sc_core::sc_simcontext* previous_;
};

#if defined(__SANITIZE_ADDRESS__)
// The kernel's coroutines tell AddressSanitizer of their stacks, but not which one the caller of sc_start() had;
// without it every later exception looks like a stack overrun. Says so when it goes out of scope.
class CallersStack {
 public:
  CallersStack() {
    pthread_attr_t attributes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &bottom_, &size_);
    pthread_attr_destroy(&attributes);
  }
  ~CallersStack() {
    void* fake_stack = nullptr;
    __sanitizer_start_switch_fiber(&fake_stack, bottom_, size_);
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
  }
  CallersStack(const CallersStack&) = delete;
  CallersStack& operator=(const CallersStack&) = delete;

 private:
  void* bottom_ = nullptr;
  std::size_t size_ = 0;
};
#else
struct CallersStack {
  CallersStack() {}  // not trivial, so that an unused variable of it is no warning
};
#endif

}  // namespace

Simulation::Simulation() {
  const std::lock_guard<std::mutex> lock(kernel_mutex());
  // Standard error belongs to the command, not to the kernel's banner.
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
  const CurrentContext none(nullptr);
  context_ = new sc_core::sc_simcontext;
}

Simulation::~Simulation() {
  const std::lock_guard<std::mutex> lock(kernel_mutex());
  const CurrentContext current(context_);
  delete context_;
}

void Simulation::run(const std::function<void()>& work) {
  const std::lock_guard<std::mutex> lock(kernel_mutex());
  const CurrentContext current(context_);
  const CallersStack stack;
  work();
}

}  // namespace ampa::tlm

#include "array/simulation.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <systemc>

// libsystemc has a main() that calls this; no program of ours uses it, but the library wants the symbol.
int sc_main(int, char**) {
  std::fputs("ampa: expected the program's own main to be linked, found SystemC's\n", stderr);
  return 1;
}

namespace ampa::systemc {
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
  work();
}

}  // namespace ampa::systemc

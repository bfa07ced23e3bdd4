// A call to a process that is not lost, whether the process waits already or not.
#pragma once

#include <systemc>

namespace ampa::tlm {

class Trigger {
 public:
  void call() {
    is_called_ = true;
    called_.notify(sc_core::SC_ZERO_TIME);
  }
  // Returns in the time of the call, at once if it has been made. For one process.
  void wait() {
    while (!is_called_) sc_core::wait(called_);
    is_called_ = false;
  }
  void clear() { is_called_ = false; }

 private:
  bool is_called_ = false;
  sc_core::sc_event called_;
};

}  // namespace ampa::tlm

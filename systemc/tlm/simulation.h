// A SystemC simulation of its own, so that any number of them can live in one process.
#pragma once

#include <functional>

namespace sc_core {
class sc_simcontext;
}

namespace ampa::tlm {

// SystemC keeps one current simulation context; each Simulation owns one and makes it current only while work runs in
// it. Work of all simulations is serialised: the kernel is not thread-safe. A Simulation must outlive its modules,
// which must be created and destroyed within run().
class Simulation {
 public:
  Simulation();
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  void run(const std::function<void()>& work);

 private:
  sc_core::sc_simcontext* context_;
};

}  // namespace ampa::tlm

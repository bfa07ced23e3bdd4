#include "tlm/core/core_platform.h"

#include <optional>
#include <string>
#include <systemc>
#include <utility>

#include "common/error.h"
#include "tlm/core/host.h"
#include "tlm/core/interconnect.h"
#include "tlm/core/memory.h"
#include "tlm/core/rtl_core.h"
#include "tlm/core/transaction_core.h"
#include "tlm/core/wave.h"
#include "tlm/simulation.h"

namespace ampa::tlm {
namespace {

// What both platforms share. The last port of the interconnect is the host's, those before it are the core's.
struct Parts {
  Parts(const timing::CoreConfig& config, std::size_t num_core_ports)
      : memory("memory", config.port_bytes),
        interconnect("interconnect", num_core_ports + 1),
        host("host", timing::name_of(config)),
        done("done") {
    interconnect.memory.bind(memory.socket);
    host.memory.bind(interconnect.port(num_core_ports));
    host.done.bind(done);
  }
  void connect(CoreTarget& core) {
    host.core.bind(core.registers);
    core.done.bind(done);
  }

  Memory memory;
  Interconnect interconnect;
  Host host;
  sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> done;  // the process of a start and the one of an end write it
};

struct TlmParts : Parts {
  explicit TlmParts(const timing::CoreConfig& config) : Parts(config, 2), core("core", config) {
    connect(core);
    core.load_socket().bind(interconnect.port(0));
    core.store_socket().bind(interconnect.port(1));
  }
  void begin_job(const timing::MemorySettings& settings, const rtl::RunOptions& options) {
    memory.begin_job(settings, options);
    if (options.wave_path.empty()) return;
    wave.emplace(options.wave_path);
    core.trace(wave->file());
  }
  void end_job() { wave.reset(); }

  TransactionCore core;
  std::optional<Wave> wave;
};

struct RtlParts : Parts {
  explicit RtlParts(const timing::CoreConfig& config) : Parts(config, 1), core("core", config) {
    connect(core);
    core.memory.bind(interconnect.port(0));
  }
  void begin_job(const timing::MemorySettings& settings, const rtl::RunOptions& options) {
    core.begin_job(settings, options);
  }
  void end_job() {}

  RtlCore core;
};

// A simulation that stands as long as its core answers: one that ended a job with an error runs the next one.
template <class PlatformParts>
class CorePlatform : public rtl::CoreModel {
 public:
  explicit CorePlatform(const timing::CoreConfig& config) : config_(config) { build(); }
  ~CorePlatform() override { tear_down(); }

  timing::CoreRun run(rtl::JobImage& image, const timing::MemorySettings& settings,
                      const rtl::RunOptions& options) override {
    if (!parts_) build();
    try {
      simulation_->run([&] {
        parts_->memory.resize(image.bytes.size());
        parts_->begin_job(settings, options);
        parts_->host.submit(image, options.watchdog_cycles);
        sc_core::sc_start();
        parts_->end_job();
      });
    } catch (...) {
      tear_down();
      throw;
    }
    if (!parts_->host.is_waiting()) return parts_->host.finish();
    std::exception_ptr error;
    try {
      parts_->host.finish();
    } catch (const Error&) {
      error = std::current_exception();
    }
    tear_down();
    std::rethrow_exception(error);
  }

 private:
  void build() {
    simulation_ = std::make_unique<Simulation>();
    simulation_->run([&] {
      parts_ = std::make_unique<PlatformParts>(config_);
      sc_core::sc_start(sc_core::SC_ZERO_TIME);
    });
  }
  void tear_down() {
    if (simulation_ && parts_) simulation_->run([&] { parts_.reset(); });
    simulation_.reset();
  }

  timing::CoreConfig config_;
  std::unique_ptr<Simulation> simulation_;
  std::unique_ptr<PlatformParts> parts_;
};

}  // namespace

std::unique_ptr<rtl::CoreModel> make_tlm_core(const timing::CoreConfig& config) {
  return std::make_unique<CorePlatform<TlmParts>>(config);
}

std::unique_ptr<rtl::CoreModel> make_rtl_core(const timing::CoreConfig& config) {
  return std::make_unique<CorePlatform<RtlParts>>(config);
}

}  // namespace ampa::tlm

#include "tlm/core/transaction_core.h"

#include <limits>

#include "tlm/core/clock.h"
#include "tlm/core/job_checks.h"

namespace ampa::tlm {
namespace {

// Puts every thread of a module and of those in it where it began.
void reset_threads(const sc_core::sc_object& module) {
  for (sc_core::sc_object* child : module.get_child_objects()) {
    sc_core::sc_process_handle process(child);
    if (!process.valid())
      reset_threads(*child);
    else if (process.proc_kind() == sc_core::SC_THREAD_PROC_)
      process.reset();
  }
}

// Of counts that a descriptor may have.
std::int64_t product(std::int64_t x, std::int64_t y) {
  return x > std::numeric_limits<std::int64_t>::max() / y ? std::numeric_limits<std::int64_t>::max() : x * y;
}

}  // namespace

TransactionCore::TransactionCore(const sc_core::sc_module_name& name, const timing::CoreConfig& config)
    : CoreTarget(name, config.port_bytes),
      config_(config),
      load_dma_("load_dma", config.port_bytes, watchdog_, [this](rtl::CoreError error) { fail(error); }),
      store_dma_("store_dma", config.port_bytes, watchdog_, [this](rtl::CoreError error) { fail(error); }),
      load_("load", config, job_, pads_, load_dma_, [this](rtl::CoreError error) { fail(error); }),
      compute_("compute", config, job_, pads_, [this](rtl::CoreError error) { fail(error); }),
      quantize_("quantize", config, job_, pads_),
      store_("store", config, job_, pads_, store_dma_) {
  SC_THREAD(serve);
  SC_METHOD(watch);
  sensitive << watchdog_.alarm();
  dont_initialize();
  SC_METHOD(end_at_error);
  sensitive << failed_;
  dont_initialize();
}

void TransactionCore::start(const rtl::CoreStart& start) {
  job_start_ = start;
  start_.call();
}

void TransactionCore::serve() {
  while (true) {
    start_.wait();
    run_job();
  }
}

void TransactionCore::run_job() {
  watchdog_.start(job_start_.watchdog);
  load_dma_.clear();
  store_dma_.clear();
  pads_.clear();
  wait(cycles(1));
  const std::int64_t fetch = current_cycle(), setup = timing::setup_cycles(config_);
  fetch_descriptor();
  const std::int64_t fetched = current_cycle();
  wait(cycles(setup));
  if (!job_.has_magic || !is_job(job_, config_, descriptor_.size())) {
    fail(job_.has_magic ? rtl::CoreError::kLimits : rtl::CoreError::kMagic);
    wait_forever(never_);
  }
  if (job_.has_codes) job_.codes = make_codes(descriptor_, job_);
  const std::int64_t num_blocks = product(job_.along_k ? job_.m_blocks : job_.slabs, job_.n_blocks);
  load_.start();
  compute_.start(job_start_.watchdog);
  if (job_.codes) quantize_.start(num_blocks);
  store_.start(num_blocks);
  wait(compute_.done());
  const std::int64_t computed = current_cycle();
  store_.wait_until_stored();
  wait(cycles(1));  // in which the core sees that all is stored
  rtl::CoreStatus status;
  status.run.cycles = compute_.cycles_of_job();
  status.run.cycles.operand_stall += fetched - fetch;
  status.run.cycles.fill_drain += 1 + setup;
  status.run.cycles.write_stall += current_cycle() - computed;
  status.run.bytes_read = load_dma_.beats() * config_.port_bytes;
  status.run.bytes_written = store_dma_.beats() * config_.port_bytes;
  finish(status);
}

void TransactionCore::fetch_descriptor() {
  descriptor_.resize(static_cast<std::size_t>(job_start_.beats * config_.port_bytes) / sizeof(std::uint32_t));
  load_dma_.read(job_start_.descriptor, reinterpret_cast<std::uint8_t*>(descriptor_.data()), job_start_.beats);
  job_ = read_job_words(descriptor_, config_);
}

void TransactionCore::trace(sc_core::sc_trace_file* file) const {
  pads_.a.halves.trace(file, "a");
  pads_.b.halves.trace(file, "b");
  pads_.results.halves.trace(file, "results");
  pads_.codes.halves.trace(file, "codes");
  load_dma_.trace(file, "load");
  store_dma_.trace(file, "store");
  compute_.trace(file);
  sc_core::sc_trace(file, done, "done");
}

// The first of several counts.
void TransactionCore::fail(rtl::CoreError error) {
  if (error_ != rtl::CoreError::kNone) return;
  error_ = error;
  failed_.notify();
}

// The alarm comes in the middle of a cycle, the job ends with the cycle.
void TransactionCore::watch() {
  if (error_ != rtl::CoreError::kNone) return;
  error_ = rtl::CoreError::kWatchdog;
  failed_.notify(cycles(current_cycle() + 1) - sc_core::sc_time_stamp());
}

void TransactionCore::end_at_error() {
  watchdog_.start(0);
  reset_threads(*this);
  rtl::CoreStatus status;
  status.error = error_;
  error_ = rtl::CoreError::kNone;
  finish(status);
}

}  // namespace ampa::tlm

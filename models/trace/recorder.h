// Writes a trace while a training step runs.
//
//   trace::Writer writer(folder, /*first_step=*/0, /*num_steps=*/1);
//   trace::RecordingBackend backend(inner, writer);    // as TrainOptions::backend
//   trace::RecordingObserver observer(writer);         // as TrainOptions::observer
//   train(...);
//   writer.finish(context);
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "common/json_reader.h"
#include "gemm/backend.h"
#include "quant/observer.h"
#include "trace/trace.h"

namespace ampa::trace {

// Collects jobs and quantizers of the steps [first_step, first_step + num_steps) in a folder. Files are written as they
// come, equal ones once; the folder is a trace only after finish() has written index.json. Not for concurrent use.
class Writer {
 public:
  // Throws InputError if the folder exists and is not empty, RunError if it cannot be made.
  explicit Writer(std::filesystem::path folder, std::int64_t first_step = 0, std::int64_t num_steps = 1);

  // Events of other steps are ignored. Throw RunError naming the file if the disk does not take it.
  void add_job(const gemm::GemmJob& job, const gemm::Accumulators& sums);
  void add_quantizer(const quant::QuantizeEvent& event);

  // Writes index.json. `context` is an object of the caller's choice. Nothing may be added afterwards.
  void finish(const Json& context = Json::object());

  bool wants_step(std::int64_t step) const { return step >= first_step_ && step < first_step_ + num_steps_; }
  std::int64_t num_jobs() const { return static_cast<std::int64_t>(jobs_.size()); }
  std::int64_t num_quantizers() const { return static_cast<std::int64_t>(quantizers_.size()); }
  std::int64_t num_bytes() const { return num_bytes_; }  // of the files written so far

 private:
  // The name of the file that has these bytes.
  std::string store(const std::string& bytes, const std::string& label);
  std::string store_codes(const gemm::CodeTensor& tensor, const std::string& label);

  std::filesystem::path folder_;
  std::int64_t first_step_, num_steps_;
  std::map<std::string, std::string> file_of_sha256_;
  Files files_;
  std::int64_t num_bytes_ = 0;
  bool is_new_ = false;  // something in it asks for the newest version
  Json jobs_ = Json::array();
  Json quantizers_ = Json::array();
};

// Runs jobs on another backend and records them.
class RecordingBackend : public gemm::Backend {
 public:
  RecordingBackend(gemm::Backend& inner, Writer& writer) : inner_(&inner), writer_(&writer) {}  // both must outlive it
  std::string_view name() const override { return inner_->name(); }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override;

 private:
  gemm::Backend* inner_;
  Writer* writer_;
};

// Records the quantizers of the same step.
class RecordingObserver : public quant::Observer {
 public:
  explicit RecordingObserver(Writer& writer) : writer_(&writer) {}  // must outlive it
  void on_quantize(const quant::QuantizeEvent& event) override { writer_->add_quantizer(event); }

 private:
  Writer* writer_;
};

}  // namespace ampa::trace

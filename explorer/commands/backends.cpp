#include "commands/backends.h"

#include <fmt/format.h>

#include "array/array_backends.h"
#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"

namespace ampa::commands {
namespace {

using Make = std::unique_ptr<gemm::Backend> (*)(const std::string& point, ThreadPool& threads);

struct Entry {
  const char* name;
  Make make;
};

constexpr Entry kBackends[] = {
    {"cpu",
     [](const std::string&, ThreadPool& threads) -> std::unique_ptr<gemm::Backend> {
       return std::make_unique<gemm::CpuBackend>(threads);
     }},
    {"reference",
     [](const std::string&, ThreadPool&) -> std::unique_ptr<gemm::Backend> {
       return std::make_unique<gemm::ReferenceBackend>();
     }},
    {"tlm",
     [](const std::string& point, ThreadPool&) { return systemc::make_tlm_backend(timing::point_from_string(point)); }},
    {"rtl",
     [](const std::string& point, ThreadPool&) { return systemc::make_rtl_backend(timing::point_from_string(point)); }},
};

}  // namespace

std::unique_ptr<gemm::Backend> make_backend(const std::string& name, const std::string& point, ThreadPool& threads) {
  std::string valid;
  for (const Entry& entry : kBackends) {
    if (entry.name == name) return entry.make(point, threads);
    valid += (valid.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw InputError(fmt::format("--backend: expected one of {}, found \"{}\"", valid, name));
}

}  // namespace ampa::commands

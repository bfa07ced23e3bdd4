#include "commands/backends.h"

#include <fmt/format.h>

#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"
#include "tlm/array/array_backends.h"
#include "tlm/core/core_backend.h"

namespace ampa::commands {
namespace {

struct Hardware {
  const std::string& point;
  const CoreFlags& core;
};

std::unique_ptr<gemm::Backend> make_core(const Hardware& hardware, tlm::CoreKind kind) {
  return std::make_unique<tlm::CoreBackend>(hardware.core.config(hardware.point), hardware.core.settings(), kind);
}

using Make = std::unique_ptr<gemm::Backend> (*)(const Hardware& hardware, ThreadPool& threads);

struct Entry {
  const char* name;
  Make make;
};

constexpr Entry kBackends[] = {
    {"cpu",
     [](const Hardware&, ThreadPool& threads) -> std::unique_ptr<gemm::Backend> {
       return std::make_unique<gemm::CpuBackend>(threads);
     }},
    {"reference",
     [](const Hardware&, ThreadPool&) -> std::unique_ptr<gemm::Backend> {
       return std::make_unique<gemm::ReferenceBackend>();
     }},
    {"tlm",
     [](const Hardware& hardware, ThreadPool&) {
       return hardware.core.has_memory() ? make_core(hardware, tlm::CoreKind::kTlm)
                                         : tlm::make_tlm_backend(timing::point_from_string(hardware.point));
     }},
    {"rtl",
     [](const Hardware& hardware, ThreadPool&) {
       return hardware.core.has_memory() ? make_core(hardware, tlm::CoreKind::kRtl)
                                         : tlm::make_rtl_backend(timing::point_from_string(hardware.point));
     }},
};

}  // namespace

std::unique_ptr<gemm::Backend> make_backend(const std::string& name, const std::string& point, const CoreFlags& core,
                                            ThreadPool& threads) {
  std::string valid;
  for (const Entry& entry : kBackends) {
    if (entry.name == name) return entry.make({point, core}, threads);
    valid += (valid.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw InputError(fmt::format("--backend: expected one of {}, found \"{}\"", valid, name));
}

}  // namespace ampa::commands

#include "kernels/kernels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <cstdlib>
#ifdef AMPA_AMX
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "common/error.h"
#include "kernels/active_isa.h"

namespace ampa::kernels {
namespace {

struct Entry {
  const Isa* isa;
  Kernels kernels;
};

Entry entry(const Isa& isa) {
  return {&isa,
          {isa.name, isa.range, isa.quantize_nearest, isa.quantize_stochastic, isa.dequantize, isa.sum_abs, isa.drop}};
}

#ifdef __x86_64__

bool has_avx512vnni() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
}

#ifdef AMPA_AMX
// The processor has the tiles and the system lets this process use them: it must make room for their 8 KiB when it
// switches threads, and does so on request only (Linux, Documentation/arch/x86/xstate.rst).
bool has_amx() {
  constexpr unsigned kAmxTile = 1u << 24, kAmxInt8 = 1u << 25, kBoth = kAmxTile | kAmxInt8;
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (edx & kBoth) == kBoth && has_avx512vnni() &&
         __builtin_cpu_supports("avx512vbmi") && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#endif

#endif

std::vector<Entry> entries_of_this_processor() {
  std::vector<Entry> entries;
#ifdef AMPA_AMX
  if (has_amx()) entries.push_back(entry(kIsaAmx));
#endif
#ifdef __x86_64__
  if (has_avx512vnni()) entries.push_back(entry(kIsaAvx512Vnni));
  if (__builtin_cpu_supports("avx2")) entries.push_back(entry(kIsaAvx2));
#endif
  entries.push_back(entry(kIsaPortable));
  return entries;
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = entries_of_this_processor();
  return all;
}

const Entry& find(const std::string& name, const std::string& asked_by) {
  if (name == "auto") return entries().front();
  for (const Entry& candidate : entries())
    if (candidate.kernels.name == name) return candidate;
  throw InputError(
      fmt::format("{}: expected auto or one of {}, found '{}'", asked_by, fmt::join(available(), ", "), name));
}

std::atomic<const Entry*> selected{nullptr};

const Entry& active_entry() {
  const Entry* chosen = selected.load(std::memory_order_acquire);
  if (chosen != nullptr) return *chosen;
  const char* wanted = std::getenv("AMPA_ISA");
  chosen = wanted == nullptr || *wanted == '\0' ? &entries().front() : &find(wanted, "AMPA_ISA");
  selected.store(chosen, std::memory_order_release);
  return *chosen;
}

}  // namespace

const Kernels& active() {
  return active_entry().kernels;
}

const IntKernels& active_int() {
  return active_entry().isa->integer;
}

const Fp32Kernels& active_fp32() {
  return active_entry().isa->fp32;
}

const ActivationKernels& active_activation() {
  return active_isa().activation;
}

const DepthwiseKernels& active_depthwise() {
  return active_isa().depthwise;
}

const NormKernels& active_norm() {
  return active_entry().isa->norm;
}

const Isa& active_isa() {
  return *active_entry().isa;
}

void use(const Isa& isa) {
  static Entry in_use;
  in_use = entry(isa);
  selected.store(&in_use, std::memory_order_release);
}

void select(const std::string& name) {
  selected.store(&find(name, "instruction set"), std::memory_order_release);
}

std::vector<std::string> available() {
  std::vector<std::string> names;
  for (const Entry& candidate : entries()) names.push_back(candidate.kernels.name);
  return names;
}

}  // namespace ampa::kernels

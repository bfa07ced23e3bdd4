#include "kernels/binary_dot.h"

#include <string>

#include "kernels/kernels.h"

namespace ampa::kernels {

const BinaryKernels& active_binary() {
#ifdef __x86_64__
  const std::string& set = active().name;
  if (set == "avx2") return kBinaryAvx2;
  if (set != "portable") {  // a set of AVX-512
    static const bool counts = __builtin_cpu_supports("avx512vpopcntdq");
    return counts ? kBinaryVpopcntdq : kBinaryAvx2;
  }
#endif
  return kBinaryPortable;
}

}  // namespace ampa::kernels

// Chooses the kernel table once from what the processor reports.
#include "internal.h"

#include <string.h>

#if LLMK_NEON
#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#endif

// Bits of the kernel's capability words (Linux, arch/arm64/include/uapi/asm/hwcap.h).
enum { CAPABILITY_DOT_PRODUCT = 1 << 20, CAPABILITY2_MATRIX = 1 << 13 };

static int has_dot_product(void) {
#if defined(__linux__)
  return (getauxval(AT_HWCAP) & CAPABILITY_DOT_PRODUCT) != 0;
#elif defined(__APPLE__)
  // Every Apple processor that runs the systems we support has it but the A12 and older: ask.
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname("hw.optional.arm.FEAT_DotProd", &value, &size, NULL, 0) == 0 && value != 0;
#else
  return 0;
#endif
}

static int has_matrix_product(void) {
#if defined(__linux__)
  return (getauxval(AT_HWCAP2) & CAPABILITY2_MATRIX) != 0;
#elif defined(__APPLE__)
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname("hw.optional.arm.FEAT_I8MM", &value, &size, NULL, 0) == 0 && value != 0;
#else
  return 0;
#endif
}
#endif

const llmk_kernels *llmk_kernels_named(const char *name) {
#if LLMK_X86
  __builtin_cpu_init();
  const int has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                         __builtin_cpu_supports("avx512vnni");
#if defined(__linux__)
  if (strcmp(name, "amx") == 0 && has_avx512 && llmk_has_amx()) return &llmk_kernels_amx;
#endif
  if (strcmp(name, "avx512") == 0 && has_avx512) return &llmk_kernels_avx512;
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("f16c"))
    return &llmk_kernels_avx2;
#elif LLMK_NEON
  if (strcmp(name, "neon-i8mm") == 0 && has_dot_product() && has_matrix_product()) return &llmk_kernels_neon_i8mm;
  if (strcmp(name, "neon") == 0 && has_dot_product()) return &llmk_kernels_neon;
#endif
  (void)name;
  return NULL;
}

const llmk_kernels *llmk_kernels_best(void) {
  const char *order[] = {"amx", "avx512", "avx2", "neon-i8mm", "neon"};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    const llmk_kernels *table = llmk_kernels_named(order[i]);
    if (table) return table;
  }
  return NULL;
}

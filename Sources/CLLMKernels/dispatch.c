// Chooses the kernel table once from what the processor reports.
#include "internal.h"

#include <string.h>

const llmk_kernels *llmk_kernels_named(const char *name) {
#if LLMK_X86
  __builtin_cpu_init();
  if (strcmp(name, "avx512") == 0 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vnni"))
    return &llmk_kernels_avx512;
#endif
  return NULL;
}

const llmk_kernels *llmk_kernels_best(void) {
  const char *order[] = {"avx512"};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    const llmk_kernels *table = llmk_kernels_named(order[i]);
    if (table) return table;
  }
  return NULL;
}

// The C half of the kernels: only what Swift cannot say yet (per-function instruction sets, intrinsics,
// cpuid, futex). Everything here has a plain Swift twin in LLMTensor.
#ifndef CLLMKERNELS_H
#define CLLMKERNELS_H

#include <stddef.h>
#include <stdint.h>

#endif

// What the C library's allocator keeps of freed memory.
#include "CLLMKernels.h"

#if defined(__APPLE__)
#include <malloc/malloc.h>

void llmk_release_unused_memory(void) { malloc_zone_pressure_relief(NULL, 0); }
#else
#include <stdlib.h>  // tells which C library this is

#if defined(__GLIBC__)
#include <malloc.h>

void llmk_release_unused_memory(void) { malloc_trim(0); }
#else
void llmk_release_unused_memory(void) {}
#endif
#endif

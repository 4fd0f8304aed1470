// glibc has no hooks any more, but a program's own malloc takes the place of the library's, also for the libraries it
// loads; glibc documents this replacement and keeps its own functions under names of their own.
#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "CAllocationCounter.h"

#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)
#include <errno.h>
#include <execinfo.h>
#include <stddef.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static int64_t allocations;
static int32_t traces;
static __thread int32_t is_tracing;

static void count(void) {
  __atomic_fetch_add(&allocations, 1, __ATOMIC_RELAXED);
  if (__atomic_load_n(&traces, __ATOMIC_RELAXED) && !is_tracing) {
    is_tracing = 1;
    void *frames[24];
    backtrace_symbols_fd(frames, backtrace(frames, 24), STDERR_FILENO);
    if (write(STDERR_FILENO, "\n", 1) < 0) traces = 0;
    is_tracing = 0;
  }
}

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
  count();
  return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size) {
  count();
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count();
  void *memory = __libc_memalign(alignment, size);
  if (!memory) return ENOMEM;
  *result = memory;
  return 0;
}

int32_t allocation_counter_is_available(void) { return 1; }
int64_t allocation_counter_value(void) { return __atomic_load_n(&allocations, __ATOMIC_RELAXED); }
void allocation_counter_trace(int32_t is_on) { __atomic_store_n(&traces, is_on, __ATOMIC_RELAXED); }
#else
int32_t allocation_counter_is_available(void) { return 0; }
int64_t allocation_counter_value(void) { return 0; }
void allocation_counter_trace(int32_t is_on) { (void)is_on; }
#endif

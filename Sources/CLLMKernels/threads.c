// Waiting on a 32-bit word: the one thing our thread pool needs that Swift cannot call.
#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "CLLMKernels.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

#if defined(__linux__)
#include <linux/futex.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

void llmk_wait_on_address(const uint32_t *address, uint32_t expected) {
  syscall(SYS_futex, address, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

void llmk_wake_all(const uint32_t *address) {
  syscall(SYS_futex, address, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}
#elif defined(__APPLE__)
#include <os/os_sync_wait_on_address.h>

void llmk_wait_on_address(const uint32_t *address, uint32_t expected) {
  os_sync_wait_on_address((void *)address, expected, sizeof expected, OS_SYNC_WAIT_ON_ADDRESS_NONE);
}

void llmk_wake_all(const uint32_t *address) {
  os_sync_wake_by_address_all((void *)address, sizeof *address, OS_SYNC_WAKE_BY_ADDRESS_NONE);
}
#else
void llmk_wait_on_address(const uint32_t *address, uint32_t expected) {
  if (__atomic_load_n(address, __ATOMIC_ACQUIRE) == expected) sched_yield();
}

void llmk_wake_all(const uint32_t *address) { (void)address; }
#endif

void llmk_yield(void) { sched_yield(); }

void llmk_name_thread(const char *name) {
  char part[16] = {0};
  strncpy(part, name, sizeof part - 1);
#if defined(__linux__)
  pthread_setname_np(pthread_self(), part);
#elif defined(__APPLE__)
  pthread_setname_np(part);
#endif
}

int32_t llmk_allowed_processors(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return 0;
}

void llmk_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

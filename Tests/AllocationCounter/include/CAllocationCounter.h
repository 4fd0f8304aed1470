// Counts allocations of the process it is linked into. Test programs only.
#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdint.h>

// Whether allocations are counted here: with glibc, and without a sanitizer, which replaces the same functions.
int32_t allocation_counter_is_available(void);
// Allocations of all threads so far: malloc, calloc, realloc and the aligned ones; not memory mapped directly.
int64_t allocation_counter_value(void);
// Prints a backtrace of every allocation to the standard error while it is on; to find one that should not be there.
void allocation_counter_trace(int32_t is_on);

#endif

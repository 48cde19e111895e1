#define _GNU_SOURCE

#include "CLakeSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int lake_open_unnamed(const char *directory) {
  return open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

int lake_exchange(const char *a, const char *b) {
  const unsigned int exchange = 1 << 1;  // RENAME_EXCHANGE, which older headers lack.
  return (int)syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, exchange);
}

int lake_schedulable_cores(void) {
  // The kernel refuses a set that is smaller than its own, so it grows until it is taken.
  for (int capacity = 1024; capacity <= 1 << 20; capacity *= 2) {
    cpu_set_t *set = CPU_ALLOC(capacity);
    if (set == NULL) return -1;
    const size_t size = CPU_ALLOC_SIZE(capacity);
    const int result = sched_getaffinity(0, size, set);
    const int count = result == 0 ? CPU_COUNT_S(size, set) : -1;
    CPU_FREE(set);
    if (result == 0) return count;
    if (errno != EINVAL) return -1;
  }
  return -1;
}

void lake_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

void lake_keep_freed_memory(void) {
  // The largest that the allocator takes; above it, memory is mapped and unmapped each time.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_TOP_PAD, 4 << 20);
}

// The GNU C library's search, which the Glibc module of Swift does not show.

#define _GNU_SOURCE
#include "CLakeKernels.h"

const uint8_t *lake_find_bytes(const uint8_t *bytes, size_t count, const uint8_t *needle,
                               size_t needle_count) {
  return memmem(bytes, count, needle, needle_count);
}

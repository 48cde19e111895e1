// Small loops that Swift does not turn into vector instructions by itself.
//
// Functions that are `static inline` are imported into Swift and inlined there; they use nothing
// beyond SSE2, which every x86-64 has, and plain words elsewhere. Wider ones are compiled with
// `target("avx2")` in the .c files and chosen at run time.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CLakeCompare.h"
#include "CLakeText.h"
#include "csv_scan.h"
#include "text_scan.h"

/// Sets a byte to 1 while other threads do the same, to this byte or others.
static inline void lake_mark(uint8_t *p) {
  // Most marks are set already; a load leaves the line shared.
  if (__atomic_load_n(p, __ATOMIC_RELAXED) == 0) __atomic_store_n(p, 1, __ATOMIC_RELAXED);
}

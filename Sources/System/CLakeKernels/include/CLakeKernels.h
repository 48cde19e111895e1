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

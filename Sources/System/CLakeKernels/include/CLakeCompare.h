// Comparison of 64-bit numbers with AVX2: SSE2 has no instruction that orders them, and eight
// answers of a byte fill a store only when the vectors are wide.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  LAKE_EQUAL,
  LAKE_NOT_EQUAL,
  LAKE_LESS,
  LAKE_LESS_OR_EQUAL,
  LAKE_GREATER,
  LAKE_GREATER_OR_EQUAL,
} LakeComparison;

// Whether the processor has what the functions below are compiled for.
bool lake_has_wide_vectors(void);

// out[i] = a[i] op b[i] ? 1 : 0; where `constant` is set, b has one value for all rows.
void lake_compare_int64(LakeComparison op, const int64_t *a, const int64_t *b, bool constant,
                        uint8_t *out, size_t count);
void lake_compare_double(LakeComparison op, const double *a, const double *b, bool constant,
                         uint8_t *out, size_t count);

#include "CLakeCompare.h"

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx2")))
bool lake_has_wide_vectors(void) { return __builtin_cpu_supports("avx2"); }
#else
// Elsewhere the plain compilation is as good as it gets, and Swift does the same.
#define WIDE
bool lake_has_wide_vectors(void) { return false; }
#endif

// One loop a comparison, for the compiler to turn into vectors.
#define LOOP(test)                                             \
  if (constant) {                                              \
    const __typeof__(*b) value = *b;                           \
    for (size_t i = 0; i < count; i++) out[i] = a[i] test value; \
  } else {                                                     \
    for (size_t i = 0; i < count; i++) out[i] = a[i] test b[i]; \
  }                                                            \
  break;

#define COMPARE(name, type)                                                                  \
  WIDE void name(LakeComparison op, const type *a, const type *b, bool constant,             \
                 uint8_t *restrict out, size_t count) {                                      \
    switch (op) {                                                                            \
      case LAKE_EQUAL: LOOP(==)                                                              \
      case LAKE_NOT_EQUAL: LOOP(!=)                                                          \
      case LAKE_LESS: LOOP(<)                                                                \
      case LAKE_LESS_OR_EQUAL: LOOP(<=)                                                      \
      case LAKE_GREATER: LOOP(>)                                                             \
      case LAKE_GREATER_OR_EQUAL: LOOP(>=)                                                   \
    }                                                                                        \
  }

COMPARE(lake_compare_int64, int64_t)
COMPARE(lake_compare_double, double)

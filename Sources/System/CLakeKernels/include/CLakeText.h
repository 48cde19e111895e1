// Tables and small loops for values as text.
//
// Tables are reached through `static inline` functions: Swift inlines those, while a table of its
// own would be a lazily initialised global with a check at every access.

#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// The 128 leading bits of a power of five.
typedef struct {
  uint64_t high;
  uint64_t low;
} LakePowerOfFive;

// 5^exponent, for an exponent from -342 to 324.
static inline LakePowerOfFive lake_power_of_five(int64_t exponent) {
  extern const LakePowerOfFive lake_powers_of_five[667];
  return lake_powers_of_five[exponent + 342];
}

// 10^exponent, exactly, for an exponent from 0 to 22.
static inline double lake_exact_power_of_ten(int64_t exponent) {
  static const double powers[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  return powers[exponent];
}

// 10^exponent, for an exponent from 0 to 19.
static inline uint64_t lake_integer_power_of_ten(int64_t exponent) {
  static const uint64_t powers[20] = {1u,
                                      10u,
                                      100u,
                                      1000u,
                                      10000u,
                                      100000u,
                                      1000000u,
                                      10000000u,
                                      100000000u,
                                      1000000000u,
                                      10000000000u,
                                      100000000000u,
                                      1000000000000u,
                                      10000000000000u,
                                      100000000000000u,
                                      1000000000000000u,
                                      10000000000000000u,
                                      100000000000000000u,
                                      1000000000000000000u,
                                      10000000000000000000u};
  return powers[exponent];
}

// The two ASCII digits of a number from 0 to 99, the first in the low byte.
static inline uint16_t lake_digit_pair(uint64_t number) {
  static const char pairs[201] =
      "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
      "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
      "8081828384858687888990919293949596979899";
  return (uint16_t)((uint8_t)pairs[number * 2] | (uint16_t)(uint8_t)pairs[number * 2 + 1] << 8);
}

// One bit for each of 16 bytes that JSON wants escaped: quote, backslash, below 0x20.
static inline uint32_t lake_json_escape_mask(const uint8_t *bytes) {
#if defined(__SSE2__)
  const __m128i block = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
#else
  uint32_t mask = 0;
  for (int index = 0; index < 16; index++) {
    const uint8_t byte = bytes[index];
    mask |= (uint32_t)(byte < 0x20 || byte == '"' || byte == '\\') << index;
  }
  return mask;
#endif
}

// The number of bytes before the first that is not ASCII; `count` if there is none.
static inline size_t lake_ascii_run(const uint8_t *bytes, size_t count) {
  size_t index = 0;
#if defined(__SSE2__)
  for (; count - index >= 64; index += 64) {
    const __m128i *block = (const __m128i *)(bytes + index);
    const __m128i first = _mm_or_si128(_mm_loadu_si128(block), _mm_loadu_si128(block + 1));
    const __m128i second = _mm_or_si128(_mm_loadu_si128(block + 2), _mm_loadu_si128(block + 3));
    if (_mm_movemask_epi8(_mm_or_si128(first, second)) != 0) break;
  }
  for (; count - index >= 16; index += 16) {
    const int mask = _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(bytes + index)));
    if (mask != 0) return index + (size_t)__builtin_ctz((unsigned)mask);
  }
#endif
  while (index < count && bytes[index] < 0x80) index++;
  return index;
}

// The length of the longest valid prefix of UTF-8; `count` if all of it is valid. Overlong forms,
// surrogates and code points above U+10FFFF are not valid.
size_t lake_utf8_valid_prefix(const uint8_t *bytes, size_t count);

// UTF-8 validation.
//
// Two layers: a step over one character that knows exactly where validity ends, and, where the
// processor has AVX2, a filter in front of it that passes over 32 bytes at once as long as they
// hold no error (the nibble lookup published by Keiser and Lemire, "Validating UTF-8 in less than
// one instruction per byte").

#include "CLakeKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// The length of the character at `bytes`, of which `count` are there; 0 if it is no valid one.
static inline size_t character_length(const uint8_t *bytes, size_t count) {
  const uint8_t lead = bytes[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (count < 2) return 0;
  const uint8_t second = bytes[1];
  if (lead < 0xE0) return (second & 0xC0) == 0x80 ? 2 : 0;
  // The second byte tells overlong forms, surrogates and what is above U+10FFFF.
  uint8_t lowest = 0x80, highest = 0xBF;
  if (lead == 0xE0) lowest = 0xA0;
  if (lead == 0xED) highest = 0x9F;
  if (lead == 0xF0) lowest = 0x90;
  if (lead == 0xF4) highest = 0x8F;
  if (second < lowest || second > highest) return 0;
  if (count < 3 || (bytes[2] & 0xC0) != 0x80) return 0;
  if (lead < 0xF0) return 3;
  if (count < 4 || (bytes[3] & 0xC0) != 0x80) return 0;
  return 4;
}

// From a character's beginning: on to the end, or to the first character that is not valid.
static size_t valid_prefix_by_character(const uint8_t *bytes, size_t count, size_t index) {
  while (index < count) {
    if (bytes[index] < 0x80) {
      index += lake_ascii_run(bytes + index, count - index);
      continue;
    }
    const size_t length = character_length(bytes + index, count - index);
    if (length == 0) return index;
    index += length;
  }
  return index;
}

#if defined(__x86_64__)

// Errors that a pair of neighbouring bytes can show, one bit each.
enum {
  too_short = 1 << 0,   // a lead byte, then no continuation
  too_long = 1 << 1,    // ASCII, then a continuation
  overlong_3 = 1 << 2,  // E0 then below A0
  too_large = 1 << 3,   // F4 then 90 or above, or F5 and above
  surrogate = 1 << 4,   // ED then A0 or above
  overlong_2 = 1 << 5,  // C0 or C1
  too_large_1000 = 1 << 6,
  overlong_4 = 1 << 6,  // F0 then below 90
  two_continuations = 1 << 7,
  carry = too_short | too_long | two_continuations,
};

#define LAKE_TWICE(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)                             \
  _mm256_setr_epi8((char)(a), (char)(b), (char)(c), (char)(d), (char)(e), (char)(f), (char)(g), \
                   (char)(h), (char)(i), (char)(j), (char)(k), (char)(l), (char)(m), (char)(n), \
                   (char)(o), (char)(p), (char)(a), (char)(b), (char)(c), (char)(d), (char)(e), \
                   (char)(f), (char)(g), (char)(h), (char)(i), (char)(j), (char)(k), (char)(l), \
                   (char)(m), (char)(n), (char)(o), (char)(p))

// The bytes of `block`, each moved `distance` places on, the gap filled from `before`.
#define LAKE_SHIFTED(block, before, distance) \
  _mm256_alignr_epi8(block, _mm256_permute2x128_si256(before, block, 0x21), 16 - (distance))

__attribute__((target("avx2"))) static inline __m256i block_errors(__m256i block, __m256i before) {
  const __m256i by_lead_high = LAKE_TWICE(
      too_long, too_long, too_long, too_long, too_long, too_long, too_long, too_long,
      two_continuations, two_continuations, two_continuations, two_continuations,
      too_short | overlong_2, too_short, too_short | overlong_3 | surrogate,
      too_short | too_large | too_large_1000 | overlong_4);
  const __m256i by_lead_low = LAKE_TWICE(
      carry | overlong_3 | overlong_2 | overlong_4, carry | overlong_2, carry, carry,
      carry | too_large, carry | too_large | too_large_1000, carry | too_large | too_large_1000,
      carry | too_large | too_large_1000, carry | too_large | too_large_1000,
      carry | too_large | too_large_1000, carry | too_large | too_large_1000,
      carry | too_large | too_large_1000, carry | too_large | too_large_1000,
      carry | too_large | too_large_1000 | surrogate, carry | too_large | too_large_1000,
      carry | too_large | too_large_1000);
  const __m256i by_next_high = LAKE_TWICE(
      too_short, too_short, too_short, too_short, too_short, too_short, too_short, too_short,
      too_long | overlong_2 | two_continuations | overlong_3 | too_large_1000 | overlong_4,
      too_long | overlong_2 | two_continuations | overlong_3 | too_large,
      too_long | overlong_2 | two_continuations | surrogate | too_large,
      too_long | overlong_2 | two_continuations | surrogate | too_large, too_short, too_short,
      too_short, too_short);
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  const __m256i previous = LAKE_SHIFTED(block, before, 1);
  const __m256i previous_high = _mm256_and_si256(_mm256_srli_epi16(previous, 4), nibble);
  const __m256i block_high = _mm256_and_si256(_mm256_srli_epi16(block, 4), nibble);
  const __m256i pair = _mm256_and_si256(
      _mm256_and_si256(_mm256_shuffle_epi8(by_lead_high, previous_high),
                       _mm256_shuffle_epi8(by_lead_low, _mm256_and_si256(previous, nibble))),
      _mm256_shuffle_epi8(by_next_high, block_high));
  // A continuation after a continuation is right exactly where a lead of three or four bytes
  // stands two or three places before: there the two findings cancel out.
  const __m256i third = _mm256_subs_epu8(LAKE_SHIFTED(block, before, 2), _mm256_set1_epi8(0x60));
  const __m256i fourth = _mm256_subs_epu8(LAKE_SHIFTED(block, before, 3), _mm256_set1_epi8(0x70));
  const __m256i wanted =
      _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
  return _mm256_xor_si256(pair, wanted);
}

// How many bytes from the beginning hold no error that shows inside them, in steps of 32. The last
// character of these may be unfinished.
__attribute__((target("avx2"))) static size_t clean_blocks(const uint8_t *bytes, size_t count) {
  __m256i before = _mm256_setzero_si256();
  size_t index = 0;
  while (count - index >= 32) {
    const __m256i block = _mm256_loadu_si256((const __m256i *)(bytes + index));
    const __m256i joined = _mm256_or_si256(block, before);
    if (_mm256_movemask_epi8(joined) == 0) {
      index += 32;
      index += lake_ascii_run(bytes + index, count - index) & ~(size_t)31;
      continue;
    }
    const __m256i errors = block_errors(block, before);
    if (!_mm256_testz_si256(errors, errors)) break;
    before = block;
    index += 32;
  }
  return index;
}

#endif

size_t lake_utf8_valid_prefix(const uint8_t *bytes, size_t count) {
  size_t index = 0;
#if defined(__x86_64__)
  if (count >= 64 && __builtin_cpu_supports("avx2")) {
    index = clean_blocks(bytes, count);
    // Back to the beginning of the character that the blocks may have cut.
    for (int back = 0; back < 3 && index > 0 && (bytes[index - 1] & 0xC0) == 0x80; back++) index--;
    if (index > 0 && bytes[index - 1] >= 0xC0) index--;
  }
#endif
  return valid_prefix_by_character(bytes, count, index);
}

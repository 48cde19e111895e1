// Looking for a few bytes among many: the inner loops of the text readers.

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// The first place of `needle` among `count` bytes, or NULL; in linear time.
const uint8_t *lake_find_bytes(const uint8_t *bytes, size_t count, const uint8_t *needle,
                               size_t needle_count);

#if defined(__SSE2__)
#include <emmintrin.h>

// A bit for each of the 16 bytes at p that ends a plain stretch of a JSON string: a quote, a
// backslash or a control byte.
static inline uint32_t lake_json_string_stops(const uint8_t *p) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), low));
}

// A bit for each of the 16 bytes at p that is a digit.
static inline uint32_t lake_digit_bits(const uint8_t *p) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  __m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
  return (uint32_t)_mm_movemask_epi8(digit);
}

// A bit for each of the 16 bytes at p that matters to the nesting of JSON: quotes, backslashes,
// braces, brackets and newlines. ('[' and '{' differ in one bit from each other, as do ']' and
// '}'.)
static inline uint32_t lake_json_structure_stops(const uint8_t *p) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
  __m128i open = _mm_cmpeq_epi8(folded, _mm_set1_epi8('{'));
  __m128i close = _mm_cmpeq_epi8(folded, _mm_set1_epi8('}'));
  __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(open, close), quote));
}

// The newlines among count bytes, and in *high the or of all bytes (so that its top bit tells
// whether there is anything beyond ASCII).
static inline size_t lake_survey_text(const uint8_t *p, size_t count, uint8_t *high) {
  __m128i newline = _mm_set1_epi8('\n');
  __m128i zero = _mm_setzero_si128();
  __m128i total = zero, any = zero;
  size_t i = 0;
  while (i + 16 <= count) {
    // Each lane counts down by one a newline, so at most 255 rounds fit in its byte.
    size_t rounds = (count - i) / 16;
    if (rounds > 255) rounds = 255;
    __m128i lanes = zero;
    for (size_t r = 0; r < rounds; r++, i += 16) {
      __m128i bytes = _mm_loadu_si128((const __m128i *)(p + i));
      any = _mm_or_si128(any, bytes);
      lanes = _mm_sub_epi8(lanes, _mm_cmpeq_epi8(bytes, newline));
    }
    total = _mm_add_epi64(total, _mm_sad_epu8(lanes, zero));
  }
  size_t found = (size_t)_mm_cvtsi128_si64(total) +
                 (size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(total, total));
  uint8_t seen = _mm_movemask_epi8(any) ? 0x80 : 0;
  for (; i < count; i++) {
    found += p[i] == '\n';
    seen |= p[i];
  }
  *high = seen;
  return found;
}

#else

static inline uint32_t lake_json_string_stops(const uint8_t *p) {
  uint32_t mask = 0;
  for (int i = 0; i < 16; i++) {
    mask |= (uint32_t)(p[i] == '"' || p[i] == '\\' || p[i] < 0x20) << i;
  }
  return mask;
}

static inline uint32_t lake_digit_bits(const uint8_t *p) {
  uint32_t mask = 0;
  for (int i = 0; i < 16; i++) mask |= (uint32_t)((uint8_t)(p[i] - '0') <= 9) << i;
  return mask;
}

static inline uint32_t lake_json_structure_stops(const uint8_t *p) {
  uint32_t mask = 0;
  for (int i = 0; i < 16; i++) {
    uint8_t folded = p[i] | 0x20;
    mask |= (uint32_t)(folded == '{' || folded == '}' || p[i] == '"') << i;
  }
  return mask;
}

static inline size_t lake_survey_text(const uint8_t *p, size_t count, uint8_t *high) {
  size_t found = 0;
  uint8_t seen = 0;
  for (size_t i = 0; i < count; i++) {
    found += p[i] == '\n';
    seen |= p[i];
  }
  *high = seen;
  return found;
}

#endif

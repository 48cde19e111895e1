// Looking for the few bytes that matter among many: the inner loops of the CSV reader.

#pragma once

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// A bit for each of the 16 bytes at p that may end an unquoted field: the delimiter, and whatever
// is not above carriage return (newlines, tabs, zeros: the caller looks closer).
static inline uint32_t lake_csv_field_stops(const uint8_t *p, uint8_t delimiter) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  const __m128i cut = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)delimiter));
  const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8('\r')), bytes);
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(cut, low));
#else
  uint32_t mask = 0;
  for (int i = 0; i < 16; i++) mask |= (uint32_t)(p[i] == delimiter || p[i] <= '\r') << i;
  return mask;
#endif
}

// A bit for each of the 16 bytes at p that is the quote or zero.
static inline uint32_t lake_csv_quote_stops(const uint8_t *p, uint8_t quote) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  const __m128i found = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)quote));
  return (uint32_t)_mm_movemask_epi8(
      _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_setzero_si128())));
#else
  uint32_t mask = 0;
  for (int i = 0; i < 16; i++) mask |= (uint32_t)(p[i] == quote || p[i] == 0) << i;
  return mask;
#endif
}

// A bit for each of the 64 bytes at p that equals a byte.
static inline uint64_t lake_equal_mask64(const uint8_t *p, uint8_t byte) {
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi8((char)byte);
  uint64_t mask = 0;
  for (int part = 0; part < 4; part++) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)p + part);
    mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)) << (16 * part);
  }
  return mask;
#else
  uint64_t mask = 0;
  for (int i = 0; i < 64; i++) mask |= (uint64_t)(p[i] == byte) << i;
  return mask;
#endif
}

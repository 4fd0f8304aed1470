// Segments of BERT's pipeline with AVX-512.
#include "internal.h"

#if LLMK_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi,bmi2,popcnt")))
#include "bert_segments.h"

// Unsigned, which of some bytes are between `first` and `first + width`.
INLINE uint64_t within(uint64_t some, __m512i v, int first, int width) {
  const __m512i moved = _mm512_sub_epi8(v, _mm512_set1_epi8((char)first));
  return _mm512_mask_cmple_epu8_mask(some, moved, _mm512_set1_epi8((char)width));
}

INLINE uint64_t equal(__m512i v, int byte) { return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)byte)); }

INLINE void classify(const uint8_t *p, int32_t ideographs, bert_masks *m) {
  // As with AVX2.
  const __m512i spaces = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0x20, -1, -1, -1, -1, -1, -1, -1, -1, 0x09, 0x0A, -1, -1, 0x0D, -1, -1));
  const __m512i low_halves =
      _mm512_broadcast_i32x4(_mm_setr_epi8(4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 27, 27, 27, 27, 11));
  const __m512i high_halves = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m512i bytes = _mm512_loadu_si512(p);
  m->space = _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(spaces, bytes), bytes);
  const __m512i high =
      _mm512_shuffle_epi8(high_halves, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), _mm512_set1_epi8(0x0F)));
  m->punctuation = _mm512_test_epi8_mask(_mm512_shuffle_epi8(low_halves, bytes), high);
  m->ideograph = m->rare = 0;
  if (!ideographs || !_mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8((char)0xE3))) return;
  const __m512i next = _mm512_loadu_si512(p + 1);
  m->ideograph = within(~0ull, bytes, 0xE5, 4) | within(equal(bytes, 0xE3), next, 0x90, 0x2F) |
                 (equal(bytes, 0xE4) & ~equal(next, 0xB7)) | within(equal(bytes, 0xEF), next, 0xA4, 7);
  const uint64_t rare = within(equal(bytes, 0xF0), next, 0xA0, 0x1F);
  if (rare) m->rare = rare_ideographs(p, rare);
}

TARGET int64_t llmk_bert_segments_avx512(int32_t ideographs, const uint8_t *text, int64_t count, uint32_t *starts,
                                         uint32_t *ends, int64_t capacity, int64_t *behind) {
  return bert_segments(ideographs, text, count, starts, ends, capacity, behind);
}
#endif

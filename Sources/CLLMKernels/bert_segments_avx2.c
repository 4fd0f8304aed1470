// Segments of BERT's pipeline with AVX2: ASCII by two tables of nibbles (after Langdale and Lemire's simdjson, 2019),
// ideographs by their first two bytes.
#include "internal.h"

#if LLMK_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))
#include "bert_segments.h"

INLINE uint32_t mask(__m256i v) { return (uint32_t)_mm256_movemask_epi8(v); }

// Unsigned, which bytes are between `first` and `first + width`.
INLINE __m256i within(__m256i v, int first, int width) {
  const __m256i moved = _mm256_sub_epi8(v, _mm256_set1_epi8((char)first));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(moved, _mm256_set1_epi8((char)width)), moved);
}

INLINE uint32_t half_ideographs(__m256i bytes, __m256i next, uint32_t *leads) {
  const __m256i usual = within(bytes, 0xE5, 4);
  const __m256i e3 = _mm256_and_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)0xE3)), within(next, 0x90, 0x2F));
  const __m256i e4 = _mm256_andnot_si256(_mm256_cmpeq_epi8(next, _mm256_set1_epi8((char)0xB7)),
                                         _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)0xE4)));
  const __m256i ef = _mm256_and_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)0xEF)), within(next, 0xA4, 7));
  *leads = mask(_mm256_and_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)0xF0)), within(next, 0xA0, 0x1F)));
  return mask(_mm256_or_si256(_mm256_or_si256(usual, e3), _mm256_or_si256(e4, ef)));
}

INLINE void classify(const uint8_t *p, int32_t ideographs, bert_masks *m) {
  // A space is the byte that its low half stands for here; a shuffle gives 0 for bytes outside ASCII.
  const __m256i spaces = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0x20, -1, -1, -1, -1, -1, -1, -1, -1, 0x09, 0x0A, -1, -1, 0x0D, -1, -1));
  // Punctuation: bits that both halves have. 1: 0x21...0x2F, 2: 0x3A..., 4: 0x40 and 0x60, 8: 0x5B..., 16: 0x7B...0x7E.
  const __m256i low_halves =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 27, 27, 27, 27, 11));
  const __m256i high_halves = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i four = _mm256_set1_epi8(0x0F), zero = _mm256_setzero_si256();
  __m256i bytes[2];
  uint32_t space[2], punctuation[2];
  for (int i = 0; i < 2; i++) {
    bytes[i] = _mm256_loadu_si256((const __m256i *)(p + 32 * i));
    space[i] = mask(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(spaces, bytes[i]), bytes[i]));
    const __m256i high = _mm256_shuffle_epi8(high_halves, _mm256_and_si256(_mm256_srli_epi16(bytes[i], 4), four));
    const __m256i both = _mm256_and_si256(_mm256_shuffle_epi8(low_halves, bytes[i]), high);
    punctuation[i] = mask(_mm256_cmpgt_epi8(both, zero));
  }
  m->space = space[0] | (uint64_t)space[1] << 32;
  m->punctuation = punctuation[0] | (uint64_t)punctuation[1] << 32;
  m->ideograph = m->rare = 0;
  if (!ideographs || !mask(within(_mm256_max_epu8(bytes[0], bytes[1]), 0xE3, 0x1C))) return;
  uint32_t leads[2];
  const __m256i next[2] = {_mm256_loadu_si256((const __m256i *)(p + 1)), _mm256_loadu_si256((const __m256i *)(p + 33))};
  m->ideograph = half_ideographs(bytes[0], next[0], leads);
  m->ideograph |= (uint64_t)half_ideographs(bytes[1], next[1], leads + 1) << 32;
  const uint64_t rare = leads[0] | (uint64_t)leads[1] << 32;
  if (rare) m->rare = rare_ideographs(p, rare);
}

TARGET int64_t llmk_bert_segments_avx2(int32_t ideographs, const uint8_t *text, int64_t count, uint32_t *starts,
                                       uint32_t *ends, int64_t capacity, int64_t *behind) {
  return bert_segments(ideographs, text, count, starts, ends, capacity, behind);
}
#endif

// Byte-pair merging of one word (twin: LLMTokenizer/Models/BPEModel+Plain.swift): the pair of lowest rank, the leftmost of equals,
// merges until none does.
//
// A symbol stays where its first byte was. Next to it stands `rank << 6 | place`, so that the smallest number of all is the
// pair to merge; those of short words stay in registers.
#include "internal.h"

#if LLMK_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define INLINE static inline __attribute__((always_inline)) TARGET

enum { NO_RANK = 1 << 24, RANK_BITS = LLMK_MERGES_AT_ONCE - 1, NONE = INT32_MAX };

// The rank of a pair, NO_RANK when it does not merge.
INLINE int32_t find(const llmk_merge_rules *rules, int32_t left, int32_t right, int32_t *merged) {
  const uint64_t key = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
  const uint64_t hash = key * 0x9E3779B97F4A7C15ull;
  const uint64_t bit = hash >> rules->filter_shift;
  uint64_t slot = hash >> rules->shift;
  if (!(rules->filter[bit >> 6] >> (bit & 63) & 1)) return NO_RANK;
  for (;; slot = (slot + 1) & rules->mask) {
    const llmk_merge entry = rules->entries[slot];
    if (entry.key == key) {
      *merged = entry.id;
      return entry.rank < NO_RANK ? entry.rank : NO_RANK;
    }
    if (entry.key == UINT64_MAX) return NO_RANK;
  }
}

INLINE int32_t packed(int32_t rank, int place) { return rank < NO_RANK ? rank << 6 | place : NONE; }

INLINE int32_t smallest(__m256i eight) {
  __m128i four = _mm_min_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
  four = _mm_min_epi32(four, _mm_shuffle_epi32(four, 0x4E));
  four = _mm_min_epi32(four, _mm_shuffle_epi32(four, 0xB1));
  return _mm_cvtsi128_si32(four);
}

// Puts `value` where `lanes` is `place`.
INLINE __m256i put(__m256i values, __m256i lanes, int32_t place, int32_t value) {
  return _mm256_blendv_epi8(values, _mm256_set1_epi32(value), _mm256_cmpeq_epi32(lanes, _mm256_set1_epi32(place)));
}

// `vectors` times 8 places; the compiler makes one of these for each number.
INLINE uint64_t merge(const llmk_merge_rules *rules, int32_t *ids, int32_t *merged, const int32_t *first, int32_t count,
                      const int vectors) {
  __m256i values[6], lanes[6];
  for (int i = 0; i < vectors; i++) {
    values[i] = _mm256_loadu_si256((const __m256i *)(first + 8 * i));
    lanes[i] = _mm256_add_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32(8 * i));
  }
  uint64_t alive = (1ull << count) - 1;
  for (;;) {
    __m256i least = values[0];
    for (int i = 1; i < vectors; i++) least = _mm256_min_epi32(least, values[i]);
    const int32_t best = smallest(least);
    if (best == NONE) return alive;
    const int place = best & 63;
    const uint64_t behind = alive & ~1ull << place;
    const int next = (int)__builtin_ctzll(behind);
    const uint64_t rest = behind & (behind - 1), before = alive & ((1ull << place) - 1);
    alive &= ~(1ull << next);
    const int32_t id = merged[place];
    ids[place] = id;
    int32_t here = NONE, there = NONE;
    int left = 64;
    if (rest) here = packed(find(rules, id, ids[__builtin_ctzll(rest)], &merged[place]), place);
    if (before) {
      left = 63 - __builtin_clzll(before);
      there = packed(find(rules, ids[left], id, &merged[left]), left);
    }
    for (int i = 0; i < vectors; i++) {
      __m256i v = put(values[i], lanes[i], next, NONE);
      v = put(v, lanes[i], place, here);
      values[i] = put(v, lanes[i], left, there);
    }
  }
}

TARGET static int32_t merge_word_avx2(const llmk_merge_rules *rules, const uint8_t *word, int32_t count, int32_t *out) {
  int32_t ids[48], merged[48], first[48];
  // Pairs of bytes that nothing can come in between of merge at once (the characters of most scripts), which leaves fewer
  // symbols; their neighbours are looked up without one waiting for another.
  int32_t before = NO_RANK, symbols = 0;
  llmk_first_pair pair = {NO_RANK, 0};
  if (count > 1) pair = rules->first_pairs[word[0] << 8 | word[1]];
  for (int32_t i = 0; i < count; symbols++) {
    const int32_t rank = pair.rank & RANK_BITS;
    llmk_first_pair behind = {NO_RANK, 0};
    if (i + 2 < count) behind = rules->first_pairs[word[i + 1] << 8 | word[i + 2]];
    if (pair.rank & LLMK_MERGES_AT_ONCE && rank < before && rank < (behind.rank & RANK_BITS)) {
      ids[symbols] = pair.id;
      before = behind.rank & RANK_BITS;
      pair = (llmk_first_pair){NO_RANK, 0};
      if (i + 3 < count) pair = rules->first_pairs[word[i + 2] << 8 | word[i + 3]];
      i += 2;
    } else {
      ids[symbols] = rules->byte_tokens[word[i]];
      before = rank;
      pair = behind;
      i += 1;
    }
  }
  for (int32_t i = 0; i + 1 < symbols; i++) first[i] = packed(find(rules, ids[i], ids[i + 1], &merged[i]), i);
  const int lanes = symbols <= 8 ? 8 : symbols <= 16 ? 16 : symbols <= 32 ? 32 : 48;
  for (int i = symbols - 1; i < lanes; i++) first[i] = NONE;
  uint64_t alive;
  if (lanes == 8)
    alive = merge(rules, ids, merged, first, symbols, 1);
  else if (lanes == 16)
    alive = merge(rules, ids, merged, first, symbols, 2);
  else if (lanes == 32)
    alive = merge(rules, ids, merged, first, symbols, 4);
  else
    alive = merge(rules, ids, merged, first, symbols, 6);
  int32_t number = 0;
  for (; alive; alive &= alive - 1) out[number++] = ids[__builtin_ctzll(alive)];
  return number;
}
#endif

int32_t llmk_merge_is_fast(void) {
#if LLMK_X86
  return llmk_split_level() >= LLMK_SPLIT_AVX2;
#else
  return 0;
#endif
}

int32_t llmk_merge_word(const llmk_merge_rules *rules, const uint8_t *word, int32_t count, int32_t *out) {
#if LLMK_X86
  return merge_word_avx2(rules, word, count, out);
#else
  (void)rules, (void)word, (void)count, (void)out;
  return 0;
#endif
}

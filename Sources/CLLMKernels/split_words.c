// Chooses how words of split patterns are found (split_words.h) from what the processor reports.
#include "internal.h"

int32_t llmk_split_level(void) {
#if LLMK_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("bmi2"))
    return LLMK_SPLIT_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("popcnt"))
    return LLMK_SPLIT_AVX2;
#endif
  return LLMK_SPLIT_PLAIN;
}

int64_t llmk_split_words(const llmk_split_rules *rules, const uint8_t *text, int64_t base, int64_t start, int64_t end,
                         uint32_t *ends, int64_t capacity) {
#if LLMK_X86
  if (rules->level == LLMK_SPLIT_AVX512) return llmk_split_words_avx512(rules, text, base, start, end, ends, capacity);
  if (rules->level == LLMK_SPLIT_AVX2) return llmk_split_words_avx2(rules, text, base, start, end, ends, capacity);
#endif
  (void)rules, (void)text, (void)base, (void)start, (void)end, (void)ends, (void)capacity;
  return 0;
}

void llmk_word_keys(const llmk_split_rules *rules, const uint8_t *text, int64_t readable, uint32_t start,
                    const uint32_t *ends, int64_t count, const void *entries, int32_t bits, llmk_word_key *keys) {
#if LLMK_X86
  if (rules->level == LLMK_SPLIT_AVX512)
    llmk_word_keys_avx512(text, start, ends, count, entries, bits, keys);
  else
    llmk_word_keys_avx2(text, readable, start, ends, count, entries, bits, keys);
#else
  (void)rules, (void)text, (void)readable, (void)start, (void)ends, (void)count, (void)entries, (void)bits, (void)keys;
#endif
}

int64_t llmk_known_words(const llmk_word_key *keys, int64_t index, int64_t count, const void *entries,
                         const int32_t *arena, int32_t **out) {
#if LLMK_X86
  return llmk_known_words_avx2(keys, index, count, entries, arena, out);
#else
  (void)keys, (void)count, (void)entries, (void)arena, (void)out;
  return index;
#endif
}

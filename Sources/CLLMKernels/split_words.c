// Chooses how words of split patterns are found (split_words.h) from what the processor reports.
#include "internal.h"

#include <string.h>

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

static void word_keys_plain(const uint8_t *text, int64_t readable, const uint32_t *starts, const uint32_t *ends,
                            int64_t count, const uint8_t *entries, int32_t bits, llmk_word_key *keys) {
  for (int64_t i = 0; i < count; i++) {
    const uint32_t start = starts[i], length = ends[i] - start, kept = length < 16 ? length : 0;
    uint64_t parts[2] = {0, 0};
    if ((int64_t)start + 16 <= readable) {
      memcpy(parts, text + start, 16);
      parts[0] &= kept < 8 ? (1ull << 8 * kept) - 1 : ~0ull;
      parts[1] &= kept > 8 ? (1ull << 8 * (kept - 8)) - 1 : 0;
    } else {
      memcpy(parts, text + start, kept);
    }
    const uint64_t high = parts[1] | (uint64_t)kept << 56;
    const uint32_t slot = llmk_key_slot(parts[0], high, bits);
    __builtin_prefetch(entries + (uint64_t)slot * 32);
    keys[i].low = kept ? parts[0] : 1;
    keys[i].high = high;
    keys[i].slot = slot & ~1u;
    keys[i].start = start;
  }
}

static inline const llmk_word_entry *find_entry(const llmk_word_entry *entries, const llmk_word_key *key) {
  for (uint32_t i = 0; i < LLMK_WORD_WAYS; i++) {
    const llmk_word_entry *entry = entries + ((key->slot ^ (i & ~1u)) | (i & 1));
    // The key is published behind all else, see LLMTokenizer/Encoding/KnownWords.swift.
    const uint64_t high = __atomic_load_n(&entry->high, __ATOMIC_ACQUIRE);
    if (high == key->high && entry->low == key->low) return entry;
    if (high == 0) break;
  }
  return NULL;
}

static int64_t known_words_plain(const llmk_word_key *keys, int64_t index, int64_t count,
                                 const llmk_word_entry *entries, const int32_t *arena, int32_t **out) {
  int32_t *next = *out;
  for (; index < count; index++) {
    const llmk_word_key *key = keys + index;
    if (key->high == 0) break;
    const llmk_word_entry *entry = find_entry(entries, key);
    if (!entry) break;
    const int32_t *ids = entry->ids;
    if (ids[0] >= 0) {
      memcpy(next, ids, 16);
      next += 1 + (ids[1] >= 0) + (ids[2] >= 0) + (ids[3] >= 0);
    } else {
      memcpy(next, arena + ~ids[0], (size_t)ids[1] * 4);
      next += ids[1];
    }
  }
  *out = next;
  return index;
}

void llmk_word_keys(int32_t level, const uint8_t *text, int64_t readable, const uint32_t *starts, const uint32_t *ends,
                    int64_t count, const void *entries, int32_t bits, llmk_word_key *keys) {
#if LLMK_X86
  if (level == LLMK_SPLIT_AVX512) return llmk_word_keys_avx512(text, starts, ends, count, entries, bits, keys);
  if (level == LLMK_SPLIT_AVX2) return llmk_word_keys_avx2(text, readable, starts, ends, count, entries, bits, keys);
#endif
  (void)level;
  word_keys_plain(text, readable, starts, ends, count, entries, bits, keys);
}

int64_t llmk_known_words(int32_t level, const llmk_word_key *keys, int64_t index, int64_t count, const void *entries,
                         const int32_t *arena, int32_t **out) {
#if LLMK_X86
  if (level >= LLMK_SPLIT_AVX2) return llmk_known_words_avx2(keys, index, count, entries, arena, out);
#endif
  (void)level;
  return known_words_plain(keys, index, count, entries, arena, out);
}

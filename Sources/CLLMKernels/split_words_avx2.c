// Words of split patterns with AVX2: ASCII by comparisons, other characters by the class table.
#include "internal.h"

#if LLMK_X86
#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))
#include "split_words.h"

// 64 bytes in two registers.
typedef struct {
  __m256i low, high;
} pair;

INLINE uint64_t mask(pair p) {
  return (uint64_t)(uint32_t)_mm256_movemask_epi8(p.low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(p.high) << 32;
}

INLINE pair equal(pair p, int byte) {
  const __m256i wanted = _mm256_set1_epi8((char)byte);
  return (pair){_mm256_cmpeq_epi8(p.low, wanted), _mm256_cmpeq_epi8(p.high, wanted)};
}

// Bytes between `first` and `last`, both of them below 0x7F; never one above ASCII.
INLINE pair between(pair p, int first, int last) {
  const __m256i below = _mm256_set1_epi8((char)(first - 1)), above = _mm256_set1_epi8((char)(last + 1));
  return (pair){_mm256_and_si256(_mm256_cmpgt_epi8(p.low, below), _mm256_cmpgt_epi8(above, p.low)),
                _mm256_and_si256(_mm256_cmpgt_epi8(p.high, below), _mm256_cmpgt_epi8(above, p.high))};
}

// Bytes with a bit of 0...7, which moves to the top of its byte.
#define BIT(p, shift) mask((pair){_mm256_slli_epi16((p).low, shift), _mm256_slli_epi16((p).high, shift)})

INLINE int classify(const llmk_split_rules *rules, const uint8_t *p, class_masks *m) {
  const pair bytes = {_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)(p + 32))};
  const uint64_t others = mask(bytes);
  const __m256i small = _mm256_set1_epi8(0x20);
  const pair folded = {_mm256_or_si256(bytes.low, small), _mm256_or_si256(bytes.high, small)};
  m->ascii = ~others;
  m->ascii_letter = m->letter = mask(between(folded, 'a', 'z'));
  m->number = mask(between(bytes, '0', '9'));
  m->blank = mask(equal(bytes, 0x20));
  m->space = m->blank | mask(between(bytes, 0x09, 0x0D));
  m->newline = mask(equal(bytes, 0x0A)) | mask(equal(bytes, 0x0D));
  m->apostrophe = mask(equal(bytes, 0x27));
  m->symbol = mask(between(bytes, 0x21, 0x7E)) & ~(m->letter | m->number);
  m->ideograph = m->mark = m->continuation = 0;
  if (!others) return 1;
  // The class bytes of the last character may reach beyond the block.
  uint8_t buffer[72];
  _mm256_storeu_si256((__m256i *)buffer, _mm256_setzero_si256());
  _mm256_storeu_si256((__m256i *)(buffer + 32), _mm256_setzero_si256());
  // Signed, the bytes that begin a character are -64 ... -1.
  const __m256i before = _mm256_set1_epi8(-65);
  const uint64_t begins =
      mask((pair){_mm256_cmpgt_epi8(bytes.low, before), _mm256_cmpgt_epi8(bytes.high, before)}) & others;
  if (!classify_others(rules->classes, p, begins, buffer)) return 0;
  const pair classes = {_mm256_loadu_si256((const __m256i *)buffer), _mm256_loadu_si256((const __m256i *)(buffer + 32))};
  m->continuation = others & ~begins;
  m->letter |= BIT(classes, 7);
  m->number |= BIT(classes, 6);
  m->space |= BIT(classes, 5);
  m->ideograph = BIT(classes, 3);
  m->mark = BIT(classes, 1);
  m->symbol |= mask(classes);
  return 1;
}

TARGET int64_t llmk_split_words_avx2(const llmk_split_rules *rules, const uint8_t *text, int64_t base, int64_t start,
                                     int64_t end, uint32_t *ends, int64_t capacity) {
  return split_words(rules, text, base, start, end, ends, capacity);
}

// What stays of sixteen bytes of a word, and what comes to them, by its length.
typedef struct {
  uint64_t kept[2], added[2];
} key_mask;

// The length in the topmost byte; no entry has the key of long words, which are looked for elsewhere.
#define LONG {{0, 0}, {1, 0}}
#define UP_TO_8(n) {{~0ull >> (64 - 8 * n), 0}, {0, n##ull << 56}}
#define ABOVE_8(n) {{~0ull, ~0ull >> (128 - 8 * n)}, {0, n##ull << 56}}
static const key_mask key_masks[16] = {
    LONG,       UP_TO_8(1), UP_TO_8(2),  UP_TO_8(3),  UP_TO_8(4),  UP_TO_8(5),  UP_TO_8(6),  UP_TO_8(7),
    UP_TO_8(8), ABOVE_8(9), ABOVE_8(10), ABOVE_8(11), ABOVE_8(12), ABOVE_8(13), ABOVE_8(14), ABOVE_8(15)};

INLINE void put_key(__m128i bytes, uint32_t start, uint32_t kept, const uint8_t *entries, int32_t bits,
                    llmk_word_key *key) {
  const key_mask *mask = key_masks + kept;
  bytes = _mm_and_si128(bytes, _mm_loadu_si128((const __m128i *)mask->kept));
  bytes = _mm_or_si128(bytes, _mm_loadu_si128((const __m128i *)mask->added));
  _mm_storeu_si128((__m128i *)key, bytes);
  const uint32_t slot = llmk_key_slot((uint64_t)_mm_cvtsi128_si64(bytes), (uint64_t)_mm_extract_epi64(bytes, 1), bits);
  _mm_prefetch((const char *)(entries + (uint64_t)slot * 32), _MM_HINT_T0);
  key->slot = slot & ~1u;
  key->start = start;
}

TARGET void llmk_word_keys_avx2(const uint8_t *text, int64_t readable, const uint32_t *starts, const uint32_t *ends,
                                int64_t count, const uint8_t *entries, int32_t bits, llmk_word_key *keys) {
  // Only the last ones can be too near to the end.
  int64_t whole = count;
  while (whole > 0 && (int64_t)starts[whole - 1] + 16 > readable) whole--;
  for (int64_t i = 0; i < whole; i++) {
    const uint32_t start = starts[i], length = ends[i] - start;
    put_key(_mm_loadu_si128((const __m128i *)(text + start)), start, length < 16 ? length : 0, entries, bits, keys + i);
  }
  for (int64_t i = whole; i < count; i++) {
    const uint32_t start = starts[i], length = ends[i] - start, kept = length < 16 ? length : 0;
    uint8_t copy[16] = {0};
    memcpy(copy, text + start, kept);
    put_key(_mm_loadu_si128((const __m128i *)copy), start, kept, entries, bits, keys + i);
  }
}

INLINE int is_entry(const llmk_word_entry *entry, const llmk_word_key *key) {
  // The key is published behind all else, see LLMTokenizer/Encoding/KnownWords.swift.
  return __atomic_load_n(&entry->high, __ATOMIC_ACQUIRE) == key->high && entry->low == key->low;
}

// What a full line has no room for is in one of the lines next to it.
INLINE const llmk_word_entry *find_further(const llmk_word_entry *entries, const llmk_word_key *key) {
  for (uint32_t line = 2; line < LLMK_WORD_WAYS; line += 2) {
    const llmk_word_entry *entry = entries + (key->slot ^ line);
    if (is_entry(entry, key) || is_entry(++entry, key)) return entry;
    if (__atomic_load_n(&entry->high, __ATOMIC_RELAXED) == 0) break;
  }
  return NULL;
}

TARGET int64_t llmk_known_words_avx2(const llmk_word_key *keys, int64_t index, int64_t count,
                                     const llmk_word_entry *entries, const int32_t *arena, int32_t **out) {
  int32_t *next = *out;
  for (; index < count; index++) {
    const llmk_word_key *key = keys + index;
    const llmk_word_entry *entry = entries + key->slot;
    if (key->high == 0) break;
    if (!is_entry(entry, key) && !is_entry(++entry, key)) {
      if (__atomic_load_n(&entry->high, __ATOMIC_RELAXED) == 0) break;
      entry = find_further(entries, key);
      if (!entry) break;
    }
    const __m128i ids = _mm_loadu_si128((const __m128i *)entry->ids);
    const int32_t first = _mm_cvtsi128_si32(ids);
    if (first >= 0) {
      _mm_storeu_si128((__m128i *)next, ids);
      next += 4 - __builtin_popcount((unsigned)_mm_movemask_ps(_mm_castsi128_ps(ids)));
      continue;
    }
    const int32_t number = _mm_extract_epi32(ids, 1);
    for (int32_t done = 0; done < number; done += 4)
      _mm_storeu_si128((__m128i *)(next + done), _mm_loadu_si128((const __m128i *)(arena + ~first + done)));
    next += number;
  }
  *out = next;
  return index;
}
#endif

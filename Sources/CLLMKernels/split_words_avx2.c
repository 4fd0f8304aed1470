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

// Sixteen bytes from 16 - n on keep the first n.
static const uint8_t kept_bytes[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                       0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0,    0,    0,    0,    0,    0,
                                       0,    0,    0,    0,    0,    0,    0,    0,    0,    0};

TARGET void llmk_word_keys_avx2(const uint8_t *text, int64_t readable, uint32_t start, const uint32_t *ends,
                                int64_t count, const uint8_t *entries, int32_t bits, llmk_word_key *keys) {
  for (int64_t i = 0; i < count; i++) {
    const uint32_t length = ends[i] - start;
    const uint32_t kept = length < 16 ? length : 0;
    __m128i bytes;
    if ((int64_t)start + 16 <= readable) {
      bytes = _mm_loadu_si128((const __m128i *)(text + start));
    } else {
      uint8_t copy[16] = {0};
      memcpy(copy, text + start, kept);
      bytes = _mm_loadu_si128((const __m128i *)copy);
    }
    bytes = _mm_and_si128(bytes, _mm_loadu_si128((const __m128i *)(kept_bytes + 16 - kept)));
    const uint64_t low = (uint64_t)_mm_cvtsi128_si64(bytes);
    const uint64_t high = (uint64_t)_mm_extract_epi64(bytes, 1) | (uint64_t)kept << 56;
    const uint32_t slot = key_slot(low, high, bits);
    _mm_prefetch((const char *)(entries + (uint64_t)slot * 32), _MM_HINT_T0);
    // No entry has this key: long words are looked for elsewhere.
    keys[i].low = kept ? low : 1;
    keys[i].high = high;
    keys[i].slot = slot & ~1u;
    keys[i].start = start;
    start = ends[i];
  }
}

INLINE int is_entry(const llmk_word_entry *entry, const llmk_word_key *key) {
  // The key is published behind all else, see LLMTokenizer/Encoding/KnownWords.swift.
  return __atomic_load_n(&entry->high, __ATOMIC_ACQUIRE) == key->high && entry->low == key->low;
}

TARGET int64_t llmk_known_words_avx2(const llmk_word_key *keys, int64_t index, int64_t count,
                                     const llmk_word_entry *entries, const int32_t *arena, int32_t **out) {
  int32_t *next = *out;
  for (; index < count; index++) {
    const llmk_word_key *key = keys + index;
    const llmk_word_entry *entry = entries + key->slot;
    if (key->high == 0) break;
    if (!is_entry(entry, key) && !is_entry(++entry, key)) {
      // What a full line has no room for is in the line next to it.
      if (__atomic_load_n(&entry->high, __ATOMIC_RELAXED) == 0) break;
      entry = entries + (key->slot ^ 2);
      if (!is_entry(entry, key) && !is_entry(++entry, key)) break;
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

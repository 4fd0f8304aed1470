// Words of split patterns with AVX-512.
#include "internal.h"

#if LLMK_X86
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi,bmi2,lzcnt")))
#include "split_words.h"

INLINE int classify(const llmk_split_rules *rules, const uint8_t *p, class_masks *m) {
  const __m512i bytes = _mm512_loadu_si512(p);
  const uint64_t others = _mm512_movepi8_mask(bytes);
  const __m512i low = _mm512_loadu_si512(rules->classes), high = _mm512_loadu_si512(rules->classes + 64);
  __m512i classes = _mm512_permutex2var_epi8(low, bytes, high);
  m->ascii = ~others;
  m->continuation = 0;
  if (others) {
    // The class bytes of the last character may reach beyond the block.
    uint8_t buffer[72];
    _mm512_storeu_si512(buffer, classes);
    const uint64_t leads = _mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8((char)0xC0));
    if (!classify_others(rules->classes, p, leads, buffer)) return 0;
    classes = _mm512_loadu_si512(buffer);
    m->continuation = others & ~leads;
  }
  m->letter = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(LETTER));
  m->number = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(NUMBER));
  m->space = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(SPACE));
  m->newline = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(NEWLINE));
  m->ideograph = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(IDEOGRAPH));
  m->mark = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(MARK));
  m->symbol = _mm512_test_epi8_mask(classes, _mm512_set1_epi8((char)SYMBOL));
  m->blank = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x20));
  m->apostrophe = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x27));
  m->ascii_letter = m->letter & m->ascii;
  return 1;
}

TARGET int64_t llmk_split_words_avx512(const llmk_split_rules *rules, const uint8_t *text, int64_t base, int64_t start,
                                       int64_t end, uint32_t *ends, int64_t capacity) {
  return split_words(rules, text, base, start, end, ends, capacity);
}

TARGET void llmk_word_keys_avx512(const uint8_t *text, const uint32_t *starts, const uint32_t *ends, int64_t count,
                                  const uint8_t *entries, int32_t bits, llmk_word_key *keys) {
  for (int64_t i = 0; i < count; i++) {
    const uint32_t start = starts[i], length = ends[i] - start;
    const uint32_t kept = length < 16 ? length : 0;
    const __m128i bytes = _mm_maskz_loadu_epi8((__mmask16)((1u << kept) - 1), text + start);
    const uint64_t low = (uint64_t)_mm_cvtsi128_si64(bytes);
    const uint64_t high = (uint64_t)_mm_extract_epi64(bytes, 1) | (uint64_t)kept << 56;
    const uint32_t slot = llmk_key_slot(low, high, bits);
    _mm_prefetch((const char *)(entries + (uint64_t)slot * 32), _MM_HINT_T0);
    // No entry has this key: long words are looked for elsewhere.
    keys[i].low = kept ? low : 1;
    keys[i].high = high;
    keys[i].slot = slot & ~1u;
    keys[i].start = start;
  }
}
#endif

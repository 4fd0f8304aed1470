// Where the words of split patterns begin, 64 bytes at a time (see LLMTokenizer/PreTokenizers/SplitScanner.swift, which says
// what a word is and is the only judge of what this file leaves undecided).
//
// Every block begins at a word, so nothing is carried from block to block: all bytes of a character get its class,
// each class becomes a mask of 64 bits, and the rules of the pattern become shifts and masks. Starts are taken up to the
// first place that 64 bytes cannot decide; the last one begins the next block.
#include "internal.h"

#if LLMK_X86
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi,bmi2,lzcnt")))
#define INLINE static inline __attribute__((always_inline)) TARGET

// Bits of a class byte.
enum { LETTER = 1, NUMBER = 2, SPACE = 4, NEWLINE = 8, IDEOGRAPH = 16, MARK = 64, SYMBOL = 128 };
enum { UNDECIDED_LIMIT = 62 };

typedef struct {
  uint64_t letter, number, space, newline, ideograph, mark, symbol;
  uint64_t blank;         // U+0020
  uint64_t apostrophe;
  uint64_t ascii_letter;
  uint64_t ascii;
  uint64_t continuation;  // bytes of a character but its first
} class_masks;

// Gives every byte of the characters outside ASCII its class; 0 when there is one that the table lacks.
INLINE int classify_others(const uint8_t *flags, const uint8_t *p, uint64_t leads, uint8_t *classes) {
  while (leads) {
    const int i = (int)__builtin_ctzll(leads);
    const uint32_t lead = p[i];
    if (lead < 0xE0) {
      const uint16_t flag = flags[(lead & 0x1F) << 6 | (p[i + 1] & 0x3F)];
      const uint16_t both = (uint16_t)(flag * 0x0101u);
      memcpy(classes + i, &both, 2);
    } else if (lead < 0xF0) {
      const uint8_t flag = flags[(lead & 0x0F) << 12 | (uint32_t)(p[i + 1] & 0x3F) << 6 | (p[i + 2] & 0x3F)];
      const uint16_t both = (uint16_t)(flag * 0x0101u);
      memcpy(classes + i, &both, 2);
      classes[i + 2] = flag;
    } else {
      const uint32_t scalar = (lead & 0x07) << 18 | (uint32_t)(p[i + 1] & 0x3F) << 12 |
                              (uint32_t)(p[i + 2] & 0x3F) << 6 | (p[i + 3] & 0x3F);
      if (scalar >= LLMK_CLASS_COUNT) return 0;
      const uint32_t all = flags[scalar] * 0x01010101u;
      memcpy(classes + i, &all, 4);
    }
    leads &= leads - 1;
  }
  return 1;
}

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

// Behind the characters that begin at the bits of `starts`.
INLINE uint64_t behind(uint64_t starts, uint64_t continuation) {
  return ((starts << 1) + continuation) & ~continuation;
}

// Every `digits`-th character of the runs of numbers; `hard` gets numbers outside ASCII that would have to be counted.
INLINE uint64_t number_starts(const class_masks *m, int32_t digits, uint64_t *hard) {
  const uint64_t first = m->number & ~(m->number << 1);
  if (digits == 1) return m->number & ~m->continuation;
  if (digits != 3) return first;
  *hard |= m->number & ~m->ascii;
  const uint64_t whole = m->number & m->number << 1 & m->number << 2;
  uint64_t starts = 0;
  for (uint64_t next = first; next; next = next << 3 & whole) starts |= next;
  return starts;
}

// The length of a contraction at an apostrophe, 0 for none.
INLINE int contraction(const uint8_t *p, int32_t any_case) {
  const uint8_t bit = any_case ? 0x20 : 0;
  const uint8_t first = p[1] | bit, second = p[2] | bit;
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
  if (first == 'l' && second == 'l') return 3;
  if ((first == 'r' || first == 'v') && second == 'e') return 3;
  return any_case && p[1] == 0xC5 && p[2] == 0xBF ? 3 : 0;
}

// What the patterns after GPT-2 do with white space: `\s*[\r\n]+|\s+(?!\S)|\s+`. `eaters` are runs that line ends
// belong to, `ends` what ends a text for the patterns.
INLINE uint64_t space_starts(const class_masks *m, uint64_t eaters, uint64_t ends, uint64_t *hard) {
  const uint64_t plain = m->space & ~m->newline;
  const uint64_t after_line = plain & m->newline << 1;
  // White space between line ends: only the whole run says where it is cut.
  const uint64_t sum = plain + after_line;
  if (sum & ~plain & m->newline) *hard |= after_line;
  // The last run goes on behind the block.
  if (sum < plain) *hard |= 1ull << (63 - __builtin_clzll(after_line));
  const uint64_t first = m->space & ~(m->space << 1) & ~(m->newline & eaters << 1);
  return first | after_line | (plain & ~((m->space | ends) >> 1));
}

INLINE uint64_t starts_gpt2(const llmk_split_rules *rules, const class_masks *m, const uint8_t *p, uint64_t *hard) {
  const uint64_t symbol = ~(m->letter | m->number | m->space);
  const uint64_t behind_blank = m->blank << 1;
  const uint64_t symbols = symbol & ~(symbol << 1) & ~behind_blank;
  uint64_t starts = (m->letter & ~(m->letter << 1) & ~behind_blank) | (m->number & ~(m->number << 1) & ~behind_blank) |
                    symbols | (m->space & ~(m->space << 1)) | (m->space & ~(m->space >> 1));
  if (rules->contractions) {
    for (uint64_t left = m->apostrophe & symbols; left; left &= left - 1) {
      const int at = (int)__builtin_ctzll(left);
      const int length = contraction(p + at, rules->contractions == 2);
      if (length == 0) continue;
      if (at + length > 63) {
        *hard |= 1ull << at;
        break;
      }
      starts = (starts & ~(2ull << at)) | 1ull << (at + length);
    }
  }
  return starts;
}

INLINE uint64_t starts_cl100k(const llmk_split_rules *rules, const class_masks *m, const uint8_t *p, uint64_t *hard) {
  const uint64_t letter = rules->marks_are_letters ? m->letter | m->mark : m->letter;
  const uint64_t symbol = ~(letter | m->number | m->space);
  const uint64_t symbols = symbol & ~(symbol << 1) & ~(m->blank << 1);
  const uint64_t plain = m->space & ~m->newline;
  uint64_t starts = symbols | number_starts(m, rules->digits, hard) | space_starts(m, symbol, 0, hard) |
                    (letter & ~(letter << 1) & ~(plain << 1) & ~behind(symbols, m->continuation));
  if (rules->contractions) {
    for (uint64_t left = m->apostrophe & symbols; left; left &= left - 1) {
      const int at = (int)__builtin_ctzll(left);
      const int length = contraction(p + at, rules->contractions == 2);
      if (length == 0 || at + length > 63) continue;
      starts |= 1ull << (at + length);
    }
  }
  return starts;
}

INLINE uint64_t starts_deepseek(const class_masks *m, uint64_t *hard) {
  const uint64_t letter = (m->letter | m->mark) & ~m->ideograph;
  const uint64_t ends = m->number | m->ideograph;
  const uint64_t other = ~(letter | ends | m->symbol | m->space);
  const uint64_t symbols = m->symbol & ~(m->symbol << 1) & ~(m->blank << 1);
  const uint64_t others = other & ~(other << 1);
  const uint64_t plain = m->space & ~m->newline;
  // Two characters of no class at all in a row: whether the second leads a word, the scanner says.
  *hard |= behind(others, m->continuation) & other;
  // One ASCII symbol takes the ASCII letters behind it, and no others.
  const uint64_t taken = (symbols & m->ascii) << 1 & m->ascii_letter;
  const uint64_t beyond = (m->ascii_letter + taken) & ~m->ascii_letter & letter;
  return symbols | others | number_starts(m, 3, hard) | space_starts(m, m->symbol, ends, hard) |
         (m->ideograph & ~(m->ideograph << 1)) | (letter & ~(letter << 1) & ~(plain << 1) & ~(other << 1) & ~taken) |
         beyond;
}

TARGET static int64_t words_avx512(const llmk_split_rules *rules, const uint8_t *text, int64_t base, int64_t start,
                                   int64_t end, uint32_t *ends, int64_t capacity) {
  int64_t position = start, count = 0;
  while (position + 68 <= end && count + 64 <= capacity) {
    class_masks m;
    const uint8_t *p = text + position;
    if (!classify(rules, p, &m)) break;
    // Spaces outside ASCII are left to the scanner: the last byte of one is not where it begins.
    uint64_t hard = m.space & ~m.ascii;
    uint64_t starts;
    if (rules->family == LLMK_SPLIT_GPT2)
      starts = starts_gpt2(rules, &m, p, &hard);
    else if (rules->family == LLMK_SPLIT_CL100K)
      starts = starts_cl100k(rules, &m, p, &hard);
    else
      starts = starts_deepseek(&m, &hard);
    hard |= ~0ull << (UNDECIDED_LIMIT + 1);
    // Bits below the lowest hard one.
    starts &= (hard & -hard) - 1;
    starts &= ~1ull;
    if (starts == 0) break;
    const uint32_t offset = (uint32_t)(position - base);
    const int number = (int)__builtin_popcountll(starts);
    position += 63 - (int)__builtin_clzll(starts);
    uint32_t *out = ends + count;
    for (int done = 0; done < number; done += 4) {
      for (int j = 0; j < 4; j++) {
        out[done + j] = offset + (uint32_t)_tzcnt_u64(starts);
        starts = _blsr_u64(starts);
      }
    }
    count += number;
  }
  return count;
}

TARGET static void keys_avx512(const uint8_t *text, uint32_t start, const uint32_t *ends, int64_t count,
                               const uint8_t *entries, int32_t bits, llmk_word_key *keys) {
  for (int64_t i = 0; i < count; i++) {
    const uint32_t length = ends[i] - start;
    const uint32_t kept = length < 16 ? length : 0;
    const __m128i bytes = _mm_maskz_loadu_epi8((__mmask16)((1u << kept) - 1), text + start);
    const uint64_t low = (uint64_t)_mm_cvtsi128_si64(bytes);
    const uint64_t high = (uint64_t)_mm_extract_epi64(bytes, 1) | (uint64_t)kept << 56;
    const unsigned __int128 product =
        (unsigned __int128)(low ^ 0xA0761D6478BD642Full) * (high ^ 0xE7037ED1A0B428DBull);
    const uint64_t mixed = (uint64_t)(product >> 64) ^ (uint64_t)product;
    const uint64_t slot = mixed >> (64 - bits);
    _mm_prefetch((const char *)(entries + slot * 32), _MM_HINT_T0);
    // No entry has this key: long words are looked for elsewhere.
    keys[i].low = kept ? low : 1;
    keys[i].high = high;
    keys[i].slot = (uint32_t)slot;
    keys[i].start = start;
    start = ends[i];
  }
}
#endif

int32_t llmk_split_is_fast(void) {
#if LLMK_X86
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("bmi2");
#else
  return 0;
#endif
}

int64_t llmk_split_words(const llmk_split_rules *rules, const uint8_t *text, int64_t base, int64_t start, int64_t end,
                         uint32_t *ends, int64_t capacity) {
#if LLMK_X86
  return words_avx512(rules, text, base, start, end, ends, capacity);
#else
  (void)rules, (void)text, (void)base, (void)start, (void)end, (void)ends, (void)capacity;
  return 0;
#endif
}

void llmk_word_keys(const uint8_t *text, uint32_t start, const uint32_t *ends, int64_t count, const void *entries,
                    int32_t bits, llmk_word_key *keys) {
#if LLMK_X86
  keys_avx512(text, start, ends, count, entries, bits, keys);
#else
  (void)text, (void)start, (void)ends, (void)count, (void)entries, (void)bits, (void)keys;
#endif
}

// Where the words of split patterns begin, 64 bytes at a time (see LLMTokenizer/PreTokenizers/SplitScanner.swift, which says
// what a word is and is the only judge of what this file leaves undecided).
//
// Every block begins at a word, so nothing is carried from block to block: all bytes of a character get its class,
// each class becomes a mask of 64 bits, and the rules of the pattern become shifts and masks. Starts are taken up to the
// first place that 64 bytes cannot decide; the last one begins the next block.
//
// Included by one file per instruction set, which defines TARGET and, behind this, how a block is classified.
#ifndef LLMK_SPLIT_WORDS_H
#define LLMK_SPLIT_WORDS_H

#include "internal.h"

#include <immintrin.h>
#include <string.h>

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

INLINE int classify(const llmk_split_rules *rules, const uint8_t *p, class_masks *m);

INLINE int64_t split_words(const llmk_split_rules *rules, const uint8_t *text, int64_t base, int64_t start, int64_t end,
                           uint32_t *ends, int64_t capacity) {
  int64_t position = start, count = 0;
  while (position < end && count + 64 <= capacity) {
    const int64_t left = end - position;
    const uint8_t *p = text + position;
    uint8_t tail[72];
    if (left < 68) {
      memset(tail, 0, sizeof tail);
      memcpy(tail, p, (size_t)left);
      p = tail;
    }
    class_masks m;
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
    const uint64_t stop = left < 64 ? 1ull << left : 0;
    if (stop) {
      // White space at the end of a text is not cut like that before something else.
      const uint64_t others = ~(m.space << (64 - left));
      hard |= stop >> __builtin_clzll(others);
    }
    // Bits below the lowest hard one, which is never 0.
    const uint64_t lowest = hard & -hard;
    starts &= lowest - 1;
    starts &= ~1ull;
    if (stop && stop <= lowest) starts = (starts & (stop - 1)) | stop;
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

#endif

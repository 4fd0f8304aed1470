// Segments of BERT's pipeline, 64 bytes at a time (see LLMTokenizer/Segments/BertSegments.swift, which says what a segment is).
//
// Each class of bytes becomes a mask of 64 bits, and what divides text is shifts of masks. Included by one file per
// instruction set, which defines TARGET before and says behind this how a block is classified.
#ifndef LLMK_BERT_SEGMENTS_H
#define LLMK_BERT_SEGMENTS_H

#include "internal.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline)) TARGET

enum {
  // A batch ends behind so many bytes, so that what is made of it needs little room.
  BATCH_BYTES = 1 << 20,
  // A longer segment is left to the plain scanner.
  LONGEST_SEGMENT = 1 << 30
};

typedef struct {
  uint64_t space, punctuation;
  uint64_t ideograph;  // where one of three bytes begins
  uint64_t rare;       // where one of four bytes begins
} bert_masks;

// Ideographs of four bytes; the blocks are BertNormalizer's.
INLINE uint64_t rare_ideographs(const uint8_t *p, uint64_t leads) {
  uint64_t found = 0;
  for (; leads; leads &= leads - 1) {
    const int i = __builtin_ctzll(leads);
    const uint32_t scalar =
        (uint32_t)(p[i + 1] & 0x3F) << 12 | (uint32_t)(p[i + 2] & 0x3F) << 6 | (uint32_t)(p[i + 3] & 0x3F);
    if ((scalar >= 0x20000 && scalar <= 0x2A6DF) || (scalar >= 0x2A700 && scalar <= 0x2B73F) ||
        (scalar >= 0x2B740 && scalar <= 0x2B81F) || (scalar >= 0x2B920 && scalar <= 0x2CEAF) ||
        (scalar >= 0x2F800 && scalar <= 0x2FA1F))
      found |= 1ull << i;
  }
  return found;
}

// Reads 68 bytes. Ideographs only if asked for.
INLINE void classify(const uint8_t *p, int32_t ideographs, bert_masks *m);

// Four places at a time: how many a block has is hard to foresee.
INLINE uint32_t *put_places(uint32_t *out, uint64_t bits, uint32_t offset) {
  const int number = __builtin_popcountll(bits);
  for (int done = 0; done < number; done += 4) {
    for (int j = 0; j < 4; j++) {
      out[done + j] = offset + (bits ? (uint32_t)__builtin_ctzll(bits) : 64);
      bits &= bits - 1;
    }
  }
  return out + number;
}

INLINE int64_t bert_segments(int32_t ideographs, const uint8_t *text, int64_t count, uint32_t *starts, uint32_t *ends,
                             int64_t capacity, int64_t *behind) {
  uint32_t *start = starts, *end = ends;
  // Whether a segment goes on behind the last block, and where that divides the next one.
  uint64_t open = 0, divided = 0;
  int64_t position = 0;
  while (position < count && start + 64 <= starts + capacity) {
    if (position > BATCH_BYTES && (start > starts + 1 || !open)) break;
    if (position > LONGEST_SEGMENT) break;
    const int64_t left = count - position;
    const uint8_t *p = text + position;
    uint64_t valid = ~0ull;
    uint8_t tail[72];
    if (left < 68) {
      memset(tail, 0, sizeof tail);
      memcpy(tail, p, (size_t)left);
      p = tail;
      if (left < 64) valid = (1ull << left) - 1;
    }
    bert_masks m;
    classify(p, ideographs, &m);
    const uint64_t others = ~m.space & valid;
    const uint64_t before = others << 1 | open;
    const uint64_t borders =
        m.punctuation | m.punctuation << 1 | m.ideograph | m.ideograph << 3 | m.rare | m.rare << 4 | divided;
    divided = m.punctuation >> 63 | m.ideograph >> 61 | m.rare >> 60;
    open = others >> 63;
    start = put_places(start, others & (borders | ~before), (uint32_t)position);
    end = put_places(end, before & (borders | ~others), (uint32_t)position);
    position += 64;
  }
  if (position >= count) {
    if (open) *end++ = (uint32_t)count;
    position = count;
  } else if (open) {
    // The next batch begins with this one.
    position = *--start;
  }
  *behind = position;
  return end - ends;
}

#endif

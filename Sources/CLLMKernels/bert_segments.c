// Segments of BERT's pipeline in plain C, and the choice of instructions.
#define TARGET
#include "bert_segments.h"

enum { SPACE = 1, PUNCTUATION = 2, LEAD = 4 };

// LEAD are bytes with which an ideograph may begin.
static const uint8_t kinds[256] = {
    ['\t'] = SPACE,
    ['\n'] = SPACE,
    ['\r'] = SPACE,
    [' '] = SPACE,
    ['!' ... '/'] = PUNCTUATION,
    [':' ... '@'] = PUNCTUATION,
    ['[' ... '`'] = PUNCTUATION,
    ['{' ... '~'] = PUNCTUATION,
    [0xE3 ... 0xE9] = LEAD,
    [0xEF] = LEAD,
    [0xF0] = LEAD,
};

// The lowest bits of eight bytes, the first one's lowest.
static inline uint64_t gather(uint64_t bytes) { return (bytes & 0x0101010101010101) * 0x0102040810204080 >> 56; }

INLINE void classify(const uint8_t *p, int32_t ideographs, bert_masks *m) {
  uint64_t leads = 0;
  *m = (bert_masks){0, 0, 0, 0};
  for (int i = 0; i < 64; i += 8) {
    uint64_t eight = 0;
    for (int j = 0; j < 8; j++) eight |= (uint64_t)kinds[p[i + j]] << 8 * j;
    m->space |= gather(eight) << i;
    m->punctuation |= gather(eight >> 1) << i;
    leads |= gather(eight >> 2) << i;
  }
  if (!ideographs) return;
  uint64_t rare = 0;
  for (; leads; leads &= leads - 1) {
    const int i = __builtin_ctzll(leads);
    const uint8_t lead = p[i], next = p[i + 1];
    if (lead == 0xF0) {
      rare |= 1ull << i;
    } else if (lead == 0xE3 ? next >= 0x90 : lead == 0xE4 ? next != 0xB7 : lead == 0xEF ? next - 0xA4u < 8 : 1) {
      m->ideograph |= 1ull << i;
    }
  }
  if (rare) m->rare = rare_ideographs(p, rare);
}

int64_t llmk_bert_segments(int32_t level, int32_t ideographs, const uint8_t *text, int64_t count, uint32_t *starts,
                           uint32_t *ends, int64_t capacity, int64_t *behind) {
#if LLMK_X86
  if (level == LLMK_SPLIT_AVX512)
    return llmk_bert_segments_avx512(ideographs, text, count, starts, ends, capacity, behind);
  if (level == LLMK_SPLIT_AVX2) return llmk_bert_segments_avx2(ideographs, text, count, starts, ends, capacity, behind);
#endif
  (void)level;
  return bert_segments(ideographs, text, count, starts, ends, capacity, behind);
}

// Checks of whole texts, 32 bytes at a time; what they stop at, the plain checks in Swift decide (LLMTokenizer/Unicode/UTF8Text.swift,
// LLMTokenizer/Normalizers/ComposedCheck.swift).
#include "internal.h"

#include <string.h>

#if LLMK_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) TARGET

// What can be wrong with two neighbouring bytes. An error is where all three tables agree.
enum {
  TOO_SHORT = 1,       // a lead byte without a continuation byte
  TOO_LONG = 2,        // a continuation byte behind ASCII
  OVERLONG_3 = 4,      // E0 80...9F
  TOO_LARGE = 8,       // F4 90...BF, F5...FF
  SURROGATE = 16,      // ED A0...BF
  OVERLONG_2 = 32,     // C0, C1
  TOO_LARGE_1000 = 64, // F5...FF 80...8F
  OVERLONG_4 = 64,     // F0 80...8F
  TWO = 128,           // two continuation bytes
  CARRY = TOO_SHORT | TOO_LONG | TWO
};

INLINE __m256i both(__m128i table) { return _mm256_broadcastsi128_si256(table); }

// The bytes that come `n` before each.
#define BEFORE(bytes, last, n) _mm256_alignr_epi8(bytes, _mm256_permute2x128_si256(last, bytes, 0x21), 16 - (n))

// Not zero where something is wrong, for a register of text and the one before it.
INLINE __m256i errors(__m256i bytes, __m256i last) {
  const __m256i low4 = _mm256_set1_epi8(0x0F);
  const __m256i one = BEFORE(bytes, last, 1);
  const __m256i first_high = _mm256_shuffle_epi8(
      both(_mm_setr_epi8(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, (char)TWO,
                         (char)TWO, (char)TWO, (char)TWO, TOO_SHORT | OVERLONG_2, TOO_SHORT,
                         TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4)),
      _mm256_and_si256(_mm256_srli_epi16(one, 4), low4));
  const char large = (char)(CARRY | TOO_LARGE | TOO_LARGE_1000);
  const __m256i first_low = _mm256_shuffle_epi8(
      both(_mm_setr_epi8((char)(CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4), (char)(CARRY | OVERLONG_2), (char)CARRY,
                         (char)CARRY, (char)(CARRY | TOO_LARGE), large, large, large, large, large, large, large, large,
                         (char)(CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE), large, large)),
      _mm256_and_si256(one, low4));
  const __m256i second_high = _mm256_shuffle_epi8(
      both(_mm_setr_epi8(TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
                         (char)(TOO_LONG | OVERLONG_2 | TWO | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4),
                         (char)(TOO_LONG | OVERLONG_2 | TWO | OVERLONG_3 | TOO_LARGE),
                         (char)(TOO_LONG | OVERLONG_2 | TWO | SURROGATE | TOO_LARGE),
                         (char)(TOO_LONG | OVERLONG_2 | TWO | SURROGATE | TOO_LARGE), TOO_SHORT, TOO_SHORT, TOO_SHORT,
                         TOO_SHORT)),
      _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low4));
  const __m256i pairs = _mm256_and_si256(_mm256_and_si256(first_high, first_low), second_high);
  // The third byte of three and the third and fourth of four must be what the table calls TWO, and nothing else may.
  const __m256i third = _mm256_subs_epu8(BEFORE(bytes, last, 2), _mm256_set1_epi8((char)(0xE0 - 0x80)));
  const __m256i fourth = _mm256_subs_epu8(BEFORE(bytes, last, 3), _mm256_set1_epi8((char)(0xF0 - 0x80)));
  const __m256i wanted = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
  return _mm256_xor_si256(wanted, pairs);
}

TARGET static int64_t well_formed_avx2(const uint8_t *text, int64_t count) {
  __m256i last = _mm256_setzero_si256();
  int64_t position = 0;
  int open = 0;
  for (; position + 32 <= count; position += 32) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(text + position));
    const int others = _mm256_movemask_epi8(bytes);
    if (others | open) {
      const __m256i wrong = errors(bytes, last);
      if (!_mm256_testz_si256(wrong, wrong)) break;
      // A character may go on behind these bytes.
      open = others >> 29 & 7;
    }
    last = bytes;
  }
  // Back to where the last character begins.
  const int64_t stop = position;
  while (position > 0 && stop - position < 3 && (text[position - 1] & 0xC0) == 0x80) position--;
  return position > 0 ? position - 1 : 0;
}

TARGET static int64_t quiet_avx2(const uint8_t *text, int64_t count, const uint8_t *nibbles) {
  const __m256i low4 = _mm256_set1_epi8(0x0F);
  const __m256i low = both(_mm_loadu_si128((const __m128i *)nibbles));
  const __m256i high = both(_mm_loadu_si128((const __m128i *)(nibbles + 16)));
  int64_t position = 0;
  for (; position + 32 <= count; position += 32) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(text + position));
    if (!_mm256_movemask_epi8(bytes)) continue;
    const __m256i found =
        _mm256_and_si256(_mm256_shuffle_epi8(low, _mm256_and_si256(bytes, low4)),
                         _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low4)));
    if (!_mm256_testz_si256(found, found)) break;
  }
  return position;
}
#endif

int64_t llmk_well_formed(const uint8_t *text, int64_t count) {
#if LLMK_X86
  if (llmk_split_level() >= LLMK_SPLIT_AVX2) return well_formed_avx2(text, count);
#endif
  (void)text, (void)count;
  return 0;
}

int64_t llmk_quiet(const uint8_t *text, int64_t count, const uint8_t *nibbles) {
#if LLMK_X86
  if (llmk_split_level() >= LLMK_SPLIT_AVX2) return quiet_avx2(text, count, nibbles);
#endif
  (void)text, (void)count, (void)nibbles;
  return 0;
}

int64_t llmk_find_byte(const uint8_t *text, int64_t count, uint8_t byte) {
  const uint8_t *found = count > 0 ? memchr(text, byte, (size_t)count) : NULL;
  return found ? found - text : count;
}

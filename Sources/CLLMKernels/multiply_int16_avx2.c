// Products of 16-bit codes for encoders, AVX2: vpmaddwd takes 16 products an instruction, twice what float does, and
// with one scale a row and one a token nothing but additions happens between the first column and the last.
//
// A tile is 6 tokens x 16 rows in 12 registers. Its activations lie interleaved, so that all broadcasts of a step come
// from one address.
#include "elementwise_avx2.h"

#if LLMK_X86
#include <string.h>

enum { TOKENS = LLMK_TILE16, ROWS = 16, PART_PAIRS = 256 };  // a part of a panel is 16 KiB, a part of a tile 6 KiB

typedef struct tile_place {
  const int16_t *weights, *codes;
  int32_t pairs;
  int32_t is_first, is_last;  // the first columns, the last
  const float *row_scales, *bias, *token_scales;
  float *out;
  int64_t out_stride;
} tile_place;

// acc[t][o] += NT tokens x 16 rows over some pairs of columns.
INLINE void add_products(int NT, const int16_t *w, const int16_t *x, int32_t pairs, __m256i acc[TOKENS][2]) {
  const int16_t *end = w + 2 * ROWS * (int64_t)pairs;
  // Unrolled, the compiler would load ahead and spill.
  _Pragma("clang loop unroll(disable)") while (w != end) {
    const __m256i w0 = _mm256_loadu_si256((const __m256i *)w), w1 = _mm256_loadu_si256((const __m256i *)(w + 16));
    LLMK_UNROLL
    for (int t = 0; t < NT; t++) {
      int32_t two;
      memcpy(&two, x + 2 * t, 4);
      const __m256i v = _mm256_set1_epi32(two);
      acc[t][0] = _mm256_add_epi32(acc[t][0], _mm256_madd_epi16(w0, v));
      acc[t][1] = _mm256_add_epi32(acc[t][1], _mm256_madd_epi16(w1, v));
    }
    w += 2 * ROWS;
    x += 2 * TOKENS;
  }
}

// Sums to values.
INLINE void finish(int NT, __m256i acc[TOKENS][2], const float *row_scales, const float *bias,
                   const float *token_scales, float *out, int64_t stride) {
  LLMK_UNROLL
  for (int t = 0; t < NT; t++)
    LLMK_UNROLL
    for (int o = 0; o < 2; o++) {
      const __m256 scale = _mm256_mul_ps(_mm256_loadu_ps(row_scales + 8 * o), _mm256_set1_ps(token_scales[t]));
      _mm256_storeu_ps(out + t * stride + 8 * o,
                       _mm256_fmadd_ps(_mm256_cvtepi32_ps(acc[t][o]), scale, _mm256_loadu_ps(bias + 8 * o)));
    }
}

// NT tokens x 16 rows. Between parts of the columns, sums wait in `out` as integers.
INLINE void tile(int NT, const tile_place *p) {
  const int64_t stride = p->out_stride;
  float *out = p->out;
  __m256i acc[TOKENS][2];
  LLMK_UNROLL
  for (int t = 0; t < NT; t++)
    LLMK_UNROLL
    for (int o = 0; o < 2; o++)
      acc[t][o] = p->is_first ? _mm256_setzero_si256()
                              : _mm256_loadu_si256((const __m256i *)(out + t * stride + 8 * o));
  add_products(NT, p->weights, p->codes, p->pairs, acc);
  if (p->is_last) {
    finish(NT, acc, p->row_scales, p->bias, p->token_scales, out, stride);
    return;
  }
  LLMK_UNROLL
  for (int t = 0; t < NT; t++)
    LLMK_UNROLL
    for (int o = 0; o < 2; o++) _mm256_storeu_si256((__m256i *)(out + t * stride + 8 * o), acc[t][o]);
}

__attribute__((noinline)) TARGET static void whole_tile(const tile_place *p) { tile(TOKENS, p); }

__attribute__((noinline)) TARGET static void part_tile(int tokens, const tile_place *p) {
  switch (tokens) {
    case 1: tile(1, p); break;
    case 2: tile(2, p); break;
    case 3: tile(3, p); break;
    case 4: tile(4, p); break;
    default: tile(5, p); break;
  }
}

// GELU as documented beside its coefficients.
INLINE __m256 short_gelu(__m256 x) {
  const __m256 bound = _mm256_set1_ps(4.75f), factor = _mm256_set1_ps(2.0f / (4.75f * 4.75f));
  // Operand order lets NaN through.
  const __m256 c = _mm256_min_ps(bound, _mm256_max_ps(_mm256_sub_ps(_mm256_setzero_ps(), bound), x));
  const __m256 s = _mm256_fmsub_ps(_mm256_mul_ps(c, c), factor, _mm256_set1_ps(1));
  __m256 p = _mm256_set1_ps(llmk_gelu_terms[0]);
  LLMK_UNROLL
  for (int i = 1; i < 11; i++) p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(llmk_gelu_terms[i]));
  return _mm256_mul_ps(x, _mm256_fmadd_ps(c, p, _mm256_set1_ps(0.5f)));
}

// While they are in the first-level cache.
__attribute__((noinline)) TARGET static void activate_tile(int tokens, int32_t activation, float *out, int64_t stride) {
  if (activation == 2) {
    for (int t = 0; t < tokens; t++)
      for (int o = 0; o < 2; o++) {
        float *place = out + t * stride + 8 * o;
        _mm256_storeu_ps(place, short_gelu(_mm256_loadu_ps(place)));
      }
    return;
  }
  for (int t = 0; t < tokens; t++)
    for (int o = 0; o < 2; o++) {
      float *place = out + t * stride + 8 * o;
      _mm256_storeu_ps(place, llmk_activated_avx2(_mm256_loadu_ps(place), activation));
    }
}

// Panels [first, last) for the tiles from `first_tile` on.
TARGET static void multiply_plain(const llmk_matrix16 *m, int32_t first, int32_t last, const int16_t *codes,
                                  const float *scales, int32_t first_tile, int32_t tokens, int32_t activation,
                                  float *out, int64_t out_stride) {
  const int32_t parts = (m->pairs + PART_PAIRS - 1) / PART_PAIRS, tiles = (tokens + TOKENS - 1) / TOKENS - first_tile;
  for (int32_t panel = first; panel < last && tiles > 0; panel++) {
    const int16_t *weights = m->codes + 2 * ROWS * (int64_t)m->pairs * panel;
    for (int32_t part = 0; part < parts; part++) {
      const int32_t begin = (int32_t)((int64_t)m->pairs * part / parts);
      const int32_t end = (int32_t)((int64_t)m->pairs * (part + 1) / parts);
      tile_place place = {.weights = weights + 2 * ROWS * (int64_t)begin,
                          .pairs = end - begin,
                          .is_first = part == 0,
                          .is_last = part == parts - 1,
                          .row_scales = m->scales + ROWS * panel,
                          .bias = m->bias + ROWS * panel,
                          .out_stride = out_stride};
      // What is swept next lies behind this part: fetch it meanwhile, some lines with each tile.
      const char *ahead = (const char *)(weights + 2 * ROWS * (int64_t)end);
      const int32_t lines = end - begin, step = (lines + tiles - 1) / tiles;
      for (int32_t t = 0; t < tiles; t++) {
        const int32_t token = TOKENS * (first_tile + t), count = tokens - token < TOKENS ? tokens - token : TOKENS;
        for (int32_t k = step * t; k < step * (t + 1) && k < lines; k++)
          _mm_prefetch(ahead + 64 * (int64_t)k, _MM_HINT_T1);
        place.codes = codes + 2 * TOKENS * ((int64_t)m->pairs * (first_tile + t) + begin);
        place.token_scales = scales + token;
        place.out = out + token * out_stride + ROWS * (int64_t)(panel - first);
        if (count == TOKENS) whole_tile(&place);
        else part_tile(count, &place);
        if (place.is_last && activation >= 0) activate_tile(count, activation, place.out, out_stride);
      }
    }
  }
}

// MARK: Seven products instead of eight

// Where a product of two blocks goes: four blocks of results, tile by panel.
enum { SKIP, SET, ADD, SUBTRACT };

typedef struct pair_place {
  const llmk_matrix16 *matrix;
  int32_t panel, pairs;  // pairs of columns of a half
  int32_t tile_pairs;
  const float *token_scales;
  int32_t activation;
  float *out;
  int64_t out_stride;
} pair_place;

INLINE void place_block(int OPERATION, int LAST, __m256i sums[TOKENS][2], const pair_place *p, int32_t tile,
                        int32_t panel) {
  if (OPERATION == SKIP) return;
  float *out = p->out + TOKENS * (int64_t)tile * p->out_stride + ROWS * panel;
  __m256i acc[TOKENS][2];
  LLMK_UNROLL
  for (int t = 0; t < TOKENS; t++)
    LLMK_UNROLL
    for (int o = 0; o < 2; o++) {
      __m256i *place = (__m256i *)(out + t * p->out_stride + 8 * o);
      acc[t][o] = OPERATION == SET   ? sums[t][o]
                  : OPERATION == ADD ? _mm256_add_epi32(_mm256_loadu_si256(place), sums[t][o])
                                     : _mm256_sub_epi32(_mm256_loadu_si256(place), sums[t][o]);
      if (!LAST) _mm256_storeu_si256(place, acc[t][o]);
    }
  if (!LAST) return;
  const int32_t rows = ROWS * (p->panel + panel);
  finish(TOKENS, acc, p->matrix->scales + rows, p->matrix->bias + rows, p->token_scales + TOKENS * tile, out,
         p->out_stride);
  if (p->activation >= 0) activate_tile(TOKENS, p->activation, out, p->out_stride);
}

// One of the seven products for all pairs of tiles. Oij says what becomes of it in tile i and panel j; Lij that this was
// the last part of that block.
INLINE void sweep_product(int O11, int L11, int O12, int L12, int O21, int L21, int O22, int L22, const pair_place *p,
                          const int16_t *w, const int16_t *x, const int16_t *ahead) {
  const int64_t step = 4 * (int64_t)(2 * TOKENS) * p->pairs;
  const int32_t lines = (p->pairs + p->tile_pairs - 1) / p->tile_pairs;
  for (int32_t i = 0; i < p->tile_pairs; i++) {
    for (int32_t k = 0; k < lines; k++) _mm_prefetch((const char *)(ahead + 32 * (int64_t)(lines * i + k)), _MM_HINT_T0);
    __m256i sums[TOKENS][2];
    LLMK_UNROLL
    for (int t = 0; t < TOKENS; t++) sums[t][0] = sums[t][1] = _mm256_setzero_si256();
    add_products(TOKENS, w, x + step * i, p->pairs, sums);
    place_block(O11, L11, sums, p, 2 * i, 0);
    place_block(O12, L12, sums, p, 2 * i, 1);
    place_block(O21, L21, sums, p, 2 * i + 1, 0);
    place_block(O22, L22, sums, p, 2 * i + 1, 1);
  }
}

#define PRODUCT(NAME, ...)                                                                                      \
  __attribute__((noinline)) TARGET static void NAME(const pair_place *p, const int16_t *w, const int16_t *x,     \
                                                    const int16_t *ahead) {                                    \
    sweep_product(__VA_ARGS__, p, w, x, ahead);                                                                 \
  }
// C11 = P1 + P2; C12 = P1 + P6 + P5 + P3; C21 = P1 + P6 + P7 - P4; C22 = P1 + P6 + P7 + P5.
PRODUCT(product_1, SET, 0, SET, 0, SET, 0, SET, 0)           // A11 B11
PRODUCT(product_2, ADD, 1, SKIP, 0, SKIP, 0, SKIP, 0)        // A12 B21
PRODUCT(product_3, SKIP, 0, ADD, 1, SKIP, 0, SKIP, 0)        // S4 B22
PRODUCT(product_4, SKIP, 0, SKIP, 0, SUBTRACT, 1, SKIP, 0)   // A22 T4
PRODUCT(product_5, SKIP, 0, ADD, 0, SKIP, 0, ADD, 1)         // S1 T1
PRODUCT(product_6, SKIP, 0, ADD, 0, ADD, 0, ADD, 0)          // S2 T2
PRODUCT(product_7, SKIP, 0, SKIP, 0, ADD, 0, ADD, 0)         // S3 T3

TARGET void llmk_multiply_int16_avx2(const llmk_matrix16 *m, int32_t first, int32_t last, const int16_t *codes,
                                     const int16_t *sums, const float *scales, int32_t tokens, int32_t activation,
                                     float *out, int64_t out_stride) {
  const int32_t tile_pairs = sums && m->combined ? tokens / (2 * TOKENS) : 0;
  if (tile_pairs == 0) {
    multiply_plain(m, first, last, codes, scales, 0, tokens, activation, out, out_stride);
    return;
  }
  const int64_t half = m->pairs / 2, block = 2 * TOKENS * half;
  int32_t panel = first;
  if (panel % 2 != 0 && panel < last) {
    multiply_plain(m, panel, panel + 1, codes, scales, 0, tokens, activation, out, out_stride);
    panel++;
  }
  for (; panel + 2 <= last; panel += 2) {
    const int16_t *b = m->codes + 4 * ROWS * half * panel, *t = m->combined + 4 * ROWS * half * panel;
    const int64_t size = 2 * ROWS * half;
    float *place = out + ROWS * (int64_t)(panel - first);
    const pair_place p = {m, panel, (int32_t)half, tile_pairs, scales, activation, place, out_stride};
    product_1(&p, b, codes, b + size);
    product_2(&p, b + size, codes + block, t + size);
    product_6(&p, t + size, sums + block, t + 2 * size);
    product_7(&p, t + 2 * size, sums + 2 * block, t);
    product_5(&p, t, sums, b + 3 * size);
    product_3(&p, b + 3 * size, sums + 3 * block, t + 3 * size);
    product_4(&p, t + 3 * size, codes + 3 * block, b + 4 * size);
    multiply_plain(m, panel, panel + 2, codes, scales, 2 * tile_pairs, tokens, activation, place, out_stride);
  }
  if (panel < last)
    multiply_plain(m, panel, last, codes, scales, 0, tokens, activation, out + ROWS * (int64_t)(panel - first),
                   out_stride);
}

TARGET void llmk_combine_int16_avx2(const int16_t *codes, int32_t pairs, int32_t tokens, int16_t *sums) {
  const int64_t block = 2 * TOKENS * (int64_t)(pairs / 2);
  for (int32_t i = 0; i < tokens / (2 * TOKENS); i++) {
    const int16_t *a = codes + 4 * block * i;
    int16_t *s = sums + 4 * block * i;
    for (int64_t k = 0; k < block; k += 16) {
      // Blocks are multiples of 12: the last vector may begin before its turn.
      const int64_t at = k + 16 <= block ? k : block >= 16 ? block - 16 : k;
      if (block < 16) {
        for (int64_t n = 0; n < block; n++) {
          const int s1 = a[2 * block + n] + a[3 * block + n], s2 = s1 - a[n];
          s[n] = (int16_t)s1;
          s[block + n] = (int16_t)s2;
          s[2 * block + n] = (int16_t)(a[n] - a[2 * block + n]);
          s[3 * block + n] = (int16_t)(a[block + n] - s2);
        }
        break;
      }
      const __m256i a11 = _mm256_loadu_si256((const __m256i *)(a + at));
      const __m256i a12 = _mm256_loadu_si256((const __m256i *)(a + block + at));
      const __m256i a21 = _mm256_loadu_si256((const __m256i *)(a + 2 * block + at));
      const __m256i a22 = _mm256_loadu_si256((const __m256i *)(a + 3 * block + at));
      const __m256i s1 = _mm256_add_epi16(a21, a22), s2 = _mm256_sub_epi16(s1, a11);
      _mm256_storeu_si256((__m256i *)(s + at), s1);
      _mm256_storeu_si256((__m256i *)(s + block + at), s2);
      _mm256_storeu_si256((__m256i *)(s + 2 * block + at), _mm256_sub_epi16(a11, a21));
      _mm256_storeu_si256((__m256i *)(s + 3 * block + at), _mm256_sub_epi16(a12, s2));
    }
  }
}

TARGET float llmk_quantize_int16_avx2(const float *values, int32_t count, int32_t limit, int16_t *codes) {
  const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
  // Magnitudes compare as integers, where NaN is the largest: it reaches the scale and so the results.
  __m256i top = _mm256_setzero_si256();
  for (int32_t i = 0; i < count; i += 8) {
    const __m256i v = count - i >= 8 ? _mm256_loadu_si256((const __m256i *)(values + i))
                                     : _mm256_maskload_epi32((const int *)(values + i), llmk_mask_avx2(count - i));
    top = _mm256_max_epi32(top, _mm256_and_si256(v, magnitude));
  }
  __m128i four = _mm_max_epi32(_mm256_castsi256_si128(top), _mm256_extracti128_si256(top, 1));
  __m128i two = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  const float largest = _mm_cvtss_f32(_mm_castsi128_ps(_mm_max_epi32(two, _mm_shuffle_epi32(two, 0xb1))));
  const float inverse = largest > 1e-30f ? (float)limit / largest : 0.0f;
  const __m256i bound = _mm256_set1_epi32(limit), lowest = _mm256_set1_epi32(-limit);
  for (int32_t i = 0; i < count; i += 8) {
    const int32_t left = count - i;
    const __m256 v = left >= 8 ? _mm256_loadu_ps(values + i) : _mm256_maskload_ps(values + i, llmk_mask_avx2(left));
    __m256i q = _mm256_cvtps_epi32(_mm256_mul_ps(v, _mm256_set1_ps(inverse)));
    q = _mm256_min_epi32(bound, _mm256_max_epi32(lowest, q));
    // Packing works within 128-bit halves: pairs 0 and 1 lie in the low one, 2 and 3 in the high one.
    const __m256i packed = _mm256_packs_epi32(q, q);
    const __m128i a = _mm256_castsi256_si128(packed), b = _mm256_extracti128_si256(packed, 1);
    const int32_t pairs[4] = {_mm_cvtsi128_si32(a), _mm_extract_epi32(a, 1), _mm_cvtsi128_si32(b),
                              _mm_extract_epi32(b, 1)};
    int16_t *out = codes + TOKENS * (int64_t)i;
    LLMK_UNROLL
    for (int p = 0; p < 4; p++)
      if (2 * p < left) memcpy(out + 2 * TOKENS * p, &pairs[p], 4);
  }
  return largest / (float)limit;
}

#endif

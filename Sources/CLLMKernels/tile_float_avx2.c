// The inner tile of float matrix products, AVX2 with FMA: 6 rows x 16 columns in 12 registers, which leaves some for
// the factors (4 x 24 takes all sixteen, and the compiler then moves registers about in the loop). Factors are float,
// or bfloat16 that is widened in registers: the same sums in the same order.
#include "elementwise_avx2.h"

#if LLMK_X86

enum { ROWS = 6, COLUMNS = 16 };

// Writes or adds R rows x V vectors of 8 columns; `last` masks the last vector where `masks`. Masked stores take many
// cycles on AMD's processors: full vectors go without.
INLINE void store(int R, int V, int masks, __m256 acc[ROWS][2], float alpha, int accumulates, float *c, int64_t stride,
                  __m256i last) {
  const __m256 scale = _mm256_set1_ps(alpha);
  LLMK_UNROLL
  for (int r = 0; r < R; r++)
    LLMK_UNROLL
    for (int v = 0; v < V; v++) {
      float *out = c + r * stride + 8 * v;
      if (v < V - 1 || !masks) {
        _mm256_storeu_ps(out, accumulates ? _mm256_fmadd_ps(acc[r][v], scale, _mm256_loadu_ps(out))
                                          : _mm256_mul_ps(acc[r][v], scale));
      } else {
        __m256 y = accumulates ? _mm256_fmadd_ps(acc[r][v], scale, _mm256_maskload_ps(out, last))
                               : _mm256_mul_ps(acc[r][v], scale);
        _mm256_maskstore_ps(out, last, y);
      }
    }
}

// Zero sums; asks for the cache lines that they will be added to.
INLINE void start(int R, int V, __m256 acc[ROWS][2], const float *c, int64_t stride) {
  LLMK_UNROLL
  for (int r = 0; r < R; r++) {
    _mm_prefetch((const char *)(c + r * stride), _MM_HINT_T0);
    _mm_prefetch((const char *)(c + r * stride + 8 * V - 1), _MM_HINT_T0);
    LLMK_UNROLL
    for (int v = 0; v < V; v++) acc[r][v] = _mm256_setzero_ps();
  }
}

// One depth: x[r] is the factor of row r, w those of the columns.
#define ADD(X)                                                                             \
  LLMK_UNROLL                                                                              \
  for (int r = 0; r < R; r++) {                                                            \
    const __m256 x = X;                                                                    \
    LLMK_UNROLL                                                                            \
    for (int v = 0; v < V; v++) acc[r][v] = _mm256_fmadd_ps(x, w[v], acc[r][v]);           \
  }

INLINE void tile(int R, int V, int masks, const float *a, const float *b, int64_t depth, float alpha, int accumulates,
                 float *c, int64_t stride, __m256i last) {
  __m256 acc[ROWS][2];
  start(R, V, acc, c, stride);
  for (int64_t p = 0; p < depth; p++) {
    __m256 w[2];
    LLMK_UNROLL
    for (int v = 0; v < V; v++) w[v] = _mm256_loadu_ps(b + 8 * v);
    ADD(_mm256_broadcast_ss(a + r))
    a += ROWS;
    b += COLUMNS;
  }
  store(R, V, masks, acc, alpha, accumulates, c, stride, last);
}

// A bfloat16 is the upper half of a float.
INLINE __m256 even(__m256i pairs) { return _mm256_castsi256_ps(_mm256_slli_epi32(pairs, 16)); }
INLINE __m256 odd(__m256i pairs) {
  return _mm256_castsi256_ps(_mm256_and_si256(pairs, _mm256_set1_epi32((int32_t)0xffff0000)));
}

INLINE void tile_pairs(int R, int V, int masks, const uint32_t *a, const uint32_t *b, int64_t pairs, float alpha,
                       int accumulates, float *c, int64_t stride, __m256i last) {
  __m256 acc[ROWS][2];
  start(R, V, acc, c, stride);
  for (int64_t p = 0; p < pairs; p++) {
    __m256 w[2];
    LLMK_UNROLL
    for (int v = 0; v < V; v++) w[v] = even(_mm256_loadu_si256((const __m256i *)(b + 8 * v)));
    ADD(even(_mm256_set1_epi32((int32_t)a[r])))
    LLMK_UNROLL
    for (int v = 0; v < V; v++) w[v] = odd(_mm256_loadu_si256((const __m256i *)(b + 8 * v)));
    ADD(odd(_mm256_set1_epi32((int32_t)a[r])))
    a += ROWS;
    b += COLUMNS;
  }
  store(R, V, masks, acc, alpha, accumulates, c, stride, last);
}

#define CASE(TILE, R)                                                                          \
  case R:                                                                                      \
    if (columns == COLUMNS) TILE(R, 2, 0, a, b, depth, alpha, accumulates, c, stride, mask);   \
    else if (columns > 8) TILE(R, 2, 1, a, b, depth, alpha, accumulates, c, stride, mask);     \
    else TILE(R, 1, 1, a, b, depth, alpha, accumulates, c, stride, mask);                      \
    break;
#define CASES(TILE)                                                                            \
  const __m256i mask = llmk_mask_avx2(columns > 8 ? columns - 8 : columns);                    \
  switch (rows) {                                                                              \
    CASE(TILE, 1) CASE(TILE, 2) CASE(TILE, 3) CASE(TILE, 4) CASE(TILE, 5)                      \
    default:                                                                                   \
    CASE(TILE, 6)                                                                              \
  }

TARGET void llmk_float_tile_avx2(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates,
                                 float *c, int64_t stride, int32_t rows, int32_t columns) {
  CASES(tile)
}

TARGET void llmk_bfloat_tile_avx2(const uint32_t *a, const uint32_t *b, int64_t depth, float alpha,
                                  int32_t accumulates, float *c, int64_t stride, int32_t rows, int32_t columns) {
  CASES(tile_pairs)
}

#endif

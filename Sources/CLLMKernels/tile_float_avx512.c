// The inner tile of float matrix products, AVX-512: 12 rows x 32 columns in 24 registers. Factors are float, or bfloat16
// that is widened in registers: the same sums in the same order.
#include "elementwise_avx512.h"

#if LLMK_X86

enum { ROWS = 12, COLUMNS = 32 };

// Writes or adds R rows x V vectors of 16 columns; `last` masks the last vector.
INLINE void store(int R, int V, __m512 acc[ROWS][2], float alpha, int accumulates, float *c, int64_t stride,
                  __mmask16 last) {
  const __m512 scale = _mm512_set1_ps(alpha);
  LLMK_UNROLL
  for (int r = 0; r < R; r++)
    LLMK_UNROLL
    for (int v = 0; v < V; v++) {
      const __mmask16 mask = v == V - 1 ? last : 0xffff;
      float *out = c + r * stride + 16 * v;
      if (accumulates)
        _mm512_mask_storeu_ps(out, mask, _mm512_fmadd_ps(acc[r][v], scale, _mm512_maskz_loadu_ps(mask, out)));
      else
        _mm512_mask_storeu_ps(out, mask, _mm512_mul_ps(acc[r][v], scale));
    }
}

// One depth: X is the factor of row r, w those of the columns.
#define ADD(X)                                                                             \
  LLMK_UNROLL                                                                              \
  for (int r = 0; r < R; r++) {                                                            \
    const __m512 x = X;                                                                    \
    LLMK_UNROLL                                                                            \
    for (int v = 0; v < V; v++) acc[r][v] = _mm512_fmadd_ps(x, w[v], acc[r][v]);           \
  }

INLINE void tile(int R, int V, const float *a, const float *b, int64_t depth, float alpha, int accumulates, float *c,
                 int64_t stride, __mmask16 last) {
  __m512 acc[ROWS][2];
  LLMK_UNROLL
  for (int r = 0; r < R; r++) {
    _mm_prefetch((const char *)(c + r * stride), _MM_HINT_T0);
    if (V > 1) _mm_prefetch((const char *)(c + r * stride + 16), _MM_HINT_T0);
    LLMK_UNROLL
    for (int v = 0; v < V; v++) acc[r][v] = _mm512_setzero_ps();
  }
  for (int64_t p = 0; p < depth; p++) {
    __m512 w[2];
    LLMK_UNROLL
    for (int v = 0; v < V; v++) w[v] = _mm512_loadu_ps(b + 16 * v);
    ADD(_mm512_set1_ps(a[r]))
    a += ROWS;
    b += COLUMNS;
  }
  store(R, V, acc, alpha, accumulates, c, stride, last);
}

// A bfloat16 is the upper half of a float. The processor's own products of pairs round otherwise (vdpbf16ps).
INLINE __m512 even(__m512i pairs) { return _mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16)); }
INLINE __m512 odd(__m512i pairs) {
  return _mm512_castsi512_ps(_mm512_and_si512(pairs, _mm512_set1_epi32((int32_t)0xffff0000)));
}

INLINE void tile_pairs(int R, int V, const uint32_t *a, const uint32_t *b, int64_t pairs, float alpha, int accumulates,
                       float *c, int64_t stride, __mmask16 last) {
  __m512 acc[ROWS][2];
  LLMK_UNROLL
  for (int r = 0; r < R; r++) {
    _mm_prefetch((const char *)(c + r * stride), _MM_HINT_T0);
    if (V > 1) _mm_prefetch((const char *)(c + r * stride + 16), _MM_HINT_T0);
    LLMK_UNROLL
    for (int v = 0; v < V; v++) acc[r][v] = _mm512_setzero_ps();
  }
  for (int64_t p = 0; p < pairs; p++) {
    __m512 w[2];
    LLMK_UNROLL
    for (int v = 0; v < V; v++) w[v] = even(_mm512_loadu_si512(b + 16 * v));
    ADD(even(_mm512_set1_epi32((int32_t)a[r])))
    LLMK_UNROLL
    for (int v = 0; v < V; v++) w[v] = odd(_mm512_loadu_si512(b + 16 * v));
    ADD(odd(_mm512_set1_epi32((int32_t)a[r])))
    a += ROWS;
    b += COLUMNS;
  }
  store(R, V, acc, alpha, accumulates, c, stride, last);
}

#define CASE(TILE, R)                                                                \
  case R:                                                                            \
    if (columns > 16) TILE(R, 2, a, b, depth, alpha, accumulates, c, stride, mask);  \
    else TILE(R, 1, a, b, depth, alpha, accumulates, c, stride, mask);               \
    break;
#define CASES(TILE)                                                                     \
  const int32_t tail = columns > 16 ? columns - 16 : columns;                           \
  const __mmask16 mask = tail >= 16 ? 0xffff : (__mmask16)((1u << tail) - 1);           \
  switch (rows) {                                                                       \
    CASE(TILE, 1) CASE(TILE, 2) CASE(TILE, 3) CASE(TILE, 4) CASE(TILE, 5) CASE(TILE, 6) \
    CASE(TILE, 7) CASE(TILE, 8) CASE(TILE, 9) CASE(TILE, 10) CASE(TILE, 11)             \
    default:                                                                            \
    CASE(TILE, 12)                                                                      \
  }

TARGET void llmk_float_tile_avx512(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates,
                                   float *c, int64_t stride, int32_t rows, int32_t columns) {
  CASES(tile)
}

TARGET void llmk_bfloat_tile_avx512(const uint32_t *a, const uint32_t *b, int64_t depth, float alpha,
                                    int32_t accumulates, float *c, int64_t stride, int32_t rows, int32_t columns) {
  CASES(tile_pairs)
}

#endif

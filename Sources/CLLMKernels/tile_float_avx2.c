// The inner tile of float matrix products, AVX2 with FMA: 4 rows x 24 columns in 12 registers.
#include "elementwise_avx2.h"

#if LLMK_X86

enum { ROWS = 4, COLUMNS = 24 };

// R rows x V vectors of 8 columns; `last` masks the last vector.
INLINE void tile(int R, int V, const float *a, const float *b, int64_t depth, float alpha, int accumulates, float *c,
                 int64_t stride, __m256i last) {
  __m256 acc[ROWS][3];
  LLMK_UNROLL
  for (int r = 0; r < R; r++)
    LLMK_UNROLL
    for (int v = 0; v < V; v++) acc[r][v] = _mm256_setzero_ps();
  for (int64_t p = 0; p < depth; p++) {
    __m256 w[3];
    LLMK_UNROLL
    for (int v = 0; v < V; v++) w[v] = _mm256_loadu_ps(b + 8 * v);
    LLMK_UNROLL
    for (int r = 0; r < R; r++) {
      const __m256 x = _mm256_broadcast_ss(a + r);
      LLMK_UNROLL
      for (int v = 0; v < V; v++) acc[r][v] = _mm256_fmadd_ps(x, w[v], acc[r][v]);
    }
    a += ROWS;
    b += COLUMNS;
  }
  const __m256 scale = _mm256_set1_ps(alpha);
  LLMK_UNROLL
  for (int r = 0; r < R; r++)
    LLMK_UNROLL
    for (int v = 0; v < V; v++) {
      float *out = c + r * stride + 8 * v;
      if (v < V - 1) {
        _mm256_storeu_ps(out, accumulates ? _mm256_fmadd_ps(acc[r][v], scale, _mm256_loadu_ps(out))
                                          : _mm256_mul_ps(acc[r][v], scale));
      } else {
        __m256 y = accumulates ? _mm256_fmadd_ps(acc[r][v], scale, _mm256_maskload_ps(out, last))
                               : _mm256_mul_ps(acc[r][v], scale);
        _mm256_maskstore_ps(out, last, y);
      }
    }
}

#define CASE(R)                                                                                \
  case R:                                                                                      \
    if (columns > 16) tile(R, 3, a, b, depth, alpha, accumulates, c, stride, mask);            \
    else if (columns > 8) tile(R, 2, a, b, depth, alpha, accumulates, c, stride, mask);        \
    else tile(R, 1, a, b, depth, alpha, accumulates, c, stride, mask);                         \
    break;

TARGET void llmk_float_tile_avx2(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates,
                                 float *c, int64_t stride, int32_t rows, int32_t columns) {
  const __m256i mask = llmk_mask_avx2(columns > 16 ? columns - 16 : columns > 8 ? columns - 8 : columns);
  switch (rows) {
    CASE(1) CASE(2) CASE(3)
    default:
    CASE(4)
  }
}

#endif

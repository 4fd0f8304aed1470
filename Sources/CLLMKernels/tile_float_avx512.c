// The inner tile of float matrix products, AVX-512: 12 rows x 32 columns in 24 registers.
#include "elementwise_avx512.h"

#if LLMK_X86

enum { ROWS = 12, COLUMNS = 32 };

// R rows x V vectors of 16 columns; `last` masks the last vector.
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
    LLMK_UNROLL
    for (int r = 0; r < R; r++) {
      const __m512 x = _mm512_set1_ps(a[r]);
      LLMK_UNROLL
      for (int v = 0; v < V; v++) acc[r][v] = _mm512_fmadd_ps(x, w[v], acc[r][v]);
    }
    a += ROWS;
    b += COLUMNS;
  }
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

#define CASE(R)                                                                \
  case R:                                                                      \
    if (columns > 16) tile(R, 2, a, b, depth, alpha, accumulates, c, stride, mask); \
    else tile(R, 1, a, b, depth, alpha, accumulates, c, stride, mask);         \
    break;

TARGET void llmk_float_tile_avx512(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates,
                                   float *c, int64_t stride, int32_t rows, int32_t columns) {
  const int32_t tail = columns > 16 ? columns - 16 : columns;
  const __mmask16 mask = tail >= 16 ? 0xffff : (__mmask16)((1u << tail) - 1);
  switch (rows) {
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11)
    default:
    CASE(12)
  }
}

#endif

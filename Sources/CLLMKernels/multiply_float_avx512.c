// Products of packed float matrices with float activations, AVX-512: the exact mode and unquantized files. Columns are
// summed in order in parts of 64, whose sums are added up.
#include "internal.h"

#if LLMK_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,f16c,fma")))
#define INLINE static inline __attribute__((always_inline)) TARGET

// Columns summed, and converted to float, at once: short sums lose less to rounding than one over all columns.
enum { PANEL_COLUMNS = 64 };

INLINE __m512 load_weights(int format, const uint8_t *p) {
  switch (format) {
    case LLMK_F16:
      return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
    case LLMK_BF16:
      return _mm512_castsi512_ps(
          _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p)), 16));
    default:
      return _mm512_loadu_ps((const float *)p);
  }
}

// Writes the sums of the first part, adds those of the others.
INLINE void store_sum(float *out, __m512 sum, int first) {
  _mm512_storeu_ps(out, first ? sum : _mm512_add_ps(_mm512_loadu_ps(out), sum));
}

// NT tokens x 32 rows over columns [0, count) of weights [column][32].
INLINE void tile(int format, int NT, const uint8_t *weights, int32_t count, const float *x, int64_t stride, int first,
                 float *out, int64_t out_stride) {
  const int bytes = format == LLMK_F32 ? 4 : 2;
  __m512 acc[2][8];
  for (int t = 0; t < NT; t++)
    for (int s = 0; s < 2; s++) acc[s][t] = _mm512_setzero_ps();
  for (int32_t k = 0; k < count; k++) {
    __m512 w0 = load_weights(format, weights + (int64_t)k * 32 * bytes);
    __m512 w1 = load_weights(format, weights + (int64_t)k * 32 * bytes + 16 * bytes);
    for (int t = 0; t < NT; t++) {
      __m512 v = _mm512_set1_ps(x[t * stride + k]);
      acc[0][t] = _mm512_fmadd_ps(w0, v, acc[0][t]);
      acc[1][t] = _mm512_fmadd_ps(w1, v, acc[1][t]);
    }
  }
  for (int t = 0; t < NT; t++)
    for (int s = 0; s < 2; s++) store_sum(out + t * out_stride + 16 * s, acc[s][t], first);
}

#define TILE(NT) tile(format, NT, w, count, x + t * stride, stride, first, out + t * out_stride, out_stride)
INLINE void sweep(int format, const uint8_t *w, int32_t count, const float *x, int64_t stride, int32_t tokens,
                  int first, float *out, int64_t out_stride) {
  int32_t t = 0;
  for (; t + 8 <= tokens; t += 8) TILE(8);  // more need more addresses than there are registers
  for (; t + 4 <= tokens; t += 4) TILE(4);
  for (; t < tokens; t++) TILE(1);
}

INLINE void multiply_format(int format, const llmk_matrix *m, int32_t first_panel, int32_t last_panel,
                            const llmk_activations *a, float *out, int64_t out_stride, float *scratch) {
  const int bytes = format == LLMK_F32 ? 4 : 2;
  for (int32_t panel = first_panel; panel < last_panel; panel++) {
    const uint8_t *w = m->data + panel * m->panel_stride;
    float *o = out + 32 * (int64_t)(panel - first_panel);
    for (int32_t k = 0; k < m->columns; k += PANEL_COLUMNS) {
      int32_t count = m->columns - k < PANEL_COLUMNS ? m->columns - k : PANEL_COLUMNS;
      const uint8_t *part = w + (int64_t)k * 32 * bytes;
      if (format != LLMK_F32 && a->tokens > 4) {
        for (int32_t i = 0; i < 2 * count; i++)
          _mm512_storeu_ps(scratch + 16 * i, load_weights(format, part + 16 * (int64_t)i * bytes));
        sweep(LLMK_F32, (const uint8_t *)scratch, count, a->values + k, a->value_stride, a->tokens, k == 0, o,
              out_stride);
      } else {
        sweep(format, part, count, a->values + k, a->value_stride, a->tokens, k == 0, o, out_stride);
      }
    }
  }
}

TARGET void llmk_multiply_float_avx512(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a,
                                       float *out, int64_t out_stride, void *scratch) {
  switch (m->format) {
    case LLMK_F16: multiply_format(LLMK_F16, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_BF16: multiply_format(LLMK_BF16, m, first, last, a, out, out_stride, scratch); break;
    default: multiply_format(LLMK_F32, m, first, last, a, out, out_stride, scratch); break;
  }
}

#endif

// Products of packed float matrices with float activations, AVX2. One fused multiply-add per column and row, columns
// in order in parts of 64, whose sums are added up: the same bits as AVX-512.
#include "elementwise_avx2.h"

#if LLMK_X86

// Columns summed, and converted to float, at once: short sums lose less to rounding than one over all columns.
enum { PANEL_COLUMNS = 64 };

INLINE __m256 load_weights(int format, const uint8_t *p) {
  switch (format) {
    case LLMK_F16:
      return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
    case LLMK_BF16:
      return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p)), 16));
    default:
      return _mm256_loadu_ps((const float *)p);
  }
}

// Writes the sums of the first part, adds those of the others.
INLINE void store_sum(float *out, __m256 sum, int first) {
  _mm256_storeu_ps(out, first ? sum : _mm256_add_ps(_mm256_loadu_ps(out), sum));
}

// NT tokens x 16 rows over columns [0, count) of weights [column][32].
INLINE void tile(int format, int NT, const uint8_t *weights, int32_t count, const float *x, int64_t stride, int first,
                 float *out, int64_t out_stride) {
  const int bytes = format == LLMK_F32 ? 4 : 2;
  __m256 acc[2][6];
  for (int t = 0; t < NT; t++)
    for (int s = 0; s < 2; s++) acc[s][t] = _mm256_setzero_ps();
  for (int32_t k = 0; k < count; k++) {
    __m256 w0 = load_weights(format, weights + (int64_t)k * 32 * bytes);
    __m256 w1 = load_weights(format, weights + (int64_t)k * 32 * bytes + 8 * bytes);
    for (int t = 0; t < NT; t++) {
      __m256 v = _mm256_broadcast_ss(x + t * stride + k);
      acc[0][t] = _mm256_fmadd_ps(w0, v, acc[0][t]);
      acc[1][t] = _mm256_fmadd_ps(w1, v, acc[1][t]);
    }
  }
  for (int t = 0; t < NT; t++)
    for (int s = 0; s < 2; s++) store_sum(out + t * out_stride + 8 * s, acc[s][t], first);
}

// One token x 32 rows.
INLINE void row(int format, const uint8_t *weights, int32_t count, const float *x, int first, float *out) {
  const int bytes = format == LLMK_F32 ? 4 : 2;
  __m256 acc[4];
  for (int s = 0; s < 4; s++) acc[s] = _mm256_setzero_ps();
  for (int32_t k = 0; k < count; k++) {
    __m256 v = _mm256_broadcast_ss(x + k);
    for (int s = 0; s < 4; s++)
      acc[s] = _mm256_fmadd_ps(load_weights(format, weights + ((int64_t)k * 32 + 8 * s) * bytes), v, acc[s]);
  }
  for (int s = 0; s < 4; s++) store_sum(out + 8 * s, acc[s], first);
}

#define TILE(NT)                                                                                       \
  for (int h = 0; h < 2; h++)                                                                          \
    tile(format, NT, w + 16 * h * bytes, count, x + t * stride, stride, first, out + t * out_stride + 16 * h, out_stride)
INLINE void sweep(int format, const uint8_t *w, int32_t count, const float *x, int64_t stride, int32_t tokens,
                  int first, float *out, int64_t out_stride) {
  const int bytes = format == LLMK_F32 ? 4 : 2;
  int32_t t = 0;
  for (; t + 6 <= tokens; t += 6) TILE(6);
  for (; t + 2 <= tokens; t += 2) TILE(2);
  if (t < tokens) row(format, w, count, x + t * stride, first, out + t * out_stride);
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
      if (format != LLMK_F32 && a->tokens > 2) {
        for (int32_t i = 0; i < 4 * count; i++)
          _mm256_storeu_ps(scratch + 8 * i, load_weights(format, part + 8 * (int64_t)i * bytes));
        sweep(LLMK_F32, (const uint8_t *)scratch, count, a->values + k, a->value_stride, a->tokens, k == 0, o,
              out_stride);
      } else {
        sweep(format, part, count, a->values + k, a->value_stride, a->tokens, k == 0, o, out_stride);
      }
    }
  }
}

TARGET void llmk_multiply_float_avx2(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a,
                                     float *out, int64_t out_stride, void *scratch) {
  switch (m->format) {
    case LLMK_F16: multiply_format(LLMK_F16, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_BF16: multiply_format(LLMK_BF16, m, first, last, a, out, out_stride, scratch); break;
    default: multiply_format(LLMK_F32, m, first, last, a, out, out_stride, scratch); break;
  }
}

#endif

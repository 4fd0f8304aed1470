// Products of packed float matrices with float activations, NEON. One fused multiply-add per column and row, columns
// in order in parts of 64, whose sums are added up: the same bits as the other instruction sets.
#include "elementwise_neon.h"

#if LLMK_NEON

// Columns summed, and converted to float, at once: short sums lose less to rounding than one over all columns.
enum { PANEL_COLUMNS = 64 };

INLINE float32x4_t load_weights(int format, const uint8_t *p) {
  switch (format) {
    case LLMK_F16:
      return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16((const uint16_t *)p)));
    case LLMK_BF16:
      return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16((const uint16_t *)p), 16));
    default:
      return vld1q_f32((const float *)p);
  }
}

// Writes the sums of the first part, adds those of the others.
INLINE void store_sum(float *out, float32x4_t sum, int first) {
  vst1q_f32(out, first ? sum : vaddq_f32(vld1q_f32(out), sum));
}

// NT tokens x NR x 4 rows over columns [0, count) of weights [column][32].
INLINE void tile(int format, int NT, int NR, const uint8_t *weights, int32_t count, const float *x, int64_t stride,
                 int first, float *out, int64_t out_stride) {
  const int bytes = format == LLMK_F32 ? 4 : 2;
  float32x4_t acc[6][8];
  for (int t = 0; t < NT; t++)
    for (int r = 0; r < NR; r++) acc[t][r] = vdupq_n_f32(0);
  for (int32_t k = 0; k < count; k++) {
    float32x4_t w[8];
    for (int r = 0; r < NR; r++) w[r] = load_weights(format, weights + ((int64_t)k * 32 + 4 * r) * bytes);
    for (int t = 0; t < NT; t++) {
      const float32x4_t v = vdupq_n_f32(x[t * stride + k]);
      for (int r = 0; r < NR; r++) acc[t][r] = vfmaq_f32(acc[t][r], w[r], v);
    }
  }
  for (int t = 0; t < NT; t++)
    for (int r = 0; r < NR; r++) store_sum(out + t * out_stride + 4 * r, acc[t][r], first);
}

INLINE void sweep(int format, const uint8_t *w, int32_t count, const float *x, int64_t stride, int32_t tokens,
                  int first, float *out, int64_t out_stride) {
  const int bytes = format == LLMK_F32 ? 4 : 2;
  int32_t t = 0;
  for (; t + 6 <= tokens; t += 6)
    for (int h = 0; h < 2; h++)
      tile(format, 6, 4, w + 16 * h * bytes, count, x + t * stride, stride, first, out + t * out_stride + 16 * h,
           out_stride);
  for (; t + 2 <= tokens; t += 2)
    tile(format, 2, 8, w, count, x + t * stride, stride, first, out + t * out_stride, out_stride);
  if (t < tokens) tile(format, 1, 8, w, count, x + t * stride, stride, first, out + t * out_stride, out_stride);
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
        for (int32_t i = 0; i < 8 * count; i++)
          vst1q_f32(scratch + 4 * i, load_weights(format, part + 4 * (int64_t)i * bytes));
        sweep(LLMK_F32, (const uint8_t *)scratch, count, a->values + k, a->value_stride, a->tokens, k == 0, o,
              out_stride);
      } else {
        sweep(format, part, count, a->values + k, a->value_stride, a->tokens, k == 0, o, out_stride);
      }
    }
  }
}

void llmk_multiply_float_neon(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                              int64_t out_stride, void *scratch) {
  switch (m->format) {
    case LLMK_F16: multiply_format(LLMK_F16, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_BF16: multiply_format(LLMK_BF16, m, first, last, a, out, out_stride, scratch); break;
    default: multiply_format(LLMK_F32, m, first, last, a, out, out_stride, scratch); break;
  }
}

#endif

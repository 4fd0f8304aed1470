// The inner tile of float matrix products, NEON: 8 rows x 12 columns in 24 registers.
#include "elementwise_neon.h"

#if LLMK_NEON

enum { ROWS = 8, COLUMNS = 12 };

void llmk_float_tile_neon(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates, float *c,
                          int64_t stride, int32_t rows, int32_t columns) {
  float32x4_t acc[ROWS][3];
  LLMK_UNROLL
  for (int r = 0; r < ROWS; r++)
    LLMK_UNROLL
    for (int v = 0; v < 3; v++) acc[r][v] = vdupq_n_f32(0);
  for (int64_t p = 0; p < depth; p++) {
    const float32x4_t low = vld1q_f32(a), high = vld1q_f32(a + 4);
    LLMK_UNROLL
    for (int v = 0; v < 3; v++) {
      const float32x4_t w = vld1q_f32(b + 4 * v);
      acc[0][v] = vfmaq_laneq_f32(acc[0][v], w, low, 0);
      acc[1][v] = vfmaq_laneq_f32(acc[1][v], w, low, 1);
      acc[2][v] = vfmaq_laneq_f32(acc[2][v], w, low, 2);
      acc[3][v] = vfmaq_laneq_f32(acc[3][v], w, low, 3);
      acc[4][v] = vfmaq_laneq_f32(acc[4][v], w, high, 0);
      acc[5][v] = vfmaq_laneq_f32(acc[5][v], w, high, 1);
      acc[6][v] = vfmaq_laneq_f32(acc[6][v], w, high, 2);
      acc[7][v] = vfmaq_laneq_f32(acc[7][v], w, high, 3);
    }
    a += ROWS;
    b += COLUMNS;
  }
  LLMK_UNROLL
  for (int r = 0; r < ROWS; r++) {
    if (r >= rows) break;
    float *out = c + r * stride;
    float part[COLUMNS];
    LLMK_UNROLL
    for (int v = 0; v < 3; v++) vst1q_f32(part + 4 * v, vmulq_n_f32(acc[r][v], alpha));
    for (int j = 0; j < columns; j++) out[j] = accumulates ? out[j] + part[j] : part[j];
  }
}

#endif

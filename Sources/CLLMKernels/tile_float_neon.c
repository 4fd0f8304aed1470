// The inner tile of float matrix products, NEON: 8 rows x 12 columns in 24 registers. Factors are float, or bfloat16 that
// is widened in registers: the same sums in the same order.
#include "elementwise_neon.h"

#if LLMK_NEON

enum { ROWS = 8, COLUMNS = 12 };

// Writes or adds the sums of a tile.
INLINE void store(float32x4_t acc[ROWS][3], float alpha, int accumulates, float *c, int64_t stride, int rows,
                  int columns) {
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

// One depth: factors of the rows, and W those of four columns.
#define ADD(LOW, HIGH, W)                                           \
  const float32x4_t low = LOW, high = HIGH;                         \
  LLMK_UNROLL                                                       \
  for (int v = 0; v < 3; v++) {                                     \
    const float32x4_t w = W;                                        \
    acc[0][v] = vfmaq_laneq_f32(acc[0][v], w, low, 0);              \
    acc[1][v] = vfmaq_laneq_f32(acc[1][v], w, low, 1);              \
    acc[2][v] = vfmaq_laneq_f32(acc[2][v], w, low, 2);              \
    acc[3][v] = vfmaq_laneq_f32(acc[3][v], w, low, 3);              \
    acc[4][v] = vfmaq_laneq_f32(acc[4][v], w, high, 0);             \
    acc[5][v] = vfmaq_laneq_f32(acc[5][v], w, high, 1);             \
    acc[6][v] = vfmaq_laneq_f32(acc[6][v], w, high, 2);             \
    acc[7][v] = vfmaq_laneq_f32(acc[7][v], w, high, 3);             \
  }

void llmk_float_tile_neon(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates, float *c,
                          int64_t stride, int32_t rows, int32_t columns) {
  float32x4_t acc[ROWS][3];
  LLMK_UNROLL
  for (int r = 0; r < ROWS; r++)
    LLMK_UNROLL
    for (int v = 0; v < 3; v++) acc[r][v] = vdupq_n_f32(0);
  for (int64_t p = 0; p < depth; p++) {
    ADD(vld1q_f32(a), vld1q_f32(a + 4), vld1q_f32(b + 4 * v))
    a += ROWS;
    b += COLUMNS;
  }
  store(acc, alpha, accumulates, c, stride, rows, columns);
}

// A bfloat16 is the upper half of a float.
INLINE float32x4_t even(uint32x4_t pairs) { return vreinterpretq_f32_u32(vshlq_n_u32(pairs, 16)); }
INLINE float32x4_t odd(uint32x4_t pairs) {
  return vreinterpretq_f32_u32(vandq_u32(pairs, vdupq_n_u32(0xffff0000)));
}

void llmk_bfloat_tile_neon(const uint32_t *a, const uint32_t *b, int64_t pairs, float alpha, int32_t accumulates,
                           float *c, int64_t stride, int32_t rows, int32_t columns) {
  float32x4_t acc[ROWS][3];
  LLMK_UNROLL
  for (int r = 0; r < ROWS; r++)
    LLMK_UNROLL
    for (int v = 0; v < 3; v++) acc[r][v] = vdupq_n_f32(0);
  for (int64_t p = 0; p < pairs; p++) {
    {
      ADD(even(vld1q_u32(a)), even(vld1q_u32(a + 4)), even(vld1q_u32(b + 4 * v)))
    }
    {
      ADD(odd(vld1q_u32(a)), odd(vld1q_u32(a + 4)), odd(vld1q_u32(b + 4 * v)))
    }
    a += ROWS;
    b += COLUMNS;
  }
  store(acc, alpha, accumulates, c, stride, rows, columns);
}

#endif

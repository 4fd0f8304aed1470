// Attention over key/value pages with a running softmax, NEON; the method is that of attention_avx512.c.
#include "elementwise_neon.h"

#if LLMK_NEON

// Four codes as floats.
INLINE float32x4_t load_codes(const int8_t *p) {
  const int32_t four = *(const int32_t *)(const void *)p;
  const int16x8_t wide = vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four)));
  return vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide)));
}

// Four elements from line `k`, column `c` of a page's keys or values.
INLINE float32x4_t load_b(int kind, const llmk_page_matrix *b, int64_t k, int64_t c) {
  const int64_t index = k * b->stride + c;
  const uint8_t *p = b->elements;
  switch (kind) {
    case LLMK_PAGE_F16: return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16((const uint16_t *)p + index)));
    case LLMK_PAGE_BF16: return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16((const uint16_t *)p + index), 16));
    case LLMK_PAGE_Q8_KEYS:
      return vmulq_f32(load_codes((const int8_t *)p + index),
                       vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(b->scales + k / 32 * 64 + c))));
    case LLMK_PAGE_Q8_VALUES:
      return vmulq_f32(load_codes((const int8_t *)p + index),
                       vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(b->scales[k * b->scale_stride + c / 32]))));
    default: return vld1q_f32((const float *)p + index);
  }
}

// A page's sum is added to those of earlier pages: short sums lose less to rounding than one over all positions.
INLINE void store_sum(float *out, float32x4_t sum, int accumulate) {
  vst1q_f32(out, accumulate ? vaddq_f32(vld1q_f32(out), sum) : sum);
}

// out[NR][16] = (accumulate ? out : 0) + a[NR][count] * b[count][16 columns from c]
INLINE void product(int kind, int NR, const float *a, int64_t a_stride, const llmk_page_matrix *b, int64_t c,
                    int32_t count, int accumulate, float *out, int64_t out_stride) {
  float32x4_t acc[6][4];
  for (int r = 0; r < NR; r++)
    for (int i = 0; i < 4; i++) acc[r][i] = vdupq_n_f32(0);
  for (int32_t k = 0; k < count; k++) {
    float32x4_t v[4];
    for (int i = 0; i < 4; i++) v[i] = load_b(kind, b, k, c + 4 * i);
    for (int r = 0; r < NR; r++) {
      const float32x4_t x = vdupq_n_f32(a[r * a_stride + k]);
      for (int i = 0; i < 4; i++) acc[r][i] = vfmaq_f32(acc[r][i], x, v[i]);
    }
  }
  for (int r = 0; r < NR; r++)
    for (int i = 0; i < 4; i++) store_sum(out + r * out_stride + 4 * i, acc[r][i], accumulate);
}

// One row, 64 columns: independent sums hide the latency that rows would otherwise hide.
INLINE void product_wide(int kind, const float *a, const llmk_page_matrix *b, int64_t c, int32_t count, int accumulate,
                         float *out) {
  float32x4_t acc[16];
  for (int i = 0; i < 16; i++) acc[i] = vdupq_n_f32(0);
  for (int32_t k = 0; k < count; k++) {
    const float32x4_t x = vdupq_n_f32(a[k]);
    for (int i = 0; i < 16; i++) acc[i] = vfmaq_f32(acc[i], x, load_b(kind, b, k, c + 4 * i));
  }
  for (int i = 0; i < 16; i++) store_sum(out + 4 * i, acc[i], accumulate);
}

#define ROWS(NR) \
  product(kind, NR, a + r * a_stride, a_stride, b, c, count, accumulate, out + r * out_stride + c, out_stride)
// out[rows][width] with width a multiple of 16.
INLINE void product_all(int kind, const float *a, int64_t a_stride, int32_t rows, const llmk_page_matrix *b,
                        int32_t width, int32_t count, int accumulate, float *out, int64_t out_stride) {
  int32_t c = 0;
  if (rows == 1)
    for (; c + 64 <= width; c += 64) product_wide(kind, a, b, c, count, accumulate, out + c);
  for (; c < width; c += 16) {
    int32_t r = 0;
    for (; r + 6 <= rows; r += 6) ROWS(6);
    for (; r + 3 <= rows; r += 3) ROWS(3);
    for (; r < rows; r++) ROWS(1);
  }
}

#define PRODUCT(NAME, KIND)                                                                                          \
  __attribute__((noinline)) static void NAME(const float *a, int64_t a_stride, int32_t rows,                         \
                                             const llmk_page_matrix *b, int32_t width, int32_t count,                \
                                             int accumulate, float *out, int64_t out_stride) {                       \
    product_all(KIND, a, a_stride, rows, b, width, count, accumulate, out, out_stride);                              \
  }

typedef void (*page_product)(const float *, int64_t, int32_t, const llmk_page_matrix *, int32_t, int32_t, int, float *,
                             int64_t);
LLMK_PAGE_PRODUCTS(PRODUCT, page_product)

// Masks one row of 64 scores, updates its maximum and sum, leaves the weights in place. Returns the factor by which
// the row's earlier output shrinks.
INLINE float softmax_row(float *scores, int32_t valid_from, int32_t valid_to, float softcap, float *maximum,
                         float *sum) {
  static const int32_t lane_numbers[4] = {0, 1, 2, 3};
  const float32x4_t lowest = vdupq_n_f32(-__builtin_inff());
  const int32x4_t lanes = vld1q_s32(lane_numbers);
  float32x4_t top = lowest;
  for (int c = 0; c < 64; c += 4) {
    float32x4_t v = vld1q_f32(scores + c);
    if (softcap > 0) {
      // cap * tanh(x / cap) = cap * (1 - 2 / (e^(2x / cap) + 1))
      float32x4_t e = llmk_exp_neon(vmulq_n_f32(v, 2.0f / softcap));
      float32x4_t q = vdivq_f32(vdupq_n_f32(2.0f), vaddq_f32(e, vdupq_n_f32(1.0f)));
      v = vmulq_n_f32(vsubq_f32(vdupq_n_f32(1.0f), q), softcap);
    }
    const int32x4_t position = vaddq_s32(lanes, vdupq_n_s32(c));
    const uint32x4_t keep =
        vandq_u32(vcgeq_s32(position, vdupq_n_s32(valid_from)), vcltq_s32(position, vdupq_n_s32(valid_to)));
    v = vbslq_f32(keep, v, lowest);
    vst1q_f32(scores + c, v);
    top = vmaxq_f32(top, v);
  }
  float previous = *maximum, largest = vmaxvq_f32(top);
  if (previous > largest) largest = previous;
  if (largest == -__builtin_inff()) {
    for (int c = 0; c < 64; c += 4) vst1q_f32(scores + c, vdupq_n_f32(0));
    return 1.0f;
  }
  float32x4_t total[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  for (int c = 0; c < 64; c += 4) {
    const float32x4_t v = vld1q_f32(scores + c), e = llmk_exp_neon(vsubq_f32(v, vdupq_n_f32(largest)));
    const float32x4_t weight = vbslq_f32(vceqq_f32(v, lowest), vdupq_n_f32(0), e);
    vst1q_f32(scores + c, weight);
    total[c / 4 % 4] = vaddq_f32(total[c / 4 % 4], weight);
  }
  const float factor =
      previous == largest ? 1.0f : vgetq_lane_f32(llmk_exp_neon(vdupq_n_f32(previous - largest)), 0);
  *maximum = largest;
  *sum = *sum * factor + llmk_sum_neon(total);
  return factor;
}

void llmk_attend_neon(const llmk_key_values *kv, const float *queries, int64_t query_stride, int32_t rows,
                      const int32_t *lower, const int32_t *upper, int32_t first_position, int32_t last_position,
                      float softcap, float *out, int64_t out_stride, float *maxima, float *sums, float *scratch) {
  const int32_t width = kv->value_width;
  const page_product multiply_keys = key_products[kv->type], multiply_values = value_products[kv->type];
  for (int32_t r = 0; r < rows; r++) {
    maxima[r] = -__builtin_inff();
    sums[r] = 0;
    for (int32_t c = 0; c < width; c += 4) vst1q_f32(out + r * out_stride + c, vdupq_n_f32(0));
  }
  for (int32_t page = first_position / 64; page * 64 < last_position; page++) {
    const llmk_page_matrix keys = llmk_page_keys(kv, kv->pages[page]), values = llmk_page_values(kv, kv->pages[page]);
    const int32_t base = 64 * page;
    const int32_t begin = first_position > base ? first_position - base : 0;
    const int32_t end = last_position - base < 64 ? last_position - base : 64;
    multiply_keys(queries, query_stride, rows, &keys, 64, kv->dimension, 0, scratch, 64);
    for (int32_t r = 0; r < rows; r++) {
      int32_t from = lower[r] - base > begin ? lower[r] - base : begin;
      int32_t to = upper[r] - base < end ? upper[r] - base : end;
      float factor = softmax_row(scratch + 64 * r, from, to, softcap, &maxima[r], &sums[r]);
      if (factor != 1.0f)
        for (int32_t c = 0; c < width; c += 4) {
          float *o = out + r * out_stride + c;
          vst1q_f32(o, vmulq_n_f32(vld1q_f32(o), factor));
        }
    }
    multiply_values(scratch, 64, rows, &values, width, end, 1, out, out_stride);
  }
}

#endif

// Norms, activations, rotation and conversions, NEON, and the tables of this instruction set. Sums keep 16 partial
// sums and join them in the order of AVX-512.
#include "elementwise_neon.h"

#if LLMK_NEON

// The first `count` (at most 4) floats, the rest zero.
INLINE float32x4_t load_part(const float *x, int64_t count) {
  if (count >= 4) return vld1q_f32(x);
  float v[4] = {0, 0, 0, 0};
  for (int i = 0; i < count; i++) v[i] = x[i];
  return vld1q_f32(v);
}

INLINE void store_part(float *x, int64_t count, float32x4_t y) {
  if (count >= 4) {
    vst1q_f32(x, y);
    return;
  }
  float v[4];
  vst1q_f32(v, y);
  for (int i = 0; i < count; i++) x[i] = v[i];
}

// Lanes from `count` on become zero.
INLINE float32x4_t keep_part(float32x4_t x, int64_t count) {
  if (count >= 4) return x;
  float v[4];
  vst1q_f32(v, x);
  for (int i = 0; i < 4; i++)
    if (i >= count) v[i] = 0;
  return vld1q_f32(v);
}

static void rms_norm(const float *x, const float *weight, float epsilon, int32_t count, float *out) {
  float32x4_t squares[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  for (int32_t i = 0; i < count; i += 16)
    for (int c = 0; c < 4; c++) {
      float32x4_t v = load_part(x + i + 4 * c, count - i - 4 * c);
      squares[c] = vfmaq_f32(squares[c], v, v);
    }
  const float mean = llmk_sum_neon(squares) / (float)count;
  const float factor = 1.0f / __builtin_sqrtf(mean + epsilon);
  for (int32_t i = 0; i < count; i += 4) {
    float32x4_t v = vmulq_n_f32(load_part(x + i, count - i), factor);
    store_part(out + i, count - i, vmulq_f32(v, load_part(weight + i, count - i)));
  }
}

static void layer_norm(const float *x, const float *weight, const float *bias, float epsilon, int32_t count,
                       float *out) {
  float32x4_t sums[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  float32x4_t squares[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  for (int32_t i = 0; i < count; i += 16)
    for (int c = 0; c < 4; c++) sums[c] = vaddq_f32(sums[c], load_part(x + i + 4 * c, count - i - 4 * c));
  const float32x4_t mean = vdupq_n_f32(llmk_sum_neon(sums) / (float)count);
  for (int32_t i = 0; i < count; i += 16)
    for (int c = 0; c < 4; c++) {
      const int64_t rest = count - i - 4 * c;
      float32x4_t v = keep_part(vsubq_f32(load_part(x + i + 4 * c, rest), mean), rest);
      squares[c] = vfmaq_f32(squares[c], v, v);
    }
  const float factor = 1.0f / __builtin_sqrtf(llmk_sum_neon(squares) / (float)count + epsilon);
  for (int32_t i = 0; i < count; i += 4) {
    float32x4_t v = vmulq_n_f32(vsubq_f32(load_part(x + i, count - i), mean), factor);
    float32x4_t b = bias ? load_part(bias + i, count - i) : vdupq_n_f32(0);
    store_part(out + i, count - i, vfmaq_f32(b, v, load_part(weight + i, count - i)));
  }
}

static void add(float *x, const float *y, int32_t count) {
  for (int32_t i = 0; i < count; i += 4)
    store_part(x + i, count - i, vaddq_f32(load_part(x + i, count - i), load_part(y + i, count - i)));
}

INLINE float32x4_t activated(float32x4_t x, int32_t activation) {
  const float32x4_t one = vdupq_n_f32(1);
  switch (activation) {
    case 0:
      return vdivq_f32(x, vaddq_f32(one, llmk_exp_neon(vnegq_f32(x))));
    case 1: {
      // 0.5 x (1 + tanh(u)) = x * sigmoid(2u)
      float32x4_t u = vmulq_n_f32(vfmaq_f32(x, vmulq_f32(vmulq_f32(x, x), x), vdupq_n_f32(0.044715f)),
                                  2 * 0.7978845608028654f);
      return vdivq_f32(x, vaddq_f32(one, llmk_exp_neon(vnegq_f32(u))));
    }
    case 2: {
      float32x4_t e = llmk_erf_neon(vmulq_n_f32(x, 0.7071067811865476f));
      return vmulq_f32(vmulq_n_f32(x, 0.5f), vaddq_f32(one, e));
    }
    case 3:
      return vmaxq_f32(x, vdupq_n_f32(0));
    default: {
      float32x4_t r = vmaxq_f32(x, vdupq_n_f32(0));
      return vmulq_f32(r, r);
    }
  }
}

static void activate(float *gate, const float *up, int32_t activation, int32_t count) {
  for (int32_t i = 0; i < count; i += 4) {
    float32x4_t y = activated(load_part(gate + i, count - i), activation);
    if (up) y = vmulq_f32(y, load_part(up + i, count - i));
    store_part(gate + i, count - i, y);
  }
}

static void rotate(float *head, const float *cosines, const float *sines, int32_t dimensions, int32_t interleaved) {
  const int32_t half = dimensions / 2;
  int32_t i = 0;
  for (; i + 4 <= half; i += 4) {
    const float32x4_t c = vld1q_f32(cosines + i), s = vld1q_f32(sines + i);
    float32x4x2_t v;
    if (interleaved) {
      v = vld2q_f32(head + 2 * i);
    } else {
      v.val[0] = vld1q_f32(head + i);
      v.val[1] = vld1q_f32(head + half + i);
    }
    float32x4x2_t y;
    y.val[0] = vfmaq_f32(vnegq_f32(vmulq_f32(v.val[1], s)), v.val[0], c);
    y.val[1] = vfmaq_f32(vmulq_f32(v.val[0], s), v.val[1], c);
    if (interleaved) {
      vst2q_f32(head + 2 * i, y);
    } else {
      vst1q_f32(head + i, y.val[0]);
      vst1q_f32(head + half + i, y.val[1]);
    }
  }
  for (; i < half; i++) {
    float *p = interleaved ? head + 2 * i : head + i, *q = interleaved ? p + 1 : p + half;
    const float a = *p, b = *q;
    *p = __builtin_fmaf(a, cosines[i], -(b * sines[i]));
    *q = __builtin_fmaf(b, cosines[i], a * sines[i]);
  }
}

static void to_half(const float *x, uint16_t *out, int32_t count) {
  int32_t i = 0;
  for (; i + 4 <= count; i += 4) vst1_u16(out + i, vreinterpret_u16_f16(vcvt_f16_f32(vld1q_f32(x + i))));
  if (i < count) {
    uint16_t v[4];
    vst1_u16(v, vreinterpret_u16_f16(vcvt_f16_f32(load_part(x + i, count - i))));
    for (int j = 0; i + j < count; j++) out[i + j] = v[j];
  }
}

static void from_half(const uint16_t *x, float *out, int32_t count) {
  int32_t i = 0;
  for (; i + 4 <= count; i += 4) vst1q_f32(out + i, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(x + i))));
  if (i < count) {
    uint16_t v[4] = {0, 0, 0, 0};
    for (int j = 0; i + j < count; j++) v[j] = x[i + j];
    store_part(out + i, count - i, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(v))));
  }
}

static double log_sum_exp(const float *x, int64_t count, float *largest) {
  float32x4_t top = vdupq_n_f32(-__builtin_inff());
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) top = vmaxq_f32(top, vld1q_f32(x + i));
  float m = vmaxvq_f32(top);
  for (; i < count; i++) m = x[i] > m ? x[i] : m;
  *largest = m;
  float64x2_t low = vdupq_n_f64(0), high = vdupq_n_f64(0);
  for (i = 0; i < count; i += 4) {
    float32x4_t e = llmk_exp_neon(vsubq_f32(load_part(x + i, count - i), vdupq_n_f32(m)));
    e = keep_part(e, count - i);
    low = vaddq_f64(low, vcvt_f64_f32(vget_low_f32(e)));
    high = vaddq_f64(high, vcvt_high_f64_f32(e));
  }
  return vaddvq_f64(vaddq_f64(low, high));
}

static void multiply(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                     int64_t out_stride, void *scratch) {
  if (m->format <= LLMK_BF16) llmk_multiply_float_neon(m, first, last, a, out, out_stride, scratch);
  else llmk_multiply_int8_neon(0, m, first, last, a, out, out_stride, scratch);
}

static void multiply_i8mm(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                          int64_t out_stride, void *scratch) {
  if (m->format <= LLMK_BF16) llmk_multiply_float_neon(m, first, last, a, out, out_stride, scratch);
  else llmk_multiply_int8_neon(1, m, first, last, a, out, out_stride, scratch);
}

#define TABLE(NAME, MULTIPLY)                                                                       \
  {                                                                                                 \
    .name = NAME, .multiply = MULTIPLY, .quantize = llmk_quantize_neon, .rms_norm = rms_norm,       \
    .layer_norm = layer_norm, .add = add, .activate = activate, .rotate = rotate,                   \
    .attend = llmk_attend_neon, .to_half = to_half, .from_half = from_half, .log_sum_exp = log_sum_exp, \
    .tile_rows = 8, .tile_columns = 12, .float_tile = llmk_float_tile_neon,                         \
    .bfloat_tile = llmk_bfloat_tile_neon                                                            \
  }
const llmk_kernels llmk_kernels_neon = TABLE("neon", multiply);
const llmk_kernels llmk_kernels_neon_i8mm = TABLE("neon-i8mm", multiply_i8mm);

#endif

// Shared by the NEON files: their entry points and the vector exponential.
#ifndef LLMK_ELEMENTWISE_NEON_H
#define LLMK_ELEMENTWISE_NEON_H

#include "internal.h"

#if LLMK_NEON
#include <arm_neon.h>

#if defined(__clang__)
#define DOT_TARGET __attribute__((target("dotprod")))
#define MATRIX_TARGET __attribute__((target("dotprod,i8mm")))
#else
#define DOT_TARGET __attribute__((target("arch=armv8.2-a+dotprod")))
#define MATRIX_TARGET __attribute__((target("arch=armv8.2-a+dotprod+i8mm")))
#endif
#define INLINE static inline __attribute__((always_inline))
#define DOT_INLINE INLINE DOT_TARGET
#define MATRIX_INLINE INLINE MATRIX_TARGET

void llmk_multiply_float_neon(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                              int64_t out_stride, void *scratch);
// With `has_matrix` the processor must have the i8mm extension.
void llmk_multiply_int8_neon(int has_matrix, const llmk_matrix *m, int32_t first, int32_t last,
                             const llmk_activations *a, float *out, int64_t out_stride, void *scratch);
void llmk_quantize_neon(const float *values, int32_t blocks, int32_t planes, int8_t *codes, float *scales,
                        int32_t *starts, float *sums, int32_t *starts16, float *sums16);
void llmk_attend_neon(const llmk_key_values *kv, const float *queries, int64_t query_stride, int32_t rows,
                      const int32_t *lower, const int32_t *upper, int32_t first_position, int32_t last_position,
                      float softcap, float *out, int64_t out_stride, float *maxima, float *sums, float *scratch);
void llmk_float_tile_neon(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates, float *c,
                          int64_t stride, int32_t rows, int32_t columns);
void llmk_bfloat_tile_neon(const uint32_t *a, const uint32_t *b, int64_t pairs, float alpha, int32_t accumulates,
                           float *c, int64_t stride, int32_t rows, int32_t columns);

// Sum of 16 lanes in the order of the AVX-512 reduction: halves, quarters, pairs.
INLINE float llmk_sum_neon(const float32x4_t v[4]) {
  float32x4_t four = vaddq_f32(vaddq_f32(v[0], v[2]), vaddq_f32(v[1], v[3]));
  float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
  return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

// e^x, relative error below 2e-7: the method of the AVX-512 version, scaled by 2^n in two steps. NaN stays NaN.
INLINE float32x4_t llmk_exp_neon(float32x4_t x) {
  x = vminq_f32(vmaxq_f32(x, vdupq_n_f32(-104.0f)), vdupq_n_f32(88.8f));
  const float32x4_t n = vrndnq_f32(vmulq_n_f32(x, 1.44269504088896341f));
  float32x4_t r = vfmsq_f32(x, n, vdupq_n_f32(0.693359375f));
  r = vfmsq_f32(r, n, vdupq_n_f32(-2.12194440e-4f));
  float32x4_t p = vdupq_n_f32(1.0f / 5040.0f);
  p = vfmaq_f32(vdupq_n_f32(1.0f / 720.0f), p, r);
  p = vfmaq_f32(vdupq_n_f32(1.0f / 120.0f), p, r);
  p = vfmaq_f32(vdupq_n_f32(1.0f / 24.0f), p, r);
  p = vfmaq_f32(vdupq_n_f32(1.0f / 6.0f), p, r);
  p = vfmaq_f32(vdupq_n_f32(0.5f), p, r);
  p = vfmaq_f32(vdupq_n_f32(1.0f), p, r);
  p = vfmaq_f32(vdupq_n_f32(1.0f), p, r);
  const int32x4_t bias = vdupq_n_s32(127), e = vcvtq_s32_f32(n), first = vshrq_n_s32(e, 1);
  p = vmulq_f32(p, vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(first, bias), 23)));
  return vmulq_f32(p, vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vsubq_s32(e, first), bias), 23)));
}

// erf(x), as documented beside its coefficients.
INLINE float32x4_t llmk_erf_neon(float32x4_t x) {
  const float32x4_t one = vdupq_n_f32(1), t = vminq_f32(vabsq_f32(x), vdupq_n_f32(4)), square = vmulq_f32(x, x);
  float32x4_t near = vdupq_n_f32(llmk_erf_near[0]), far = vdupq_n_f32(llmk_erf_far[0]);
  for (int i = 1; i < 7; i++) near = vfmaq_f32(vdupq_n_f32(llmk_erf_near[i]), near, square);
  for (int i = 1; i < 8; i++) far = vfmaq_f32(vdupq_n_f32(llmk_erf_far[i]), far, t);
  far = vsubq_f32(one, llmk_exp_neon(vnegq_f32(far)));
  far = vbslq_f32(vdupq_n_u32(0x80000000u), x, far);
  return vbslq_f32(vcltq_f32(t, one), vmulq_f32(near, x), far);
}

#endif
#endif

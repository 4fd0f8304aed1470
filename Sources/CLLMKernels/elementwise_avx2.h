// Shared by the AVX2 files: their entry points, partial vectors and the vector exponential.
#ifndef LLMK_ELEMENTWISE_AVX2_H
#define LLMK_ELEMENTWISE_AVX2_H

#include "internal.h"

#if LLMK_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,f16c,fma")))
#define INLINE static inline __attribute__((always_inline)) TARGET

void llmk_multiply_float_avx2(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                              int64_t out_stride, void *scratch);
void llmk_multiply_int8_avx2(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                             int64_t out_stride, void *scratch);
void llmk_quantize_avx2(const float *values, int32_t blocks, int32_t planes, int8_t *codes, float *scales,
                        int32_t *starts, float *sums, int32_t *starts16, float *sums16);
void llmk_attend_avx2(const llmk_key_values *kv, const float *queries, int64_t query_stride, int32_t rows,
                      const int32_t *lower, const int32_t *upper, int32_t first_position, int32_t last_position,
                      float softcap, float *out, int64_t out_stride, float *maxima, float *sums, float *scratch);
void llmk_float_tile_avx2(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates, float *c,
                          int64_t stride, int32_t rows, int32_t columns);
void llmk_bfloat_tile_avx2(const uint32_t *a, const uint32_t *b, int64_t pairs, float alpha, int32_t accumulates,
                           float *c, int64_t stride, int32_t rows, int32_t columns);

// All lanes below `count` set.
INLINE __m256i llmk_mask_avx2(int64_t count) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)(count < 0 ? 0 : count > 8 ? 8 : count)), lanes);
}

// Sum of 16 lanes in the order of the AVX-512 reduction: halves, quarters, pairs.
INLINE float llmk_sum_avx2(__m256 low, __m256 high) {
  __m256 eight = _mm256_add_ps(low, high);
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

INLINE float llmk_largest_avx2(__m256 v) {
  __m128 four = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

INLINE int32_t llmk_sum_integers_avx2(__m256i v) {
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}

// e^x, relative error below 2e-7: the method of the AVX-512 version, scaled by 2^n in two steps.
INLINE __m256 llmk_exp_avx2(__m256 x) {
  // Operand order lets NaN through.
  x = _mm256_min_ps(_mm256_set1_ps(88.8f), _mm256_max_ps(_mm256_set1_ps(-104.0f), x));
  __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504088896341f)),
                             _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), r);
  __m256 p = _mm256_set1_ps(1.0f / 5040.0f);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 720.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 120.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 24.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 6.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
  const __m256i bias = _mm256_set1_epi32(127);
  __m256i e = _mm256_cvtps_epi32(n), first = _mm256_srai_epi32(e, 1);
  p = _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(first, bias), 23)));
  __m256i second = _mm256_add_epi32(_mm256_sub_epi32(e, first), bias);
  return _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(second, 23)));
}

// erf(x), as documented beside its coefficients.
INLINE __m256 llmk_erf_avx2(__m256 x) {
  const __m256 one = _mm256_set1_ps(1), signs = _mm256_set1_ps(-0.0f);
  const __m256 t = _mm256_min_ps(_mm256_set1_ps(4), _mm256_andnot_ps(signs, x)), square = _mm256_mul_ps(x, x);
  __m256 near = _mm256_set1_ps(llmk_erf_near[0]), far = _mm256_set1_ps(llmk_erf_far[0]);
  for (int i = 1; i < 7; i++) near = _mm256_fmadd_ps(near, square, _mm256_set1_ps(llmk_erf_near[i]));
  for (int i = 1; i < 8; i++) far = _mm256_fmadd_ps(far, t, _mm256_set1_ps(llmk_erf_far[i]));
  far = _mm256_sub_ps(one, llmk_exp_avx2(_mm256_xor_ps(signs, far)));
  return _mm256_blendv_ps(_mm256_or_ps(far, _mm256_and_ps(signs, x)), _mm256_mul_ps(near, x),
                          _mm256_cmp_ps(t, one, _CMP_LT_OQ));
}

#endif
#endif

// Shared by the AVX-512 files: their entry points and the vector exponential.
#ifndef LLMK_ELEMENTWISE_AVX512_H
#define LLMK_ELEMENTWISE_AVX512_H

#include "internal.h"

#if LLMK_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,f16c,fma")))
#define INLINE static inline __attribute__((always_inline)) TARGET

void llmk_multiply_float_avx512(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a,
                                float *out, int64_t out_stride, void *scratch);
void llmk_multiply_int8_avx512(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a,
                               float *out, int64_t out_stride, void *scratch);
void llmk_quantize_avx512(const float *values, int32_t blocks, int32_t planes, int8_t *codes, float *scales,
                          int32_t *starts, float *sums, int32_t *starts16, float *sums16);
void llmk_attend_avx512(const llmk_key_values *kv, const float *queries, int64_t query_stride, int32_t rows,
                        const int32_t *lower, const int32_t *upper, int32_t first_position, int32_t last_position,
                        float softcap, float *out, int64_t out_stride, float *maxima, float *sums, float *scratch);
void llmk_float_tile_avx512(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates, float *c,
                            int64_t stride, int32_t rows, int32_t columns);
void llmk_bfloat_tile_avx512(const uint32_t *a, const uint32_t *b, int64_t pairs, float alpha, int32_t accumulates,
                             float *c, int64_t stride, int32_t rows, int32_t columns);

// The lanes that are left of `count` elements from `i` on.
INLINE __mmask16 llmk_tail_mask_avx512(int32_t count, int32_t i) {
  return count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
}

// e^x, relative error below 2e-7. x = n ln 2 + r with |r| <= ln 2 / 2; e^r by its series to the seventh power.
INLINE __m512 llmk_exp_avx512(__m512 x) {
  const __m512 lowest = _mm512_set1_ps(-104.0f), highest = _mm512_set1_ps(88.8f);
  x = _mm512_min_ps(highest, _mm512_max_ps(lowest, x));  // operand order lets NaN through
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504088896341f)),
                                  _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(1.0f / 5040.0f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 720.0f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 120.0f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 24.0f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 6.0f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.5f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(p, n);
}

// erf(x), as documented beside its coefficients.
INLINE __m512 llmk_erf_avx512(__m512 x) {
  const __m512 one = _mm512_set1_ps(1), t = _mm512_min_ps(_mm512_set1_ps(4), _mm512_abs_ps(x));
  const __m512 square = _mm512_mul_ps(x, x);
  __m512 near = _mm512_set1_ps(llmk_erf_near[0]), far = _mm512_set1_ps(llmk_erf_far[0]);
  for (int i = 1; i < 7; i++) near = _mm512_fmadd_ps(near, square, _mm512_set1_ps(llmk_erf_near[i]));
  for (int i = 1; i < 8; i++) far = _mm512_fmadd_ps(far, t, _mm512_set1_ps(llmk_erf_far[i]));
  far = _mm512_sub_ps(one, llmk_exp_avx512(_mm512_sub_ps(_mm512_setzero_ps(), far)));
  const __m512 sign = _mm512_and_ps(x, _mm512_set1_ps(-0.0f));
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(t, one, _CMP_LT_OQ), _mm512_or_ps(far, sign),
                              _mm512_mul_ps(near, x));
}

// Function codes as in CLLMKernels.h.
INLINE __m512 llmk_activated_avx512(__m512 x, int32_t activation) {
  const __m512 one = _mm512_set1_ps(1), half = _mm512_set1_ps(0.5f);
  switch (activation) {
    case 0:
      return _mm512_div_ps(x, _mm512_add_ps(one, llmk_exp_avx512(_mm512_sub_ps(_mm512_setzero_ps(), x))));
    case 1: {
      // 0.5 x (1 + tanh(u)) = x * sigmoid(2u)
      __m512 u = _mm512_mul_ps(_mm512_set1_ps(2 * 0.7978845608028654f),
                               _mm512_fmadd_ps(_mm512_mul_ps(_mm512_mul_ps(x, x), x), _mm512_set1_ps(0.044715f), x));
      return _mm512_div_ps(x, _mm512_add_ps(one, llmk_exp_avx512(_mm512_sub_ps(_mm512_setzero_ps(), u))));
    }
    case 2: {
      __m512 e = llmk_erf_avx512(_mm512_mul_ps(x, _mm512_set1_ps(0.7071067811865476f)));
      return _mm512_mul_ps(_mm512_mul_ps(half, x), _mm512_add_ps(one, e));
    }
    case 3:
      return _mm512_max_ps(x, _mm512_setzero_ps());
    default: {
      __m512 r = _mm512_max_ps(x, _mm512_setzero_ps());
      return _mm512_mul_ps(r, r);
    }
  }
}

// GELU as documented beside its coefficients.
INLINE __m512 llmk_short_gelu_avx512(__m512 x) {
  const __m512 bound = _mm512_set1_ps(4.75f), factor = _mm512_set1_ps(2.0f / (4.75f * 4.75f));
  // Operand order lets NaN through.
  const __m512 c = _mm512_min_ps(bound, _mm512_max_ps(_mm512_sub_ps(_mm512_setzero_ps(), bound), x));
  const __m512 s = _mm512_fmsub_ps(_mm512_mul_ps(c, c), factor, _mm512_set1_ps(1));
  __m512 p = _mm512_set1_ps(llmk_gelu_terms[0]);
  LLMK_UNROLL
  for (int i = 1; i < 11; i++) p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(llmk_gelu_terms[i]));
  return _mm512_mul_ps(x, _mm512_fmadd_ps(c, p, _mm512_set1_ps(0.5f)));
}

#endif
#endif

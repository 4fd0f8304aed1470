// Norms, activations, rotation and conversions, AVX-512, and the tables of this instruction set and of AMX.
#include "elementwise_avx512.h"

#if LLMK_X86

static const float kZero = 0;

TARGET static void rms_norm(const float *x, const float *weight, float epsilon, int32_t count, float *out) {
  __m512 sum = _mm512_setzero_ps();
  for (int32_t i = 0; i < count; i += 16) {
    __m512 v = _mm512_maskz_loadu_ps(llmk_tail_mask_avx512(count, i), x + i);
    sum = _mm512_fmadd_ps(v, v, sum);
  }
  float mean = _mm512_reduce_add_ps(sum) / (float)count;
  __m512 factor = _mm512_set1_ps(1.0f / __builtin_sqrtf(mean + epsilon));
  for (int32_t i = 0; i < count; i += 16) {
    __mmask16 mask = llmk_tail_mask_avx512(count, i);
    __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, x + i), factor);
    _mm512_mask_storeu_ps(out + i, mask, _mm512_mul_ps(v, _mm512_maskz_loadu_ps(mask, weight + i)));
  }
}

TARGET static void layer_norm(const float *x, const float *weight, const float *bias, float epsilon, int32_t count,
                              float *out) {
  __m512 sum = _mm512_setzero_ps();
  for (int32_t i = 0; i < count; i += 16)
    sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(llmk_tail_mask_avx512(count, i), x + i));
  float mean = _mm512_reduce_add_ps(sum) / (float)count;
  __m512 vm = _mm512_set1_ps(mean), squares = _mm512_setzero_ps();
  for (int32_t i = 0; i < count; i += 16) {
    __mmask16 mask = llmk_tail_mask_avx512(count, i);
    __m512 v = _mm512_maskz_sub_ps(mask, _mm512_maskz_loadu_ps(mask, x + i), vm);
    squares = _mm512_fmadd_ps(v, v, squares);
  }
  float variance = _mm512_reduce_add_ps(squares) / (float)count;
  __m512 factor = _mm512_set1_ps(1.0f / __builtin_sqrtf(variance + epsilon));
  for (int32_t i = 0; i < count; i += 16) {
    __mmask16 mask = llmk_tail_mask_avx512(count, i);
    __m512 v = _mm512_mul_ps(_mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), vm), factor);
    __m512 b = bias ? _mm512_maskz_loadu_ps(mask, bias + i) : _mm512_set1_ps(kZero);
    _mm512_mask_storeu_ps(out + i, mask, _mm512_fmadd_ps(v, _mm512_maskz_loadu_ps(mask, weight + i), b));
  }
}

TARGET static void add(float *x, const float *y, int32_t count) {
  for (int32_t i = 0; i < count; i += 16) {
    __mmask16 mask = llmk_tail_mask_avx512(count, i);
    _mm512_mask_storeu_ps(x + i, mask,
                          _mm512_add_ps(_mm512_maskz_loadu_ps(mask, x + i), _mm512_maskz_loadu_ps(mask, y + i)));
  }
}

TARGET static void activate(float *gate, const float *up, int32_t activation, int32_t count) {
  for (int32_t i = 0; i < count; i += 16) {
    __mmask16 mask = llmk_tail_mask_avx512(count, i);
    __m512 y = llmk_activated_avx512(_mm512_maskz_loadu_ps(mask, gate + i), activation);
    if (up) y = _mm512_mul_ps(y, _mm512_maskz_loadu_ps(mask, up + i));
    _mm512_mask_storeu_ps(gate + i, mask, y);
  }
}

TARGET static void rotate(float *head, const float *cosines, const float *sines, int32_t dimensions,
                          int32_t interleaved) {
  const int32_t half = dimensions / 2;
  if (interleaved) {
    for (int32_t i = 0; i < half; i += 8) {
      int32_t n = half - i < 8 ? half - i : 8;
      __mmask16 mask = (__mmask16)((1u << (2 * n)) - 1);
      __m512 v = _mm512_maskz_loadu_ps(mask, head + 2 * i);
      const __m512i twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
      __mmask16 load = (__mmask16)((1u << n) - 1);
      __m512 c = _mm512_permutexvar_ps(twice, _mm512_maskz_loadu_ps(load, cosines + i));
      __m512 s = _mm512_permutexvar_ps(twice, _mm512_maskz_loadu_ps(load, sines + i));
      __m512 swapped = _mm512_permute_ps(v, 0xb1);
      _mm512_mask_storeu_ps(head + 2 * i, mask, _mm512_fmaddsub_ps(v, c, _mm512_mul_ps(swapped, s)));
    }
    return;
  }
  for (int32_t i = 0; i < half; i += 16) {
    __mmask16 mask = llmk_tail_mask_avx512(half, i);
    __m512 a = _mm512_maskz_loadu_ps(mask, head + i), b = _mm512_maskz_loadu_ps(mask, head + half + i);
    __m512 c = _mm512_maskz_loadu_ps(mask, cosines + i), s = _mm512_maskz_loadu_ps(mask, sines + i);
    _mm512_mask_storeu_ps(head + i, mask, _mm512_fmsub_ps(a, c, _mm512_mul_ps(b, s)));
    _mm512_mask_storeu_ps(head + half + i, mask, _mm512_fmadd_ps(b, c, _mm512_mul_ps(a, s)));
  }
}

TARGET static void to_half(const float *x, uint16_t *out, int32_t count) {
  for (int32_t i = 0; i < count; i += 16) {
    __mmask16 mask = llmk_tail_mask_avx512(count, i);
    __m256i h = _mm512_cvtps_ph(_mm512_maskz_loadu_ps(mask, x + i), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    _mm256_mask_storeu_epi16(out + i, mask, h);
  }
}

TARGET static void from_half(const uint16_t *x, float *out, int32_t count) {
  for (int32_t i = 0; i < count; i += 16) {
    __mmask16 mask = llmk_tail_mask_avx512(count, i);
    _mm512_mask_storeu_ps(out + i, mask, _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, x + i)));
  }
}

TARGET static double log_sum_exp(const float *x, int64_t count, float *largest) {
  __m512 top = _mm512_set1_ps(-__builtin_inff());
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) top = _mm512_max_ps(top, _mm512_loadu_ps(x + i));
  float m = _mm512_reduce_max_ps(top);
  for (; i < count; i++) m = x[i] > m ? x[i] : m;
  *largest = m;
  const __m512 shift = _mm512_set1_ps(m);
  __m512d low = _mm512_setzero_pd(), high = _mm512_setzero_pd();
  for (i = 0; i < count; i += 16) {
    __mmask16 mask = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
    __m512 e = llmk_exp_avx512(_mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), shift));
    e = _mm512_maskz_mov_ps(mask, e);
    low = _mm512_add_pd(low, _mm512_cvtps_pd(_mm512_castps512_ps256(e)));
    high = _mm512_add_pd(high, _mm512_cvtps_pd(_mm512_extractf32x8_ps(e, 1)));
  }
  return _mm512_reduce_add_pd(_mm512_add_pd(low, high));
}

static void multiply(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                     int64_t out_stride, void *scratch) {
  if (m->format <= LLMK_BF16) llmk_multiply_float_avx512(m, first, last, a, out, out_stride, scratch);
  else llmk_multiply_int8_avx512(m, first, last, a, out, out_stride, scratch);
}

// What the tables share.
#define TABLE(NAME)                           \
  .name = NAME,                               \
  .multiply = multiply,                       \
  .quantize = llmk_quantize_avx512,           \
  .rms_norm = rms_norm,                       \
  .layer_norm = layer_norm,                   \
  .add = add,                                 \
  .activate = activate,                       \
  .rotate = rotate,                           \
  .attend = llmk_attend_avx512,               \
  .to_half = to_half,                         \
  .from_half = from_half,                     \
  .log_sum_exp = log_sum_exp,                 \
  .tile_rows = 12,                            \
  .tile_columns = 32,                         \
  .float_tile = llmk_float_tile_avx512,       \
  .bfloat_tile = llmk_bfloat_tile_avx512,     \
  .attend_all = llmk_attend_all_avx2

const llmk_kernels llmk_kernels_avx512 = {
    TABLE("avx512"),
    .tile16 = LLMK_TILE16,
    .token_step16 = 2,
    .column_step16 = 2,
    .multiply16 = llmk_multiply_int16_avx2,
    .combine16 = llmk_combine_int16_avx2,
    .quantize16 = llmk_quantize_int16_avx2,
};

#if defined(__linux__)
const llmk_kernels llmk_kernels_amx = {
    TABLE("amx"),
    .prefers16 = 1,
    .is_bfloat16 = 1,
    .tile16 = 16,
    .token_step16 = LLMK_AMX_STEP16,
    .column_step16 = LLMK_AMX_STEP16,
    .multiply16 = llmk_multiply_bfloat_amx,
    .quantize16 = llmk_quantize_bfloat_amx,
};
#endif

#endif

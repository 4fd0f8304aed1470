// Norms, activations, rotation and conversions, AVX2, and the table of this instruction set. Sums keep 16 partial
// sums and join them in the order of AVX-512, so both sets give the same bits.
#include "elementwise_avx2.h"

#if LLMK_X86

INLINE __m256 load_part(const float *x, int64_t count) {
  return count >= 8 ? _mm256_loadu_ps(x) : count <= 0 ? _mm256_setzero_ps() : _mm256_maskload_ps(x, llmk_mask_avx2(count));
}

INLINE void store_part(float *x, int64_t count, __m256 v) {
  if (count >= 8) _mm256_storeu_ps(x, v);
  else if (count > 0) _mm256_maskstore_ps(x, llmk_mask_avx2(count), v);
}

TARGET static void rms_norm(const float *x, const float *weight, float epsilon, int32_t count, float *out) {
  __m256 low = _mm256_setzero_ps(), high = _mm256_setzero_ps();
  for (int32_t i = 0; i < count; i += 16) {
    __m256 a = load_part(x + i, count - i), b = load_part(x + i + 8, count - i - 8);
    low = _mm256_fmadd_ps(a, a, low);
    high = _mm256_fmadd_ps(b, b, high);
  }
  float mean = llmk_sum_avx2(low, high) / (float)count;
  __m256 factor = _mm256_set1_ps(1.0f / __builtin_sqrtf(mean + epsilon));
  for (int32_t i = 0; i < count; i += 8) {
    __m256 v = _mm256_mul_ps(load_part(x + i, count - i), factor);
    store_part(out + i, count - i, _mm256_mul_ps(v, load_part(weight + i, count - i)));
  }
}

TARGET static void layer_norm(const float *x, const float *weight, const float *bias, float epsilon, int32_t count,
                              float *out) {
  __m256 low = _mm256_setzero_ps(), high = _mm256_setzero_ps();
  for (int32_t i = 0; i < count; i += 16) {
    low = _mm256_add_ps(low, load_part(x + i, count - i));
    high = _mm256_add_ps(high, load_part(x + i + 8, count - i - 8));
  }
  const __m256 mean = _mm256_set1_ps(llmk_sum_avx2(low, high) / (float)count);
  low = high = _mm256_setzero_ps();
  for (int32_t i = 0; i < count; i += 16) {
    __m256 a = _mm256_sub_ps(load_part(x + i, count - i), mean);
    __m256 b = _mm256_sub_ps(load_part(x + i + 8, count - i - 8), mean);
    a = _mm256_and_ps(a, _mm256_castsi256_ps(llmk_mask_avx2(count - i)));
    b = _mm256_and_ps(b, _mm256_castsi256_ps(llmk_mask_avx2(count - i - 8)));
    low = _mm256_fmadd_ps(a, a, low);
    high = _mm256_fmadd_ps(b, b, high);
  }
  float variance = llmk_sum_avx2(low, high) / (float)count;
  const __m256 factor = _mm256_set1_ps(1.0f / __builtin_sqrtf(variance + epsilon));
  for (int32_t i = 0; i < count; i += 8) {
    __m256 v = _mm256_mul_ps(_mm256_sub_ps(load_part(x + i, count - i), mean), factor);
    __m256 b = bias ? load_part(bias + i, count - i) : _mm256_setzero_ps();
    store_part(out + i, count - i, _mm256_fmadd_ps(v, load_part(weight + i, count - i), b));
  }
}

TARGET static void add(float *x, const float *y, int32_t count) {
  for (int32_t i = 0; i < count; i += 8)
    store_part(x + i, count - i, _mm256_add_ps(load_part(x + i, count - i), load_part(y + i, count - i)));
}

TARGET static void activate(float *gate, const float *up, int32_t activation, int32_t count) {
  for (int32_t i = 0; i < count; i += 8) {
    __m256 y = llmk_activated_avx2(load_part(gate + i, count - i), activation);
    if (up) y = _mm256_mul_ps(y, load_part(up + i, count - i));
    store_part(gate + i, count - i, y);
  }
}

TARGET static void rotate(float *head, const float *cosines, const float *sines, int32_t dimensions,
                          int32_t interleaved) {
  const int32_t half = dimensions / 2;
  if (interleaved) {
    const __m256i twice = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
    for (int32_t i = 0; i < half; i += 4) {
      const int32_t n = half - i < 4 ? half - i : 4;
      __m256 v = load_part(head + 2 * i, 2 * n);
      __m256 c = _mm256_permutevar8x32_ps(load_part(cosines + i, n), twice);
      __m256 s = _mm256_permutevar8x32_ps(load_part(sines + i, n), twice);
      __m256 swapped = _mm256_permute_ps(v, 0xb1);
      store_part(head + 2 * i, 2 * n, _mm256_fmaddsub_ps(v, c, _mm256_mul_ps(swapped, s)));
    }
    return;
  }
  for (int32_t i = 0; i < half; i += 8) {
    const int32_t n = half - i;
    __m256 a = load_part(head + i, n), b = load_part(head + half + i, n);
    __m256 c = load_part(cosines + i, n), s = load_part(sines + i, n);
    store_part(head + i, n, _mm256_fmsub_ps(a, c, _mm256_mul_ps(b, s)));
    store_part(head + half + i, n, _mm256_fmadd_ps(b, c, _mm256_mul_ps(a, s)));
  }
}

TARGET static void to_half(const float *x, uint16_t *out, int32_t count) {
  int32_t i = 0;
  for (; i + 8 <= count; i += 8)
    _mm_storeu_si128((__m128i *)(out + i), _mm256_cvtps_ph(_mm256_loadu_ps(x + i), _MM_FROUND_TO_NEAREST_INT));
  for (; i < count; i++) out[i] = (uint16_t)_cvtss_sh(x[i], _MM_FROUND_TO_NEAREST_INT);
}

TARGET static void from_half(const uint16_t *x, float *out, int32_t count) {
  int32_t i = 0;
  for (; i + 8 <= count; i += 8)
    _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(x + i))));
  for (; i < count; i++) out[i] = _cvtsh_ss(x[i]);
}

TARGET static double log_sum_exp(const float *x, int64_t count, float *largest) {
  __m256 top = _mm256_set1_ps(-__builtin_inff());
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) top = _mm256_max_ps(top, _mm256_loadu_ps(x + i));
  float m = llmk_largest_avx2(top);
  for (; i < count; i++) m = x[i] > m ? x[i] : m;
  *largest = m;
  const __m256 shift = _mm256_set1_ps(m);
  __m256d low = _mm256_setzero_pd(), high = _mm256_setzero_pd();
  for (i = 0; i < count; i += 8) {
    __m256 e = llmk_exp_avx2(_mm256_sub_ps(load_part(x + i, count - i), shift));
    if (count - i < 8) e = _mm256_and_ps(e, _mm256_castsi256_ps(llmk_mask_avx2(count - i)));
    low = _mm256_add_pd(low, _mm256_cvtps_pd(_mm256_castps256_ps128(e)));
    high = _mm256_add_pd(high, _mm256_cvtps_pd(_mm256_extractf128_ps(e, 1)));
  }
  __m256d four = _mm256_add_pd(low, high);
  __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

static void multiply(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                     int64_t out_stride, void *scratch) {
  if (m->format <= LLMK_BF16) llmk_multiply_float_avx2(m, first, last, a, out, out_stride, scratch);
  else llmk_multiply_int8_avx2(m, first, last, a, out, out_stride, scratch);
}

const llmk_kernels llmk_kernels_avx2 = {
    .name = "avx2",
    .multiply = multiply,
    .quantize = llmk_quantize_avx2,
    .rms_norm = rms_norm,
    .layer_norm = layer_norm,
    .add = add,
    .activate = activate,
    .rotate = rotate,
    .attend = llmk_attend_avx2,
    .to_half = to_half,
    .from_half = from_half,
    .log_sum_exp = log_sum_exp,
    .tile_rows = 6,
    .tile_columns = 16,
    .float_tile = llmk_float_tile_avx2,
    .bfloat_tile = llmk_bfloat_tile_avx2,
    .prefers16 = 1,
    .tile16 = LLMK_TILE16,
    .token_step16 = 2,
    .column_step16 = 2,
    .multiply16 = llmk_multiply_int16_avx2,
    .combine16 = llmk_combine_int16_avx2,
    .quantize16 = llmk_quantize_int16_avx2,
    .attend_all = llmk_attend_all_avx2,
};

#endif

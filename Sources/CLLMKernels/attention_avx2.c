// Attention over key/value pages with a running softmax, AVX2; the method is that of attention_avx512.c.
#include "elementwise_avx2.h"

#if LLMK_X86

// Eight elements from line `k`, column `c` of a page's keys or values.
INLINE __m256 load_b(int kind, const llmk_page_matrix *b, int64_t k, int64_t c) {
  const int64_t index = k * b->stride + c;
  const uint8_t *p = b->elements;
  switch (kind) {
    case LLMK_PAGE_F16: return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 2 * index)));
    case LLMK_PAGE_BF16:
      return _mm256_castsi256_ps(
          _mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(p + 2 * index))), 16));
    case LLMK_PAGE_Q8_KEYS:
      return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(p + index)))),
                           _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(b->scales + k / 32 * 64 + c))));
    case LLMK_PAGE_Q8_VALUES:
      return _mm256_mul_ps(
          _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(p + index)))),
          _mm256_cvtph_ps(_mm_set1_epi16((short)b->scales[k * b->scale_stride + c / 32])));
    default: return _mm256_loadu_ps((const float *)p + index);
  }
}

// A page's sum is added to those of earlier pages: short sums lose less to rounding than one over all positions.
INLINE void store_sum(float *out, __m256 sum, int accumulate) {
  _mm256_storeu_ps(out, accumulate ? _mm256_add_ps(_mm256_loadu_ps(out), sum) : sum);
}

// out[NR][16] = (accumulate ? out : 0) + a[NR][count] * b[count][16 columns from c]
INLINE void product(int kind, int NR, const float *a, int64_t a_stride, const llmk_page_matrix *b, int64_t c,
                    int32_t count, int accumulate, float *out, int64_t out_stride) {
  __m256 acc[6][2];
  for (int r = 0; r < NR; r++)
    for (int i = 0; i < 2; i++) acc[r][i] = _mm256_setzero_ps();
  for (int32_t k = 0; k < count; k++) {
    __m256 v0 = load_b(kind, b, k, c), v1 = load_b(kind, b, k, c + 8);
    for (int r = 0; r < NR; r++) {
      __m256 x = _mm256_broadcast_ss(a + r * a_stride + k);
      acc[r][0] = _mm256_fmadd_ps(x, v0, acc[r][0]);
      acc[r][1] = _mm256_fmadd_ps(x, v1, acc[r][1]);
    }
  }
  for (int r = 0; r < NR; r++)
    for (int i = 0; i < 2; i++) store_sum(out + r * out_stride + 8 * i, acc[r][i], accumulate);
}

// One row, 64 columns: independent sums hide the latency that rows would otherwise hide.
INLINE void product_wide(int kind, const float *a, const llmk_page_matrix *b, int64_t c, int32_t count, int accumulate,
                         float *out) {
  __m256 acc[8];
  for (int i = 0; i < 8; i++) acc[i] = _mm256_setzero_ps();
  for (int32_t k = 0; k < count; k++) {
    __m256 x = _mm256_broadcast_ss(a + k);
    for (int i = 0; i < 8; i++) acc[i] = _mm256_fmadd_ps(x, load_b(kind, b, k, c + 8 * i), acc[i]);
  }
  for (int i = 0; i < 8; i++) store_sum(out + 8 * i, acc[i], accumulate);
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

#define PRODUCT(NAME, KIND)                                                                                        \
  __attribute__((noinline)) TARGET static void NAME(const float *a, int64_t a_stride, int32_t rows,                \
                                                    const llmk_page_matrix *b, int32_t width, int32_t count,       \
                                                    int accumulate, float *out, int64_t out_stride) {              \
    product_all(KIND, a, a_stride, rows, b, width, count, accumulate, out, out_stride);                            \
  }

typedef void (*page_product)(const float *, int64_t, int32_t, const llmk_page_matrix *, int32_t, int32_t, int, float *,
                             int64_t);
LLMK_PAGE_PRODUCTS(PRODUCT, page_product)

// Masks one row of 64 scores, updates its maximum and sum, leaves the weights in place. Returns the factor by which
// the row's earlier output shrinks.
INLINE float softmax_row(float *scores, int32_t valid_from, int32_t valid_to, float softcap, float *maximum,
                         float *sum) {
  const __m256 lowest = _mm256_set1_ps(-__builtin_inff()), one = _mm256_set1_ps(1.0f);
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  __m256 top = lowest;
  for (int c = 0; c < 64; c += 8) {
    __m256 v = _mm256_loadu_ps(scores + c);
    if (softcap > 0) {
      // cap * tanh(x / cap) = cap * (1 - 2 / (e^(2x / cap) + 1))
      __m256 e = llmk_exp_avx2(_mm256_mul_ps(v, _mm256_set1_ps(2.0f / softcap)));
      __m256 q = _mm256_div_ps(_mm256_set1_ps(2.0f), _mm256_add_ps(e, one));
      v = _mm256_mul_ps(_mm256_set1_ps(softcap), _mm256_sub_ps(one, q));
    }
    __m256i position = _mm256_add_epi32(lanes, _mm256_set1_epi32(c));
    __m256i drop = _mm256_cmpgt_epi32(_mm256_set1_epi32(valid_from), position);
    __m256i keep = _mm256_andnot_si256(drop, _mm256_cmpgt_epi32(_mm256_set1_epi32(valid_to), position));
    v = _mm256_blendv_ps(lowest, v, _mm256_castsi256_ps(keep));
    _mm256_storeu_ps(scores + c, v);
    top = _mm256_max_ps(top, v);
  }
  float previous = *maximum, largest = llmk_largest_avx2(top);
  if (previous > largest) largest = previous;
  if (largest == -__builtin_inff()) {
    for (int c = 0; c < 64; c += 8) _mm256_storeu_ps(scores + c, _mm256_setzero_ps());
    return 1.0f;
  }
  const __m256 shift = _mm256_set1_ps(largest);
  __m256 total[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  for (int c = 0; c < 64; c += 8) {
    __m256 v = _mm256_loadu_ps(scores + c);
    __m256 e = llmk_exp_avx2(_mm256_sub_ps(v, shift));
    e = _mm256_and_ps(e, _mm256_cmp_ps(v, lowest, _CMP_NEQ_UQ));
    _mm256_storeu_ps(scores + c, e);
    total[c / 8 % 2] = _mm256_add_ps(total[c / 8 % 2], e);
  }
  float factor =
      previous == largest ? 1.0f : _mm256_cvtss_f32(llmk_exp_avx2(_mm256_set1_ps(previous - largest)));
  *maximum = largest;
  *sum = *sum * factor + llmk_sum_avx2(total[0], total[1]);
  return factor;
}

TARGET void llmk_attend_avx2(const llmk_key_values *kv, const float *queries, int64_t query_stride, int32_t rows,
                             const int32_t *lower, const int32_t *upper, int32_t first_position,
                             int32_t last_position, float softcap, float *out, int64_t out_stride, float *maxima,
                             float *sums, float *scratch) {
  const int32_t width = kv->value_width;
  const page_product multiply_keys = key_products[kv->type], multiply_values = value_products[kv->type];
  for (int32_t r = 0; r < rows; r++) {
    maxima[r] = -__builtin_inff();
    sums[r] = 0;
    for (int32_t c = 0; c < width; c += 8) _mm256_storeu_ps(out + r * out_stride + c, _mm256_setzero_ps());
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
      if (factor != 1.0f) {
        __m256 f = _mm256_set1_ps(factor);
        float *o = out + r * out_stride;
        for (int32_t c = 0; c < width; c += 8) _mm256_storeu_ps(o + c, _mm256_mul_ps(f, _mm256_loadu_ps(o + c)));
      }
    }
    multiply_values(scratch, 64, rows, &values, width, end, 1, out, out_stride);
  }
}

#endif

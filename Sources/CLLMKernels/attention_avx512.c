// Attention over key/value pages with a running softmax, AVX-512.
//
// Scores and outputs are both small products C[rows][64] += A[rows][k] B[k][64] with B read from the page:
// keys lie as [dimension][64 positions], values as [64 positions][dimension]. A page is read once for all rows.
// Method: online softmax (Milakov and Gimelshein, 2018, arXiv 1805.02867; Dao et al., 2022, arXiv 2205.14135).
#include "elementwise_avx512.h"

#if LLMK_X86

// Sixteen elements from line `k`, column `c` of a page's keys or values.
INLINE __m512 load_b(int kind, const llmk_page_matrix *b, int64_t k, int64_t c) {
  const int64_t index = k * b->stride + c;
  const uint8_t *p = b->elements;
  switch (kind) {
    case LLMK_PAGE_F16: return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p + 2 * index)));
    case LLMK_PAGE_BF16:
      return _mm512_castsi512_ps(
          _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(p + 2 * index))), 16));
    case LLMK_PAGE_Q8_KEYS:
      return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(p + index)))),
                           _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(b->scales + k / 32 * 64 + c))));
    case LLMK_PAGE_Q8_VALUES:
      return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(p + index)))),
                           _mm512_cvtph_ps(_mm256_set1_epi16((short)b->scales[k * b->scale_stride + c / 32])));
    default: return _mm512_loadu_ps((const float *)p + index);
  }
}

// What a product reads from memory for the next one.
typedef struct fetch_ahead {
  const uint8_t *next;
  int32_t step;  // bytes per line of b, a multiple of 64
} fetch_ahead;

INLINE fetch_ahead fetch_during(int32_t count, const uint8_t *next, int64_t bytes) {
  return (fetch_ahead){next, count > 0 ? (int32_t)((bytes + 64 * (int64_t)count - 1) / (64 * (int64_t)count)) * 64 : 0};
}

// A page's sum is added to those of earlier pages: short sums lose less to rounding than one over all positions.
INLINE void store_sum(float *out, __m512 sum, int accumulate) {
  _mm512_storeu_ps(out, accumulate ? _mm512_add_ps(_mm512_loadu_ps(out), sum) : sum);
}

// out[NR][16 * NC] = (accumulate ? out : 0) + a[NR][count] * b[count][16 * NC columns from c]
INLINE void product(int kind, int NR, int NC, const float *a, int64_t a_stride, const llmk_page_matrix *b, int64_t c,
                    int32_t count, int accumulate, float *out, int64_t out_stride, fetch_ahead ahead) {
  __m512 acc[6][4];
  for (int r = 0; r < NR; r++)
    for (int i = 0; i < NC; i++) acc[r][i] = _mm512_setzero_ps();
  for (int32_t k = 0; k < count; k++) {
    for (int32_t byte = 0; byte < ahead.step; byte += 64) _mm_prefetch((const char *)(ahead.next + byte), _MM_HINT_T0);
    ahead.next += ahead.step;
    __m512 v[4];
    for (int i = 0; i < NC; i++) v[i] = load_b(kind, b, k, c + 16 * i);
    for (int r = 0; r < NR; r++) {
      __m512 x = _mm512_set1_ps(a[r * a_stride + k]);
      for (int i = 0; i < NC; i++) acc[r][i] = _mm512_fmadd_ps(x, v[i], acc[r][i]);
    }
  }
  for (int r = 0; r < NR; r++)
    for (int i = 0; i < NC; i++) store_sum(out + r * out_stride + 16 * i, acc[r][i], accumulate);
}

#define ROWS(NR)                                                                                              \
  product(kind, NR, NC, a + r * a_stride, a_stride, b, c, count, accumulate, out + r * out_stride + c,         \
          out_stride, r == 0 ? ahead : (fetch_ahead){ahead.next, 0})
INLINE void product_rows(int kind, int NC, const float *a, int64_t a_stride, int32_t rows, const llmk_page_matrix *b,
                         int64_t c, int32_t count, int accumulate, float *out, int64_t out_stride,
                         fetch_ahead ahead) {
  int32_t r = 0;
  for (; r + 6 <= rows; r += 6) ROWS(6);
  switch (rows - r) {
    case 5: ROWS(5); break;
    case 4: ROWS(4); break;
    case 3: ROWS(3); break;
    case 2: ROWS(2); break;
    case 1: ROWS(1); break;
  }
}

// Many rows read 64 columns of a page as floats that were made of its elements once.
enum { WIDE_ROWS = 12, WIDE_LINES = 256 };

INLINE void widened_rows(int kind, const float *a, int64_t a_stride, int32_t rows, const llmk_page_matrix *b, int64_t c,
                         int32_t count, int accumulate, float *out, int64_t out_stride, fetch_ahead ahead) {
  float wide[64 * WIDE_LINES] __attribute__((aligned(64)));
  for (int32_t k = 0; k < count; k++)
    for (int i = 0; i < 4; i++) _mm512_store_ps(wide + 64 * k + 16 * i, load_b(kind, b, k, c + 16 * i));
  const llmk_page_matrix floats = {(const uint8_t *)wide, 64, NULL, 0};
  product_rows(LLMK_PAGE_F32, 4, a, a_stride, rows, &floats, 0, count, accumulate, out + c, out_stride, ahead);
}

// All columns, a multiple of 16.
#define PRODUCT(NAME, KIND)                                                                                        \
  __attribute__((noinline)) TARGET static void NAME##_widened(                                                      \
      const float *a, int64_t a_stride, int32_t rows, const llmk_page_matrix *b, int64_t c, int32_t count,          \
      int accumulate, float *out, int64_t out_stride, fetch_ahead ahead) {                                          \
    widened_rows(KIND, a, a_stride, rows, b, c, count, accumulate, out, out_stride, ahead);                         \
  }                                                                                                                \
  __attribute__((noinline)) TARGET static void NAME(const float *a, int64_t a_stride, int32_t rows,                \
                                                    const llmk_page_matrix *b, int32_t width, int32_t count,       \
                                                    int accumulate, float *out, int64_t out_stride,                \
                                                    fetch_ahead ahead) {                                           \
    const int widens = KIND != LLMK_PAGE_F32 && rows >= WIDE_ROWS && count <= WIDE_LINES;                           \
    int32_t c = 0;                                                                                                 \
    for (; c + 64 <= width; c += 64, ahead.step = 0) {                                                             \
      if (widens) NAME##_widened(a, a_stride, rows, b, c, count, accumulate, out, out_stride, ahead);               \
      else product_rows(KIND, 4, a, a_stride, rows, b, c, count, accumulate, out, out_stride, ahead);               \
    }                                                                                                              \
    for (; c < width; c += 16, ahead.step = 0)                                                                     \
      product_rows(KIND, 1, a, a_stride, rows, b, c, count, accumulate, out, out_stride, ahead);                   \
  }

typedef void (*page_product)(const float *, int64_t, int32_t, const llmk_page_matrix *, int32_t, int32_t, int, float *,
                             int64_t, fetch_ahead);
LLMK_PAGE_PRODUCTS(PRODUCT, page_product)
static const int element_bytes[] = {4, 2, 2, 1};

// Masks one row of 64 scores, updates its maximum and sum, leaves the weights in place. Returns the factor by which
// the row's earlier output shrinks.
INLINE float softmax_row(float *scores, int32_t valid_from, int32_t valid_to, float softcap, float *maximum,
                         float *sum) {
  const __m512 lowest = _mm512_set1_ps(-__builtin_inff());
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512 v[4], top = lowest;
  for (int c = 0; c < 4; c++) {
    v[c] = _mm512_loadu_ps(scores + 16 * c);
    if (softcap > 0) {
      // cap * tanh(x / cap) = cap * (1 - 2 / (e^(2x / cap) + 1))
      __m512 e = llmk_exp_avx512(_mm512_mul_ps(v[c], _mm512_set1_ps(2.0f / softcap)));
      __m512 q = _mm512_div_ps(_mm512_set1_ps(2.0f), _mm512_add_ps(e, _mm512_set1_ps(1.0f)));
      v[c] = _mm512_mul_ps(_mm512_set1_ps(softcap), _mm512_sub_ps(_mm512_set1_ps(1.0f), q));
    }
    __m512i position = _mm512_add_epi32(lanes, _mm512_set1_epi32(16 * c));
    __mmask16 keep = _mm512_cmpge_epi32_mask(position, _mm512_set1_epi32(valid_from)) &
                     _mm512_cmplt_epi32_mask(position, _mm512_set1_epi32(valid_to));
    v[c] = _mm512_mask_mov_ps(lowest, keep, v[c]);
    top = _mm512_max_ps(top, v[c]);
  }
  float previous = *maximum, largest = _mm512_reduce_max_ps(top);
  if (previous > largest) largest = previous;
  if (largest == -__builtin_inff()) {
    for (int c = 0; c < 4; c++) _mm512_storeu_ps(scores + 16 * c, _mm512_setzero_ps());
    return 1.0f;
  }
  __m512 shift = _mm512_set1_ps(largest), total = _mm512_setzero_ps();
  for (int c = 0; c < 4; c++) {
    __m512 e = llmk_exp_avx512(_mm512_sub_ps(v[c], shift));
    e = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(v[c], lowest, _CMP_NEQ_UQ), e);
    _mm512_storeu_ps(scores + 16 * c, e);
    total = _mm512_add_ps(total, e);
  }
  float factor = previous == largest ? 1.0f
                                     : _mm512_cvtss_f32(llmk_exp_avx512(_mm512_set1_ps(previous - largest)));
  *maximum = largest;
  *sum = *sum * factor + _mm512_reduce_add_ps(total);
  return factor;
}

TARGET void llmk_attend_avx512(const llmk_key_values *kv, const float *queries, int64_t query_stride, int32_t rows,
                               const int32_t *lower, const int32_t *upper, int32_t first_position,
                               int32_t last_position, float softcap, float *out, int64_t out_stride, float *maxima,
                               float *sums, float *scratch) {
  const int32_t width = kv->value_width, size = element_bytes[kv->type];
  const page_product multiply_keys = key_products[kv->type], multiply_values = value_products[kv->type];
  for (int32_t r = 0; r < rows; r++) {
    maxima[r] = -__builtin_inff();
    sums[r] = 0;
    for (int32_t c = 0; c < width; c += 16) _mm512_storeu_ps(out + r * out_stride + c, _mm512_setzero_ps());
  }
  for (int32_t page = first_position / 64; page * 64 < last_position; page++) {
    const llmk_page_matrix keys = llmk_page_keys(kv, kv->pages[page]), values = llmk_page_values(kv, kv->pages[page]);
    const int32_t base = 64 * page;
    const int32_t begin = first_position > base ? first_position - base : 0;
    const int32_t end = last_position - base < 64 ? last_position - base : 64;
    multiply_keys(queries, query_stride, rows, &keys, 64, kv->dimension, 0, scratch, 64,
                  fetch_during(kv->dimension, values.elements, (int64_t)end * width * size));
    for (int32_t r = 0; r < rows; r++) {
      int32_t from = lower[r] - base > begin ? lower[r] - base : begin;
      int32_t to = upper[r] - base < end ? upper[r] - base : end;
      float factor = softmax_row(scratch + 64 * r, from, to, softcap, &maxima[r], &sums[r]);
      if (factor != 1.0f) {
        __m512 f = _mm512_set1_ps(factor);
        float *o = out + r * out_stride;
        for (int32_t c = 0; c < width; c += 16) _mm512_storeu_ps(o + c, _mm512_mul_ps(f, _mm512_loadu_ps(o + c)));
      }
    }
    fetch_ahead ahead = {keys.elements, 0};
    if (base + 64 < last_position)
      ahead = fetch_during(end, kv->pages[page + 1] + kv->key_offset, (int64_t)64 * kv->dimension * size);
    multiply_values(scratch, 64, rows, &values, width, end, 1, out, out_stride, ahead);
  }
}

#endif

// Attention of whole sequences without a mask, AVX2. Sequences of encoders are short: scores are as wide as the
// sequence, not as a page of a cache, and the softmax sees them all at once.
#include "elementwise_avx2.h"

#if LLMK_X86

enum { TILE_ROWS = 3, TILE_VECTORS = 4 };

// out[R][V vectors] = a[R][count] . b[count][V vectors]. Only a masked vector is loaded and stored by its mask: masked
// stores are slow on several processors.
INLINE void tile(int R, int V, int MASKED, const float *a, int64_t a_stride, const float *b, int64_t b_stride,
                 int32_t count, __m256i mask, float *out, int64_t out_stride) {
  __m256 acc[TILE_ROWS][TILE_VECTORS];
  LLMK_UNROLL
  for (int r = 0; r < R; r++)
    LLMK_UNROLL
    for (int v = 0; v < V; v++) acc[r][v] = _mm256_setzero_ps();
  _Pragma("clang loop unroll(disable)") for (int32_t k = 0; k < count; k++) {
    // Three broadcasts and one vector at a time beside twelve sums: sixteen registers.
    __m256 x[TILE_ROWS];
    LLMK_UNROLL
    for (int r = 0; r < R; r++) x[r] = _mm256_broadcast_ss(a + r * a_stride + k);
    LLMK_UNROLL
    for (int v = 0; v < V; v++) {
      const __m256 w = MASKED ? _mm256_maskload_ps(b, mask) : _mm256_loadu_ps(b + 8 * v);
      LLMK_UNROLL
      for (int r = 0; r < R; r++) acc[r][v] = _mm256_fmadd_ps(x[r], w, acc[r][v]);
    }
    b += b_stride;
  }
  LLMK_UNROLL
  for (int r = 0; r < R; r++)
    LLMK_UNROLL
    for (int v = 0; v < V; v++) {
      if (MASKED) _mm256_maskstore_ps(out + r * out_stride, mask, acc[r][v]);
      else _mm256_storeu_ps(out + r * out_stride + 8 * v, acc[r][v]);
    }
}

#define CASE(R)                                                                                             \
  case R:                                                                                                   \
    if (vectors == 4) tile(R, 4, 0, a, a_stride, b + c, b_stride, count, mask, out + c, out_stride);          \
    else if (vectors == 3) tile(R, 3, 0, a, a_stride, b + c, b_stride, count, mask, out + c, out_stride);     \
    else if (vectors == 2) tile(R, 2, 0, a, a_stride, b + c, b_stride, count, mask, out + c, out_stride);     \
    else if (vectors == 1) tile(R, 1, 0, a, a_stride, b + c, b_stride, count, mask, out + c, out_stride);     \
    else tile(R, 1, 1, a, a_stride, b + c, b_stride, count, mask, out + c, out_stride);                       \
    break;

__attribute__((noinline)) TARGET static void product(const float *a, int64_t a_stride, int32_t rows, const float *b,
                                                     int64_t b_stride, int32_t count, int32_t width, float *out,
                                                     int64_t out_stride) {
  const __m256i mask = llmk_mask_avx2(width % 8);
  for (int32_t c = 0; c < width;) {
    // Five vectors are three and two: a single one would wait for its own sums. None is a masked one.
    const int32_t left = (width - c) / 8, vectors = left == 5 ? 3 : left < 4 ? left : 4;
    switch (rows) {
      CASE(1) CASE(2)
      default:
      CASE(3)
    }
    c += vectors > 0 ? 8 * vectors : 8;
  }
}

// keys [count][dimension] to [dimension][padded], zeros behind the last position.
TARGET static void transpose(const float *keys, int64_t stride, int32_t count, int32_t dimension, int32_t padded,
                             float *out) {
  for (int32_t p = 0; p < padded; p += 8)
    for (int32_t c = 0; c < dimension; c += 8) {
      const __m256i mask = llmk_mask_avx2(dimension - c);
      __m256 r[8], s[8];
      for (int i = 0; i < 8; i++)
        r[i] = p + i >= count       ? _mm256_setzero_ps()
               : dimension - c >= 8 ? _mm256_loadu_ps(keys + (p + i) * stride + c)
                                    : _mm256_maskload_ps(keys + (p + i) * stride + c, mask);
      LLMK_UNROLL
      for (int i = 0; i < 8; i += 2) {
        s[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
        s[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
      }
      LLMK_UNROLL
      for (int i = 0; i < 8; i += 4)
        LLMK_UNROLL
        for (int j = 0; j < 2; j++) {
          r[i + 2 * j] = _mm256_shuffle_ps(s[i + j], s[i + 2 + j], 0x44);
          r[i + 2 * j + 1] = _mm256_shuffle_ps(s[i + j], s[i + 2 + j], 0xee);
        }
      LLMK_UNROLL
      for (int i = 0; i < 4; i++) {
        s[i] = _mm256_permute2f128_ps(r[i], r[i + 4], 0x20);
        s[i + 4] = _mm256_permute2f128_ps(r[i], r[i + 4], 0x31);
      }
      LLMK_UNROLL
      for (int i = 0; i < 8; i++)
        if (c + i < dimension) _mm256_storeu_ps(out + (int64_t)(c + i) * padded + p, s[i]);
    }
}

// e^x for x <= 0, relative error below 3e-7, nothing below e^-87: the method of llmk_exp_avx2 with a step less at
// each end.
INLINE __m256 falling_exp(__m256 x) {
  // Operand order lets NaN through.
  x = _mm256_max_ps(_mm256_set1_ps(-87.0f), x);
  const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504088896341f)),
                                   _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), r);
  __m256 p = _mm256_set1_ps(1.0f / 720.0f);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 120.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 24.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 6.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
  const __m256i power = _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p), power));
}

// Scores of R rows to weights that add up to one. Rows take turns: each alone would wait for its own results.
INLINE void softmax(int R, float *scores, int32_t padded, int32_t count, float scale) {
  const __m256 lowest = _mm256_set1_ps(-__builtin_inff()), factor = _mm256_set1_ps(scale);
  __m256 top[TILE_ROWS], total[TILE_ROWS];
  LLMK_UNROLL
  for (int r = 0; r < R; r++) {
    top[r] = lowest;
    total[r] = _mm256_setzero_ps();
  }
  for (int32_t i = 0; i < count; i += 8) {
    const __m256 lanes = _mm256_castsi256_ps(llmk_mask_avx2(count - i));
    LLMK_UNROLL
    for (int r = 0; r < R; r++)
      top[r] = _mm256_max_ps(top[r], _mm256_blendv_ps(lowest, _mm256_loadu_ps(scores + r * padded + i), lanes));
  }
  LLMK_UNROLL
  for (int r = 0; r < R; r++) top[r] = _mm256_set1_ps(llmk_largest_avx2(top[r]));
  for (int32_t i = 0; i < count; i += 8) {
    const __m256 lanes = _mm256_castsi256_ps(llmk_mask_avx2(count - i));
    LLMK_UNROLL
    for (int r = 0; r < R; r++) {
      const __m256 x = _mm256_mul_ps(factor, _mm256_sub_ps(_mm256_loadu_ps(scores + r * padded + i), top[r]));
      const __m256 e = _mm256_and_ps(falling_exp(x), lanes);
      _mm256_storeu_ps(scores + r * padded + i, e);
      total[r] = _mm256_add_ps(total[r], e);
    }
  }
  LLMK_UNROLL
  for (int r = 0; r < R; r++)
    total[r] = _mm256_set1_ps(1.0f / llmk_sum_avx2(total[r], _mm256_setzero_ps()));
  for (int32_t i = 0; i < count; i += 8)
    LLMK_UNROLL
    for (int r = 0; r < R; r++) {
      float *place = scores + r * padded + i;
      _mm256_storeu_ps(place, _mm256_mul_ps(total[r], _mm256_loadu_ps(place)));
    }
}

TARGET void llmk_attend_all_avx2(const float *queries, const float *keys, const float *values, int64_t stride,
                                 int32_t count, int32_t heads, int32_t dimension, float *out, int64_t out_stride,
                                 float *scratch) {
  const int32_t padded = (count + 7) / 8 * 8;
  const float scale = 1.0f / __builtin_sqrtf((float)dimension);
  float *transposed = scratch, *scores = scratch + (int64_t)dimension * padded;
  for (int32_t head = 0; head < heads; head++) {
    const int64_t offset = (int64_t)head * dimension;
    transpose(keys + offset, stride, count, dimension, padded, transposed);
    for (int32_t row = 0; row < count; row += TILE_ROWS) {
      const int32_t rows = count - row < TILE_ROWS ? count - row : TILE_ROWS;
      product(queries + row * stride + offset, stride, rows, transposed, padded, dimension, padded, scores, padded);
      if (rows == TILE_ROWS) softmax(TILE_ROWS, scores, padded, count, scale);
      else
        for (int32_t r = 0; r < rows; r++) softmax(1, scores + (int64_t)r * padded, padded, count, scale);
      product(scores, padded, rows, values + offset, stride, count, dimension, out + row * out_stride + offset,
              out_stride);
    }
  }
}

#endif

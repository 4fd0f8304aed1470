// Products of packed quantized matrices with int8 activations, AVX-512 VNNI.
//
// Method: u8 weights x s8 activations by vpdpbusd, one row per lane, so nothing is summed across lanes. Formats whose
// codes have an offset start the integer accumulator at -offset * sum(activations); formats with mins add
// min * sum in float. Few tokens: codes are unpacked in registers. Many: a panel is unpacked to bytes once per
// column range and swept over all tokens from the first-level cache.
#include "internal.h"

#if LLMK_X86
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,f16c,fma")))
#define INLINE static inline __attribute__((always_inline)) TARGET

// Packed weights stream from memory once per step; the hardware alone does not run far enough ahead of the loop.
// Codes and scales of a panel lie one after the other, so fetching runs in a straight line, a panel's bytes spread
// evenly over its blocks.
enum { PREFETCH_NEAR = 1024, PREFETCH_FAR = 16384 };

// What to fetch while a panel is swept: the next one.
typedef struct ahead_lines {
  const uint8_t *next;
  int32_t count;
  int32_t step;  // lines per block of a tile
} ahead_lines;
enum { PANEL_BLOCKS = 20 };  // column blocks of a panel unpacked at once: 2 x 20 x 512 bytes

// Codes of one strip and block as eight operands [row][4 columns]; `lower` holds lower bits.
INLINE void load_codes(int format, const uint8_t *p, const uint8_t *lower, __m512i w[8]) {
  const __m512i low4 = _mm512_set1_epi8(0x0f);
  if (format == LLMK_Q8_0 || format == LLMK_W8) {
    for (int j = 0; j < 8; j++) w[j] = _mm512_loadu_si512(p + 64 * j);
    return;
  }
  for (int j = 0; j < 4; j++) {
    __m512i v = _mm512_loadu_si512(p + 64 * j);
    w[j] = _mm512_and_si512(v, low4);
    w[j + 4] = _mm512_and_si512(_mm512_srli_epi16(v, 4), low4);
  }
  if (llmk_code_bytes(format) == 320) {
    const __m512i sixteen = _mm512_set1_epi8(16), bits = _mm512_loadu_si512(p + 256);
    LLMK_UNROLL for (int j = 0; j < 8; j++) {
      __m512i moved = j < 4 ? _mm512_slli_epi16(bits, 4 - j) : _mm512_srli_epi16(bits, j - 4);
      w[j] = _mm512_ternarylogic_epi32(w[j], moved, sixteen, 0xF8);  // w | (moved & sixteen)
    }
  }
  if (format == LLMK_Q8_SPLIT) {
    // Five bits move up within their bytes.
    const __m512i one = _mm512_set1_epi8(1), six = _mm512_set1_epi8(6), lowest = _mm512_loadu_si512(lower + 128);
    LLMK_UNROLL for (int j = 0; j < 8; j++) {
      __m512i pairs = _mm512_loadu_si512(lower + 64 * (j / 4));
      __m512i two = j % 4 == 0 ? _mm512_slli_epi16(pairs, 1) : _mm512_srli_epi16(pairs, 2 * (j % 4) - 1);
      w[j] = _mm512_ternarylogic_epi32(_mm512_slli_epi16(w[j], 3), two, six, 0xF8);  // w | (two & six)
      w[j] = _mm512_ternarylogic_epi32(w[j], _mm512_srli_epi16(lowest, j), one, 0xF8);
    }
  }
  if (format == LLMK_Q6_K) {
    const __m512i high2 = _mm512_set1_epi8(0x30);
    for (int h = 0; h < 2; h++) {
      __m512i v = _mm512_loadu_si512(p + 256 + 64 * h);
      w[4 * h + 0] = _mm512_or_si512(w[4 * h + 0], _mm512_and_si512(_mm512_slli_epi16(v, 4), high2));
      w[4 * h + 1] = _mm512_or_si512(w[4 * h + 1], _mm512_and_si512(_mm512_slli_epi16(v, 2), high2));
      w[4 * h + 2] = _mm512_or_si512(w[4 * h + 2], _mm512_and_si512(v, high2));
      w[4 * h + 3] = _mm512_or_si512(w[4 * h + 3], _mm512_and_si512(_mm512_srli_epi16(v, 2), high2));
    }
  }
  if (format == LLMK_IQ4_NL || format == LLMK_IQ4_XS || format == LLMK_MXFP4) {
    // The format's value table plus 128.
    const __m128i nl = _mm_setr_epi8(1, 24, 45, 63, 79, 93, 106, 118, (char)129, (char)141, (char)153, (char)166,
                                     (char)181, (char)197, (char)217, (char)241);
    const __m128i fp4 = _mm_setr_epi8((char)128, (char)129, (char)130, (char)131, (char)132, (char)134, (char)136,
                                      (char)140, (char)128, 127, 126, 125, 124, 122, 120, 116);
    __m512i table = _mm512_broadcast_i32x4(format == LLMK_MXFP4 ? fp4 : nl);
    for (int j = 0; j < 8; j++) w[j] = _mm512_shuffle_epi8(table, w[j]);
  }
}

// Scale and min of the 16 rows of a strip for block b (and, for formats scaled per 16 columns, half h).
INLINE void load_scales(int format, const uint8_t *p, int b, int h, __m512 *scale, __m512 *min) {
  *min = _mm512_setzero_ps();
  switch (format) {
    case LLMK_Q4_1: case LLMK_Q5_1:
      *scale = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p + 64 * b)));
      *min = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p + 64 * b + 32)));
      break;
    case LLMK_Q4_K: case LLMK_Q5_K: {
      const uint8_t *s = p + 320 * (b >> 3), *u = s + 64 + 32 * (b & 7);
      __m512 d = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)s));
      __m512 dmin = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(s + 32)));
      *scale = _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)u))));
      __m512 m = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(u + 16))));
      *min = _mm512_sub_ps(_mm512_setzero_ps(), _mm512_mul_ps(dmin, m));
      break;
    }
    case LLMK_Q6_K: {
      const uint8_t *s = p + 288 * (b >> 3), *u = s + 32 + 32 * (b & 7) + 16 * h;
      __m512 d = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)s));
      *scale = _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)u))));
      break;
    }
    case LLMK_IQ4_XS: {
      const uint8_t *s = p + 160 * (b >> 3), *u = s + 32 + 16 * (b & 7);
      __m512 d = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)s));
      *scale = _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)u))));
      break;
    }
    case LLMK_MXFP4: {
      // 2^(e - 128): the table holds doubled values. Exponents below 2 are denormal floats.
      __m512i e = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(p + 16 * b)));
      __m512i normal = _mm512_slli_epi32(_mm512_sub_epi32(e, _mm512_set1_epi32(1)), 23);
      __m512i tiny = _mm512_sllv_epi32(_mm512_set1_epi32(0x00200000), e);
      *scale = _mm512_castsi512_ps(_mm512_mask_mov_epi32(normal, _mm512_cmplt_epu32_mask(e, _mm512_set1_epi32(2)), tiny));
      break;
    }
    case LLMK_W8:
      *scale = _mm512_loadu_ps(p + 256 * b + 128 * h);
      *min = _mm512_loadu_ps(p + 256 * b + 128 * h + 64);
      break;
    case LLMK_Q8_UPPER: {
      // Eight codes share their upper bits; their middle stands for them.
      __m512 d = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p + 32 * b)));
      *scale = _mm512_mul_ps(d, _mm512_set1_ps(8));
      *min = _mm512_mul_ps(d, _mm512_set1_ps(4));
      break;
    }
    default:
      *scale = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p + 32 * b)));
      break;
  }
}

INLINE int groups_of(int format) { return format == LLMK_Q6_K || format == LLMK_W8 ? 2 : 1; }
INLINE int uses_starts(int format) { return !llmk_has_mins(format); }
INLINE int uses_mins(int format) { return llmk_has_mins(format) || format == LLMK_W8 || format == LLMK_Q8_UPPER; }

INLINE __m512i dot4(__m512i acc, __m512i weights, const int8_t *activations) {
  int32_t four;
  memcpy(&four, activations, 4);
  return _mm512_dpbusd_epi32(acc, weights, _mm512_set1_epi32(four));
}

// MARK: Few tokens: unpack in registers

// One panel (two strips), NT tokens, NP planes, straight from the packed bytes.
INLINE void direct_panel(int format, int NT, int NP, const llmk_matrix *m, int32_t panel, const llmk_activations *a,
                         int32_t token, float *out, int64_t out_stride) {
  const int G = groups_of(format), shift = llmk_start_shift(format), bytes = llmk_code_bytes(format);
  const int nb = m->blocks;
  const int64_t columns = 32 * (int64_t)nb;
  const uint8_t *codes[2], *scales[2];
  for (int s = 0; s < 2; s++) {
    codes[s] = m->data + panel * m->panel_stride + s * bytes;
    scales[s] = m->data + panel * m->panel_stride + m->scale_offset + s * m->scale_stride;
  }
  const int8_t *ac = a->codes + token * NP * columns;
  const float *as = a->scales + (int64_t)token * nb;
  const int32_t *st = G == 2 ? a->starts16 + (int64_t)token * NP * 2 * nb : a->starts + (int64_t)token * NP * nb;
  const float *sm = G == 2 ? a->sums16 + (int64_t)token * 2 * nb : a->sums + (int64_t)token * nb;
  const int far_bytes = (int)((m->panel_stride + 128 * nb - 1) / (128 * nb)) * 64;
  const uint8_t *far = m->data + panel * m->panel_stride + PREFETCH_FAR;
  __m512 f[2][4];
  for (int s = 0; s < 2; s++)
    for (int t = 0; t < NT; t++) f[s][t] = _mm512_setzero_ps();
  for (int b = 0; b < nb; b++) {
    for (int s = 0; s < 2; s++) {
      const uint8_t *p = codes[s] + 2 * (int64_t)bytes * b;
      const uint8_t *fetch = llmk_ahead(a, far);
      for (int line = 0; line < far_bytes; line += 64) _mm_prefetch((const char *)(fetch + line), _MM_HINT_T1);
      for (int line = 0; line < bytes; line += 64) _mm_prefetch((const char *)(p + PREFETCH_NEAR + line), _MM_HINT_T0);
      const uint8_t *lower = llmk_lower_bits(m, panel, b, s);
      if (format == LLMK_Q8_SPLIT)
        for (int line = 0; line < LLMK_LOWER_BYTES; line += 64)
          _mm_prefetch((const char *)(lower + PREFETCH_NEAR + line), _MM_HINT_T0);
      far += far_bytes;
      __m512i w[8];
      load_codes(format, p, lower, w);
      for (int h = 0; h < G; h++) {
        __m512 ws, wm;
        load_scales(format, scales[s], b, h, &ws, &wm);
        const int first = 4 * h, count = G == 2 ? 4 : 8;
        for (int t = 0; t < NT; t++) {
          __m512i acc[2];
          for (int q = 0; q < NP; q++) {
            const int8_t *x = ac + (t * NP + q) * columns + 32 * b;
            __m512i even = uses_starts(format)
                               ? _mm512_set1_epi32(st[((int64_t)t * NP + q) * G * nb + G * b + h] >> shift)
                               : _mm512_setzero_si512();
            __m512i odd = _mm512_setzero_si512();
            for (int j = first; j < first + count; j += 2) {
              even = dot4(even, w[j], x + 4 * j);
              odd = dot4(odd, w[j + 1], x + 4 * (j + 1));
            }
            acc[q] = _mm512_add_epi32(even, odd);
          }
          __m512i total = NP == 2 ? _mm512_add_epi32(_mm512_slli_epi32(acc[0], 8), acc[1]) : acc[0];
          __m512 scale = _mm512_mul_ps(ws, _mm512_set1_ps(as[(int64_t)t * nb + b]));
          f[s][t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), scale, f[s][t]);
          if (uses_mins(format))
            f[s][t] = _mm512_fmadd_ps(wm, _mm512_set1_ps(sm[(int64_t)t * G * nb + G * b + h]), f[s][t]);
        }
      }
    }
  }
  for (int s = 0; s < 2; s++)
    for (int t = 0; t < NT; t++) _mm512_storeu_ps(out + t * out_stride + 16 * s, f[s][t]);
}

INLINE void direct(int format, const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                   int64_t out_stride) {
  for (int32_t panel = first; panel < last; panel++) {
    float *o = out + 32 * (int64_t)(panel - first);
    int32_t t = 0;
    if (a->planes == 2) {
      for (; t + 2 <= a->tokens; t += 2) direct_panel(format, 2, 2, m, panel, a, t, o + t * out_stride, out_stride);
      if (t < a->tokens) direct_panel(format, 1, 2, m, panel, a, t, o + t * out_stride, out_stride);
    } else {
      for (; t + 4 <= a->tokens; t += 4) direct_panel(format, 4, 1, m, panel, a, t, o + t * out_stride, out_stride);
      for (; t + 2 <= a->tokens; t += 2) direct_panel(format, 2, 1, m, panel, a, t, o + t * out_stride, out_stride);
      if (t < a->tokens) direct_panel(format, 1, 1, m, panel, a, t, o + t * out_stride, out_stride);
    }
  }
}

// MARK: Many tokens: unpack a panel, sweep the tokens

typedef struct panel_codes {
  uint8_t codes[2][PANEL_BLOCKS * 512];
  float scales[2][PANEL_BLOCKS * 2 * 16];
  float mins[2][PANEL_BLOCKS * 2 * 16];
} panel_codes;

INLINE void unpack_panel(int format, const llmk_matrix *m, int32_t panel, int b0, int nb, panel_codes *out) {
  const int G = groups_of(format), bytes = llmk_code_bytes(format);
  for (int s = 0; s < 2; s++) {
    const uint8_t *codes = m->data + panel * m->panel_stride + s * bytes;
    const uint8_t *scales = m->data + panel * m->panel_stride + m->scale_offset + s * m->scale_stride;
    for (int b = 0; b < nb; b++) {
      __m512i w[8];
      load_codes(format, codes + 2 * (int64_t)bytes * (b0 + b), llmk_lower_bits(m, panel, b0 + b, s), w);
      for (int j = 0; j < 8; j++) _mm512_store_si512(out->codes[s] + 512 * b + 64 * j, w[j]);
      for (int h = 0; h < G; h++) {
        __m512 ws, wm;
        load_scales(format, scales, b0 + b, h, &ws, &wm);
        _mm512_store_ps(out->scales[s] + 16 * (G * b + h), ws);
        if (uses_mins(format)) _mm512_store_ps(out->mins[s] + 16 * (G * b + h), wm);
      }
    }
  }
}

// NT tokens x 32 rows over the unpacked columns, added to `out` unless these are the first columns.
INLINE void panel_tile(int G, int STARTS, int MINS, int NT, int NP, int shift, const panel_codes *w, int b0, int nb,
                       const llmk_activations *a, int32_t token, float *out, int64_t out_stride, ahead_lines *ahead) {
  const int64_t columns = 32 * (int64_t)a->blocks, blocks = a->blocks;
  const int8_t *ac = a->codes + token * NP * columns + 32 * b0;
  const float *as = a->scales + token * blocks + b0;
  const int32_t *st = (G == 2 ? a->starts16 : a->starts) + token * NP * G * blocks + G * b0;
  const float *sm = (G == 2 ? a->sums16 : a->sums) + token * G * blocks + G * b0;
  __m512 f[2][6];
  for (int t = 0; t < NT; t++)
    for (int s = 0; s < 2; s++)
      f[s][t] = b0 == 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(out + t * out_stride + 16 * s);
  for (int b = 0; b < nb; b++) {
    if (ahead->count > 0) {
      for (int k = 0; k < ahead->step; k++) _mm_prefetch((const char *)(ahead->next + 64 * k), _MM_HINT_T1);
      ahead->next += 64 * (int64_t)ahead->step;
      ahead->count -= ahead->step;
    }
    for (int h = 0; h < G; h++) {
      __m512i acc[2][6];
      for (int t = 0; t < NT; t++)
        for (int q = 0; q < NP; q++) {
          __m512i start = STARTS ? _mm512_set1_epi32(st[(t * NP + q) * G * blocks + G * b + h]) : _mm512_setzero_si512();
          if (STARTS && shift) start = _mm512_srai_epi32(start, (unsigned)shift);
          acc[0][t * NP + q] = start;
          acc[1][t * NP + q] = start;
        }
      const uint8_t *w0 = w->codes[0] + 512 * b + 256 * h, *w1 = w->codes[1] + 512 * b + 256 * h;
      const int8_t *x = ac + 32 * b + 16 * h;
#pragma clang loop unroll(full)
      for (int j = 0; j < (G == 2 ? 4 : 8); j++) {
        __m512i v0 = _mm512_load_si512(w0 + 64 * j), v1 = _mm512_load_si512(w1 + 64 * j);
        for (int t = 0; t < NT * NP; t++) {
          int32_t four;
          memcpy(&four, x + t * columns + 4 * j, 4);
          __m512i v = _mm512_set1_epi32(four);
          acc[0][t] = _mm512_dpbusd_epi32(acc[0][t], v0, v);
          acc[1][t] = _mm512_dpbusd_epi32(acc[1][t], v1, v);
        }
      }
      for (int s = 0; s < 2; s++) {
        __m512 ws = _mm512_load_ps(w->scales[s] + 16 * (G * b + h));
        for (int t = 0; t < NT; t++) {
          __m512i total = NP == 2 ? _mm512_add_epi32(_mm512_slli_epi32(acc[s][2 * t], 8), acc[s][2 * t + 1])
                                  : acc[s][t];
          __m512 scale = _mm512_mul_ps(ws, _mm512_set1_ps(as[t * blocks + b]));
          f[s][t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), scale, f[s][t]);
          if (MINS)
            f[s][t] = _mm512_fmadd_ps(_mm512_load_ps(w->mins[s] + 16 * (G * b + h)),
                                      _mm512_set1_ps(sm[t * G * blocks + G * b + h]), f[s][t]);
        }
      }
    }
  }
  for (int t = 0; t < NT; t++)
    for (int s = 0; s < 2; s++) _mm512_storeu_ps(out + t * out_stride + 16 * s, f[s][t]);
}

#define TILE(NT, NP) \
  panel_tile(G, STARTS, MINS, NT, NP, shift, w, b0, nb, a, t, out + t * out_stride, out_stride, ahead)
INLINE void sweep(int G, int STARTS, int MINS, int shift, const panel_codes *w, int b0, int nb,
                  const llmk_activations *a, float *out, int64_t out_stride, ahead_lines *ahead) {
  int32_t t = 0;
  if (a->planes == 2) {
    for (; t + 3 <= a->tokens; t += 3) TILE(3, 2);
    if (a->tokens - t == 2) TILE(2, 2);
    else if (a->tokens - t == 1) TILE(1, 2);
  } else {
    for (; t + 6 <= a->tokens; t += 6) TILE(6, 1);
    switch (a->tokens - t) {
      case 5: TILE(5, 1); break;
      case 4: TILE(4, 1); break;
      case 3: TILE(3, 1); break;
      case 2: TILE(2, 1); break;
      case 1: TILE(1, 1); break;
    }
  }
}

#define SWEEP(NAME, G, STARTS, MINS)                                                                             \
  __attribute__((noinline)) TARGET static void NAME(int shift, const panel_codes *w, int b0, int nb,               \
                                                    const llmk_activations *a, float *out, int64_t out_stride,   \
                                                    ahead_lines *ahead) {                                        \
    sweep(G, STARTS, MINS, shift, w, b0, nb, a, out, out_stride, ahead);                                         \
  }
SWEEP(sweep_offset, 1, 1, 0)
SWEEP(sweep_mins, 1, 0, 1)
SWEEP(sweep_both, 1, 1, 1)
SWEEP(sweep_offset16, 2, 1, 0)
SWEEP(sweep_both16, 2, 1, 1)

INLINE void multiply_format(int format, const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a,
                            float *out, int64_t out_stride, void *scratch) {
  if (a->tokens * a->planes <= 4) {
    direct(format, m, first, last, a, out, out_stride);
    return;
  }
  panel_codes *w = scratch;
  const int nb = m->blocks, parts = (nb + PANEL_BLOCKS - 1) / PANEL_BLOCKS;
  const int32_t tiles = a->planes == 2 ? (a->tokens + 2) / 3 : (a->tokens + 5) / 6;
  const int64_t part_bytes = (m->panel_stride / parts + 63) / 64 * 64;
  for (int32_t panel = first; panel < last; panel++) {
    float *o = out + 32 * (int64_t)(panel - first);
    for (int part = 0; part < parts; part++) {
      const int b0 = part * nb / parts, count = (part + 1) * nb / parts - b0;
      ahead_lines ahead = {llmk_ahead(a, m->data + (panel + 1) * m->panel_stride + part * part_bytes),
                           (int32_t)(part_bytes / 64), 0};
      ahead.step = (ahead.count + tiles * count - 1) / (tiles * count);
      unpack_panel(format, m, panel, b0, count, w);
      const int shift = llmk_start_shift(format);
      if (groups_of(format) == 2) {
        if (uses_mins(format)) sweep_both16(shift, w, b0, count, a, o, out_stride, &ahead);
        else sweep_offset16(shift, w, b0, count, a, o, out_stride, &ahead);
      } else if (format == LLMK_Q8_UPPER) {
        sweep_both(shift, w, b0, count, a, o, out_stride, &ahead);
      } else if (uses_mins(format)) {
        sweep_mins(shift, w, b0, count, a, o, out_stride, &ahead);
      } else {
        sweep_offset(shift, w, b0, count, a, o, out_stride, &ahead);
      }
    }
  }
}

#define FORMAT(NAME, FORMAT_ID)                                                                                     \
  __attribute__((noinline)) TARGET static void NAME(const llmk_matrix *m, int32_t first, int32_t last,               \
                                                    const llmk_activations *a, float *out, int64_t out_stride,      \
                                                    void *scratch) {                                               \
    multiply_format(FORMAT_ID, m, first, last, a, out, out_stride, scratch);                                        \
  }
FORMAT(multiply_q4_0, LLMK_Q4_0)
FORMAT(multiply_q4_1, LLMK_Q4_1)
FORMAT(multiply_q5_0, LLMK_Q5_0)
FORMAT(multiply_q5_1, LLMK_Q5_1)
FORMAT(multiply_q8_0, LLMK_Q8_0)
FORMAT(multiply_q4_k, LLMK_Q4_K)
FORMAT(multiply_q5_k, LLMK_Q5_K)
FORMAT(multiply_q6_k, LLMK_Q6_K)
FORMAT(multiply_iq4_nl, LLMK_IQ4_NL)
FORMAT(multiply_iq4_xs, LLMK_IQ4_XS)
FORMAT(multiply_mxfp4, LLMK_MXFP4)
FORMAT(multiply_w8, LLMK_W8)
FORMAT(multiply_q8_split, LLMK_Q8_SPLIT)
FORMAT(multiply_q8_upper, LLMK_Q8_UPPER)

void llmk_multiply_int8_avx512(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a,
                               float *out, int64_t out_stride, void *scratch) {
  switch (m->format) {
    case LLMK_Q4_0: multiply_q4_0(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q4_1: multiply_q4_1(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q5_0: multiply_q5_0(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q5_1: multiply_q5_1(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q8_0: multiply_q8_0(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q4_K: multiply_q4_k(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q5_K: multiply_q5_k(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q6_K: multiply_q6_k(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_IQ4_NL: multiply_iq4_nl(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_IQ4_XS: multiply_iq4_xs(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_MXFP4: multiply_mxfp4(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_W8: multiply_w8(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q8_SPLIT: multiply_q8_split(m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q8_UPPER: multiply_q8_upper(m, first, last, a, out, out_stride, scratch); break;
  }
}

// MARK: Activations

TARGET void llmk_quantize_avx512(const float *values, int32_t blocks, int32_t planes, int8_t *codes, float *scales,
                                 int32_t *starts, float *sums, int32_t *starts16, float *sums16) {
  const __m512i magnitude = _mm512_set1_epi32(0x7fffffff), lowest = _mm512_set1_epi32(-128);
  for (int b = 0; b < blocks; b++) {
    __m512 x0 = _mm512_loadu_ps(values + 32 * b), x1 = _mm512_loadu_ps(values + 32 * b + 16);
    // Magnitudes compare as integers, where NaN is the largest: it reaches the scale and so the results.
    uint32_t top = _mm512_reduce_max_epu32(_mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(x0), magnitude),
                                                            _mm512_and_si512(_mm512_castps_si512(x1), magnitude)));
    float largest;
    memcpy(&largest, &top, sizeof largest);
    float scale = largest / 127.0f, inverse = largest > 1e-30f ? 127.0f / largest : 0.0f;
    __m512 iv = _mm512_set1_ps(inverse);
    __m512i q0 = _mm512_max_epi32(lowest, _mm512_cvtps_epi32(_mm512_mul_ps(x0, iv)));
    __m512i q1 = _mm512_max_epi32(lowest, _mm512_cvtps_epi32(_mm512_mul_ps(x1, iv)));
    _mm_storeu_si128((__m128i *)(codes + 32 * b), _mm512_cvtsepi32_epi8(q0));
    _mm_storeu_si128((__m128i *)(codes + 32 * b + 16), _mm512_cvtsepi32_epi8(q1));
    int32_t s0 = _mm512_reduce_add_epi32(q0), s1 = _mm512_reduce_add_epi32(q1);
    starts[b] = -128 * (s0 + s1);
    if (starts16) {
      starts16[2 * b] = -128 * s0;
      starts16[2 * b + 1] = -128 * s1;
    }
    if (planes == 2) {
      int8_t *codes2 = codes + 32 * (int64_t)blocks;
      float fine = scale * (1.0f / 256.0f);
      __m512 c = _mm512_set1_ps(scale), fi = _mm512_set1_ps(256.0f * inverse);
      __m512 r0 = _mm512_mul_ps(_mm512_fnmadd_ps(_mm512_cvtepi32_ps(q0), c, x0), fi);
      __m512 r1 = _mm512_mul_ps(_mm512_fnmadd_ps(_mm512_cvtepi32_ps(q1), c, x1), fi);
      const __m512i limit = _mm512_set1_epi32(127), floor = _mm512_set1_epi32(-128);
      __m512i p0 = _mm512_max_epi32(floor, _mm512_min_epi32(limit, _mm512_cvtps_epi32(r0)));
      __m512i p1 = _mm512_max_epi32(floor, _mm512_min_epi32(limit, _mm512_cvtps_epi32(r1)));
      _mm_storeu_si128((__m128i *)(codes2 + 32 * b), _mm512_cvtepi32_epi8(p0));
      _mm_storeu_si128((__m128i *)(codes2 + 32 * b + 16), _mm512_cvtepi32_epi8(p1));
      int32_t t0 = _mm512_reduce_add_epi32(p0), t1 = _mm512_reduce_add_epi32(p1);
      starts[blocks + b] = -128 * (t0 + t1);
      scales[b] = fine;
      sums[b] = fine * (float)(256 * (s0 + s1) + t0 + t1);
      if (starts16) {
        starts16[2 * blocks + 2 * b] = -128 * t0;
        starts16[2 * blocks + 2 * b + 1] = -128 * t1;
        sums16[2 * b] = fine * (float)(256 * s0 + t0);
        sums16[2 * b + 1] = fine * (float)(256 * s1 + t1);
      }
    } else {
      scales[b] = scale;
      sums[b] = scale * (float)(s0 + s1);
      if (starts16) {
        sums16[2 * b] = scale * (float)s0;
        sums16[2 * b + 1] = scale * (float)s1;
      }
    }
  }
}

#endif

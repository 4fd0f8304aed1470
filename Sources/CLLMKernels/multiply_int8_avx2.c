// Products of packed quantized matrices with int8 activations, AVX2.
//
// Method: that of multiply_int8_avx512.c with half lines (8 rows). Codes of 4, 5 and 6 bits multiply by vpmaddubsw and
// add up in 16 bits for as many lines as can never overflow: two products of a code and -128 are 3840, 7936 and 16128,
// so 8, 4 and 2 lines. Codes of 8 bits would overflow at once: they multiply as 16-bit numbers, columns 0 and 2 of a
// line apart from columns 1 and 3, and so do several tokens in two planes. Integers are exact and floats are joined in
// the same order as there, so both sets give the same bits.
#include "elementwise_avx2.h"

#if LLMK_X86
#include <string.h>

#define UNROLL _Pragma("clang loop unroll(full)")

enum { PREFETCH_NEAR = 2048 };

// What to fetch while a panel is swept: the next one.
typedef struct ahead_lines {
  const uint8_t *next;
  int32_t count;
  int32_t step;  // lines per block of a tile
} ahead_lines;

INLINE void fetch_some(ahead_lines *ahead) {
  if (ahead->count <= 0) return;
  for (int k = 0; k < ahead->step; k++) _mm_prefetch((const char *)(ahead->next + 64 * k), _MM_HINT_T1);
  ahead->next += 64 * (int64_t)ahead->step;
  ahead->count -= ahead->step;
}

enum { PANEL_BLOCKS = 16 };  // column blocks of a panel unpacked at once: 2 x 16 x 512 bytes

INLINE int groups_of(int format) { return format == LLMK_Q6_K || format == LLMK_W8 ? 2 : 1; }
INLINE int uses_starts(int format) { return !llmk_has_mins(format); }
INLINE int uses_mins(int format) { return llmk_has_mins(format) || format == LLMK_W8 || format == LLMK_Q8_UPPER; }

INLINE int code_bits(int format) {
  switch (format) {
    case LLMK_Q4_0: case LLMK_Q4_1: case LLMK_Q4_K: return 4;
    case LLMK_Q5_0: case LLMK_Q5_1: case LLMK_Q5_K: case LLMK_Q8_UPPER: return 5;
    case LLMK_Q6_K: return 6;
    default: return 8;
  }
}

INLINE __m256i load(const uint8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }

// Bit four of the codes of a line, in its place; a byte of `bits` has it for the eight lines.
INLINE __m256i fifth_bits(__m256i bits, int line) {
  __m256i moved = line < 4 ? _mm256_slli_epi16(bits, 4 - line) : _mm256_srli_epi16(bits, line - 4);
  return _mm256_and_si256(moved, _mm256_set1_epi8(16));
}

// Codes of 8 rows (half 0 or 1 of a strip) and a block as eight operands [row][4 columns]; `lower` holds lower bits.
INLINE void load_codes(int format, const uint8_t *p, const uint8_t *lower, int half, __m256i w[8]) {
  const __m256i low4 = _mm256_set1_epi8(0x0f);
  p += 32 * half;
  if (format == LLMK_Q8_0 || format == LLMK_W8) {
    for (int j = 0; j < 8; j++) w[j] = load(p + 64 * j);
    return;
  }
  for (int j = 0; j < 4; j++) {
    __m256i v = load(p + 64 * j);
    w[j] = _mm256_and_si256(v, low4);
    w[j + 4] = _mm256_and_si256(_mm256_srli_epi16(v, 4), low4);
  }
  if (llmk_code_bytes(format) == 320) {
    const __m256i bits = load(p + 256);
    UNROLL for (int j = 0; j < 8; j++) w[j] = _mm256_or_si256(w[j], fifth_bits(bits, j));
  }
  if (format == LLMK_Q8_SPLIT) {
    // Five bits move up within their bytes.
    const __m256i one = _mm256_set1_epi8(1), six = _mm256_set1_epi8(6), lowest = load(lower + 128 + 32 * half);
    UNROLL for (int j = 0; j < 8; j++) {
      __m256i pairs = load(lower + 64 * (j / 4) + 32 * half);
      __m256i two = j % 4 == 0 ? _mm256_slli_epi16(pairs, 1) : _mm256_srli_epi16(pairs, 2 * (j % 4) - 1);
      __m256i three = _mm256_or_si256(_mm256_and_si256(two, six), _mm256_and_si256(_mm256_srli_epi16(lowest, j), one));
      w[j] = _mm256_or_si256(_mm256_slli_epi16(w[j], 3), three);
    }
  }
  if (format == LLMK_Q6_K) {
    const __m256i high2 = _mm256_set1_epi8(0x30);
    for (int h = 0; h < 2; h++) {
      __m256i v = load(p + 256 + 64 * h);
      w[4 * h + 0] = _mm256_or_si256(w[4 * h + 0], _mm256_and_si256(_mm256_slli_epi16(v, 4), high2));
      w[4 * h + 1] = _mm256_or_si256(w[4 * h + 1], _mm256_and_si256(_mm256_slli_epi16(v, 2), high2));
      w[4 * h + 2] = _mm256_or_si256(w[4 * h + 2], _mm256_and_si256(v, high2));
      w[4 * h + 3] = _mm256_or_si256(w[4 * h + 3], _mm256_and_si256(_mm256_srli_epi16(v, 2), high2));
    }
  }
  if (format == LLMK_IQ4_NL || format == LLMK_IQ4_XS || format == LLMK_MXFP4) {
    // The format's value table plus 128.
    const __m128i nl = _mm_setr_epi8(1, 24, 45, 63, 79, 93, 106, 118, (char)129, (char)141, (char)153, (char)166,
                                     (char)181, (char)197, (char)217, (char)241);
    const __m128i fp4 = _mm_setr_epi8((char)128, (char)129, (char)130, (char)131, (char)132, (char)134, (char)136,
                                      (char)140, (char)128, 127, 126, 125, 124, 122, 120, 116);
    __m256i table = _mm256_broadcastsi128_si256(format == LLMK_MXFP4 ? fp4 : nl);
    for (int j = 0; j < 8; j++) w[j] = _mm256_shuffle_epi8(table, w[j]);
  }
}

INLINE __m256 load_halves(const uint8_t *p) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)); }
INLINE __m256i load_unsigned(const uint8_t *p) { return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)); }
INLINE __m256i load_signed(const uint8_t *p) { return _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p)); }

// Scale and min of 8 rows (half 0 or 1 of a strip) for block b and, for formats scaled per 16 columns, group h.
INLINE void load_scales(int format, const uint8_t *p, int b, int h, int half, __m256 *scale, __m256 *min) {
  *min = _mm256_setzero_ps();
  switch (format) {
    case LLMK_Q4_1: case LLMK_Q5_1:
      *scale = load_halves(p + 64 * b + 16 * half);
      *min = load_halves(p + 64 * b + 32 + 16 * half);
      break;
    case LLMK_Q4_K: case LLMK_Q5_K: {
      const uint8_t *s = p + 320 * (b >> 3), *u = s + 64 + 32 * (b & 7) + 8 * half;
      *scale = _mm256_mul_ps(load_halves(s + 16 * half), _mm256_cvtepi32_ps(load_unsigned(u)));
      __m256 m = _mm256_mul_ps(load_halves(s + 32 + 16 * half), _mm256_cvtepi32_ps(load_unsigned(u + 16)));
      *min = _mm256_sub_ps(_mm256_setzero_ps(), m);
      break;
    }
    case LLMK_Q6_K: {
      const uint8_t *s = p + 288 * (b >> 3), *u = s + 32 + 32 * (b & 7) + 16 * h + 8 * half;
      *scale = _mm256_mul_ps(load_halves(s + 16 * half), _mm256_cvtepi32_ps(load_signed(u)));
      break;
    }
    case LLMK_IQ4_XS: {
      const uint8_t *s = p + 160 * (b >> 3), *u = s + 32 + 16 * (b & 7) + 8 * half;
      *scale = _mm256_mul_ps(load_halves(s + 16 * half), _mm256_cvtepi32_ps(load_signed(u)));
      break;
    }
    case LLMK_MXFP4: {
      // 2^(e - 128): the table holds doubled values. Exponents below 2 are denormal floats.
      __m256i e = load_unsigned(p + 16 * b + 8 * half);
      __m256i normal = _mm256_slli_epi32(_mm256_sub_epi32(e, _mm256_set1_epi32(1)), 23);
      __m256i tiny = _mm256_sllv_epi32(_mm256_set1_epi32(0x00200000), e);
      *scale = _mm256_castsi256_ps(_mm256_blendv_epi8(normal, tiny, _mm256_cmpgt_epi32(_mm256_set1_epi32(2), e)));
      break;
    }
    case LLMK_W8:
      *scale = _mm256_loadu_ps((const float *)(p + 256 * b + 128 * h + 32 * half));
      *min = _mm256_loadu_ps((const float *)(p + 256 * b + 128 * h + 64 + 32 * half));
      break;
    case LLMK_Q8_UPPER: {
      // Eight codes share their upper bits; their middle stands for them.
      __m256 d = load_halves(p + 32 * b + 16 * half);
      *scale = _mm256_mul_ps(d, _mm256_set1_ps(8));
      *min = _mm256_mul_ps(d, _mm256_set1_ps(4));
      break;
    }
    default:
      *scale = load_halves(p + 32 * b + 16 * half);
      break;
  }
}

// Scales and mins of 8 rows for a block, to where block `to` of an unpacked panel has them: [block][group][16 rows].
INLINE void unpack_scales(int format, const uint8_t *p, int b, int to, int half, float *scales, float *mins) {
  const int G = groups_of(format);
  for (int h = 0; h < G; h++) {
    __m256 ws, wm;
    load_scales(format, p, b, h, half, &ws, &wm);
    _mm256_store_ps(scales + 16 * (G * to + h) + 8 * half, ws);
    if (uses_mins(format)) _mm256_store_ps(mins + 16 * (G * to + h) + 8 * half, wm);
  }
}

// MARK: Integer products of a group of columns

// Activations of a block as pairs of 16-bit numbers: columns 0 and 2 of each line, columns 1 and 3.
typedef struct wide_block {
  int32_t even[8], odd[8];
} wide_block;

INLINE void widen(const int8_t *x, wide_block *out) {
  __m256i v = _mm256_loadu_si256((const __m256i *)x);
  _mm256_storeu_si256((__m256i *)out->even, _mm256_srai_epi16(_mm256_slli_epi16(v, 8), 8));
  _mm256_storeu_si256((__m256i *)out->odd, _mm256_srai_epi16(v, 8));
}

INLINE void dot_wide(int H, int NV, const __m256i *w, const wide_block *wide, int line, __m256i acc[2][4]) {
  const __m256i low8 = _mm256_set1_epi16(0x00ff);
  __m256i even[2], odd[2];
  UNROLL for (int o = 0; o < H; o++) {
    even[o] = _mm256_and_si256(w[o], low8);
    odd[o] = _mm256_srli_epi16(w[o], 8);
  }
  UNROLL for (int v = 0; v < NV; v++) {
    __m256i xe = _mm256_set1_epi32(wide[v].even[line]), xo = _mm256_set1_epi32(wide[v].odd[line]);
    UNROLL for (int o = 0; o < H; o++) {
      acc[o][v] = _mm256_add_epi32(acc[o][v], _mm256_madd_epi16(even[o], xe));
      acc[o][v] = _mm256_add_epi32(acc[o][v], _mm256_madd_epi16(odd[o], xo));
    }
  }
}

// acc[o][v] += sum over LINES lines of w[line][o] . x[v], for two octets of rows and NV activation vectors, codes of at
// most 6 bits. `x` points to the first column of the group, vectors are `stride` apart.
INLINE void dots(int BITS, int NV, int LINES, const __m256i *w, const int8_t *x, int64_t stride, __m256i acc[2][4]) {
  const int span = BITS == 4 ? 8 : BITS == 5 ? 4 : 2;
  const __m256i ones = _mm256_set1_epi16(1);
  UNROLL for (int first = 0; first < LINES; first += span) {
    __m256i part[2][4];
    UNROLL for (int j = first; j < first + span; j++) {
      UNROLL for (int v = 0; v < NV; v++) {
        int32_t four;
        memcpy(&four, x + v * stride + 4 * j, 4);
        __m256i xv = _mm256_set1_epi32(four);
        UNROLL for (int o = 0; o < 2; o++) {
          __m256i product = _mm256_maddubs_epi16(w[2 * j + o], xv);
          part[o][v] = j == first ? product : _mm256_add_epi16(part[o][v], product);
        }
      }
    }
    UNROLL for (int v = 0; v < NV; v++)
      UNROLL for (int o = 0; o < 2; o++)
        acc[o][v] = _mm256_add_epi32(acc[o][v], _mm256_madd_epi16(part[o][v], ones));
  }
}

// sum += total * scales * scale of the token, and mins * sum of its values: 8 rows, a token, a group of columns.
INLINE void add_scaled(int MINS, __m256i total, const float *scales, const float *mins, const float *token_scale,
                       const float *token_sum, float *sum) {
  const __m256 scale = _mm256_mul_ps(_mm256_load_ps(scales), _mm256_set1_ps(*token_scale));
  __m256 y = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), scale, _mm256_load_ps(sum));
  if (MINS) y = _mm256_fmadd_ps(_mm256_load_ps(mins), _mm256_set1_ps(*token_sum), y);
  _mm256_store_ps(sum, y);
}

#include "multiply_int8_direct_avx2.h"
#include "multiply_int8_wide_avx2.h"

// MARK: Many tokens in one plane, codes of few bits: unpack a panel, sweep the tokens

typedef struct panel_codes {
  uint8_t codes[2][PANEL_BLOCKS * 512] __attribute__((aligned(64)));
  float scales[2][PANEL_BLOCKS * 2 * 16] __attribute__((aligned(64)));
  float mins[2][PANEL_BLOCKS * 2 * 16];
} panel_codes;

INLINE void unpack_panel(int format, const llmk_matrix *m, int32_t panel, int b0, int nb, panel_codes *out) {
  const int bytes = llmk_code_bytes(format);
  const uint8_t *codes = m->data + panel * m->panel_stride, *scales = codes + m->scale_offset;
  for (int s = 0; s < 2; s++) {
    for (int b = 0; b < nb; b++) {
      for (int o = 0; o < 2; o++) {
        __m256i w[8];
        load_codes(format, codes + (2 * (int64_t)(b0 + b) + s) * bytes, NULL, o, w);
        for (int j = 0; j < 8; j++)
          _mm256_store_si256((__m256i *)(out->codes[s] + 512 * b + 64 * j + 32 * o), w[j]);
        unpack_scales(format, scales + s * m->scale_stride, b0 + b, b, o, out->scales[s], out->mins[s]);
      }
    }
  }
}

// NT tokens x 32 rows over the unpacked columns, added to `out` unless these are the first columns.
INLINE void panel_tile(int BITS, int G, int STARTS, int MINS, int NT, int shift, const panel_codes *w, int b0, int nb,
                       const llmk_activations *a, int32_t token, float *out, int64_t out_stride, ahead_lines *ahead) {
  const int64_t columns = 32 * (int64_t)a->blocks, blocks = a->blocks;
  const int8_t *ac = a->codes + token * columns + 32 * b0;
  const float *as = a->scales + token * blocks + b0;
  const int32_t *st = (G == 2 ? a->starts16 : a->starts) + token * G * blocks + G * b0;
  const float *sm = (G == 2 ? a->sums16 : a->sums) + token * G * blocks + G * b0;
  float f[4][4][8] __attribute__((aligned(32)));
  for (int t = 0; t < NT; t++)
    for (int o = 0; o < 4; o++)
      _mm256_store_ps(f[t][o], b0 == 0 ? _mm256_setzero_ps() : _mm256_loadu_ps(out + t * out_stride + 8 * o));
  for (int b = 0; b < nb; b++) {
    fetch_some(ahead);
    // The next tile's activations lie rows apart, where no prefetcher of the processor expects them.
    for (int t = 0; t < NT; t++) _mm_prefetch((const char *)(ac + (NT + t) * columns + 32 * b), _MM_HINT_T0);
    for (int h = 0; h < G; h++) {
      for (int s = 0; s < 2; s++) {
        __m256i acc[2][4];
        UNROLL for (int t = 0; t < NT; t++) {
          acc[0][t] = STARTS ? _mm256_set1_epi32(st[t * G * blocks + G * b + h] >> shift) : _mm256_setzero_si256();
          acc[1][t] = acc[0][t];
        }
        dots(BITS, NT, 8 / G, (const __m256i *)(w->codes[s] + 512 * b + 256 * h), ac + 32 * b + 16 * h, columns, acc);
        const float *ws = w->scales[s] + 16 * (G * b + h), *wm = w->mins[s] + 16 * (G * b + h);
        UNROLL for (int t = 0; t < NT; t++) {
          UNROLL for (int o = 0; o < 2; o++) {
            add_scaled(MINS, acc[o][t], ws + 8 * o, wm + 8 * o, as + t * blocks + b, sm + t * G * blocks + G * b + h,
                       f[t][2 * s + o]);
          }
        }
      }
    }
  }
  for (int t = 0; t < NT; t++)
    for (int o = 0; o < 4; o++) _mm256_storeu_ps(out + t * out_stride + 8 * o, _mm256_load_ps(f[t][o]));
}

#define TILE(NT) panel_tile(BITS, G, STARTS, MINS, NT, shift, w, b0, nb, a, t, out + t * out_stride, out_stride, ahead)
INLINE void sweep(int BITS, int G, int STARTS, int MINS, int shift, const panel_codes *w, int b0, int nb,
                  const llmk_activations *a, float *out, int64_t out_stride, ahead_lines *ahead) {
  int32_t t = 0;
  for (; t + 4 <= a->tokens; t += 4) TILE(4);
  switch (a->tokens - t) {
    case 3: TILE(3); break;
    case 2: TILE(2); break;
    case 1: TILE(1); break;
  }
}

#define SWEEP(NAME, BITS, G, STARTS, MINS)                                                                       \
  __attribute__((noinline)) TARGET static void NAME(int shift, const panel_codes *w, int b0, int nb,               \
                                                    const llmk_activations *a, float *out, int64_t out_stride,   \
                                                    ahead_lines *ahead) {                                        \
    sweep(BITS, G, STARTS, MINS, shift, w, b0, nb, a, out, out_stride, ahead);                                   \
  }
SWEEP(sweep_4_offset, 4, 1, 1, 0)
SWEEP(sweep_4_mins, 4, 1, 0, 1)
SWEEP(sweep_5_offset, 5, 1, 1, 0)
SWEEP(sweep_5_mins, 5, 1, 0, 1)
SWEEP(sweep_5_both, 5, 1, 1, 1)
SWEEP(sweep_6_offset, 6, 2, 1, 0)

INLINE void multiply_format(int format, const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a,
                            float *out, int64_t out_stride, void *scratch) {
  if (a->tokens * a->planes <= 2) {
    direct(format, m, first, last, a, out, out_stride);
    return;
  }
  if (a->planes == 2 || code_bits(format) == 8) {
    multiply_wide(format, m, first, last, a, out, out_stride, scratch);
    return;
  }
  panel_codes *w = scratch;
  const int nb = m->blocks, parts = (nb + PANEL_BLOCKS - 1) / PANEL_BLOCKS, shift = llmk_start_shift(format);
  const int32_t tiles = (a->tokens + 3) / 4;
  const int64_t part_bytes = (m->panel_stride / parts + 63) / 64 * 64;
  for (int32_t panel = first; panel < last; panel++) {
    float *o = out + 32 * (int64_t)(panel - first);
    for (int part = 0; part < parts; part++) {
      const int b0 = part * nb / parts, count = (part + 1) * nb / parts - b0;
      ahead_lines ahead = {llmk_ahead(a, m->data + (panel + 1) * m->panel_stride + part * part_bytes),
                           (int32_t)(part_bytes / 64), 0};
      ahead.step = (ahead.count + tiles * count - 1) / (tiles * count);
      unpack_panel(format, m, panel, b0, count, w);
      switch (code_bits(format)) {
        case 4: (llmk_has_mins(format) ? sweep_4_mins : sweep_4_offset)(shift, w, b0, count, a, o, out_stride, &ahead); break;
        case 5:
          (format == LLMK_Q8_UPPER ? sweep_5_both : llmk_has_mins(format) ? sweep_5_mins : sweep_5_offset)(shift, w, b0, count, a, o, out_stride, &ahead); break;
        default: sweep_6_offset(shift, w, b0, count, a, o, out_stride, &ahead); break;
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

void llmk_multiply_int8_avx2(const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                             int64_t out_stride, void *scratch) {
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

INLINE float largest_magnitude(__m256i v) {
  __m128i four = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  __m128i two = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  return _mm_cvtss_f32(_mm_castsi128_ps(_mm_max_epi32(two, _mm_shuffle_epi32(two, 0xb1))));
}

// Rounds 32 values to bytes, returns the sums of the two halves.
INLINE void store_codes(const __m256i q[4], int8_t *codes, int32_t *s0, int32_t *s1) {
  // Packing works within 128-bit halves: the permutation restores the order.
  __m256i a = _mm256_packs_epi32(q[0], q[1]), b = _mm256_packs_epi32(q[2], q[3]);
  __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(a, b), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  _mm256_storeu_si256((__m256i *)codes, bytes);
  *s0 = llmk_sum_integers_avx2(_mm256_add_epi32(q[0], q[1]));
  *s1 = llmk_sum_integers_avx2(_mm256_add_epi32(q[2], q[3]));
}

TARGET void llmk_quantize_avx2(const float *values, int32_t blocks, int32_t planes, int8_t *codes, float *scales,
                               int32_t *starts, float *sums, int32_t *starts16, float *sums16) {
  const __m256i magnitude = _mm256_set1_epi32(0x7fffffff), lowest = _mm256_set1_epi32(-128);
  for (int b = 0; b < blocks; b++) {
    __m256 x[4];
    __m256i q[4], p[4], top = _mm256_setzero_si256();
    // Magnitudes compare as integers, where NaN is the largest: it reaches the scale and so the results.
    for (int i = 0; i < 4; i++) {
      x[i] = _mm256_loadu_ps(values + 32 * b + 8 * i);
      top = _mm256_max_epi32(top, _mm256_and_si256(_mm256_castps_si256(x[i]), magnitude));
    }
    const float largest = largest_magnitude(top);
    const float scale = largest / 127.0f, inverse = largest > 1e-30f ? 127.0f / largest : 0.0f;
    for (int i = 0; i < 4; i++)
      q[i] = _mm256_max_epi32(lowest, _mm256_cvtps_epi32(_mm256_mul_ps(x[i], _mm256_set1_ps(inverse))));
    int32_t s0, s1;
    store_codes(q, codes + 32 * b, &s0, &s1);
    starts[b] = -128 * (s0 + s1);
    if (starts16) {
      starts16[2 * b] = -128 * s0;
      starts16[2 * b + 1] = -128 * s1;
    }
    float step = scale;
    if (planes == 2) {
      step = scale * (1.0f / 256.0f);
      for (int i = 0; i < 4; i++) {
        __m256 rest = _mm256_fnmadd_ps(_mm256_cvtepi32_ps(q[i]), _mm256_set1_ps(scale), x[i]);
        __m256i r = _mm256_cvtps_epi32(_mm256_mul_ps(rest, _mm256_set1_ps(256.0f * inverse)));
        p[i] = _mm256_max_epi32(lowest, _mm256_min_epi32(_mm256_set1_epi32(127), r));
      }
      int32_t t0, t1;
      store_codes(p, codes + 32 * ((int64_t)blocks + b), &t0, &t1);
      starts[blocks + b] = -128 * (t0 + t1);
      if (starts16) {
        starts16[2 * (blocks + b)] = -128 * t0;
        starts16[2 * (blocks + b) + 1] = -128 * t1;
      }
      s0 = 256 * s0 + t0;
      s1 = 256 * s1 + t1;
    }
    scales[b] = step;
    sums[b] = step * (float)(s0 + s1);
    if (sums16) {
      sums16[2 * b] = step * (float)s0;
      sums16[2 * b + 1] = step * (float)s1;
    }
  }
}

#endif

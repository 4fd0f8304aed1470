// Products of packed quantized matrices with int8 activations, NEON with the dot product extension.
//
// Method: that of multiply_int8_avx512.c with quarter lines (4 rows) and a signed dot product. Codes below 128 are
// taken as they are, with the same starts; bytes are turned to signed by flipping their highest bit and need no start.
// A panel is unpacked once and swept over all tokens. Where the processor multiplies 8-bit matrices (i8mm), two tokens
// at a time meet two rows over eight columns. Integers are exact and floats are joined in the same order in every
// variant and instruction set, so all give the same bits.
#include "elementwise_neon.h"

#if LLMK_NEON
#include <string.h>

enum { PANEL_BLOCKS = 16 };  // column blocks of a panel unpacked at once: 2 x 16 x 512 bytes

INLINE int groups_of(int format) { return format == LLMK_Q6_K || format == LLMK_W8 ? 2 : 1; }
INLINE int uses_mins(int format) { return llmk_has_mins(format) || format == LLMK_W8 || format == LLMK_Q8_UPPER; }
// Formats of bytes lose their offset of 128 with the highest bit.
INLINE int uses_starts(int format) {
  return format == LLMK_Q4_0 || format == LLMK_Q5_0 || format == LLMK_Q6_K || format == LLMK_Q8_UPPER;
}

// Codes of a strip and block as lines [row][4 columns], signed; `lower` holds lower bits.
INLINE void unpack_codes(int format, const uint8_t *p, const uint8_t *lower, uint8_t *out) {
  const uint8x16_t low4 = vdupq_n_u8(0x0f);
  if (format == LLMK_Q8_0 || format == LLMK_W8) {
    for (int i = 0; i < 512; i += 16) vst1q_u8(out + i, veorq_u8(vld1q_u8(p + i), vdupq_n_u8(0x80)));
    return;
  }
  static const uint8_t nl[16] = {1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241};
  static const uint8_t fp4[16] = {128, 129, 130, 131, 132, 134, 136, 140, 128, 127, 126, 125, 124, 122, 120, 116};
  const int lookup = format == LLMK_IQ4_NL || format == LLMK_IQ4_XS || format == LLMK_MXFP4;
  const uint8x16_t table = veorq_u8(vld1q_u8(format == LLMK_MXFP4 ? fp4 : nl), vdupq_n_u8(0x80));
  const uint8x16_t sixteen = vdupq_n_u8(16), high2 = vdupq_n_u8(0x30);
  for (int j = 0; j < 8; j++) {
    for (int n = 0; n < 64; n += 16) {
      uint8x16_t v = vld1q_u8(p + 64 * (j & 3) + n);
      v = j < 4 ? vandq_u8(v, low4) : vshrq_n_u8(v, 4);
      if (llmk_code_bytes(format) == 320) {
        // Bit j, moved to bit 4.
        uint8x16_t moved = vshlq_u8(vld1q_u8(p + 256 + n), vdupq_n_s8((int8_t)(4 - j)));
        v = vorrq_u8(v, vandq_u8(moved, sixteen));
      }
      if (format == LLMK_Q8_SPLIT) {
        // Bits 2 (j % 4) and up, moved to bits 1 and 2; bit j, moved to bit 0.
        uint8x16_t two = vshlq_u8(vld1q_u8(lower + 64 * (j / 4) + n), vdupq_n_s8((int8_t)(1 - 2 * (j & 3))));
        uint8x16_t one = vshlq_u8(vld1q_u8(lower + 128 + n), vdupq_n_s8((int8_t)-j));
        uint8x16_t three = vorrq_u8(vandq_u8(two, vdupq_n_u8(6)), vandq_u8(one, vdupq_n_u8(1)));
        v = veorq_u8(vorrq_u8(vshlq_n_u8(v, 3), three), vdupq_n_u8(0x80));
      }
      if (format == LLMK_Q6_K) {
        uint8x16_t pairs = vld1q_u8(p + 256 + 64 * (j / 4) + n);
        // Bits 2 (j % 4) and up, moved to bits 4 and 5.
        pairs = vshlq_u8(pairs, vdupq_n_s8((int8_t)(4 - 2 * (j & 3))));
        v = vorrq_u8(v, vandq_u8(pairs, high2));
      }
      if (lookup) v = vqtbl1q_u8(table, v);
      vst1q_u8(out + 64 * j + n, v);
    }
  }
}

INLINE float32x4_t load_halves(const uint8_t *p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16((const uint16_t *)p))); }

INLINE void store_halves(const uint8_t *p, float *out) {
  for (int r = 0; r < 16; r += 4) vst1q_f32(out + r, load_halves(p + 2 * r));
}

// out = halves * bytes
INLINE void store_products(const uint8_t *halves, const uint8_t *bytes, int is_signed, int negate, float *out) {
  for (int r = 0; r < 16; r += 4) {
    float32x4_t d = load_halves(halves + 2 * r);
    float factors[4];
    for (int i = 0; i < 4; i++) factors[i] = is_signed ? (float)(int8_t)bytes[r + i] : (float)bytes[r + i];
    float32x4_t product = vmulq_f32(d, vld1q_f32(factors));
    vst1q_f32(out + r, negate ? vsubq_f32(vdupq_n_f32(0), product) : product);
  }
}

// Scales and mins of the 16 rows of a strip for block b and, for formats scaled per 16 columns, group h.
INLINE void unpack_scales(int format, const uint8_t *p, int b, int h, float *scale, float *min) {
  switch (format) {
    case LLMK_Q4_1: case LLMK_Q5_1:
      store_halves(p + 64 * b, scale);
      store_halves(p + 64 * b + 32, min);
      break;
    case LLMK_Q4_K: case LLMK_Q5_K: {
      const uint8_t *s = p + 320 * (b >> 3), *u = s + 64 + 32 * (b & 7);
      store_products(s, u, 0, 0, scale);
      store_products(s + 32, u + 16, 0, 1, min);
      break;
    }
    case LLMK_Q6_K: {
      const uint8_t *s = p + 288 * (b >> 3);
      store_products(s, s + 32 + 32 * (b & 7) + 16 * h, 1, 0, scale);
      break;
    }
    case LLMK_IQ4_XS: {
      const uint8_t *s = p + 160 * (b >> 3);
      store_products(s, s + 32 + 16 * (b & 7), 1, 0, scale);
      break;
    }
    case LLMK_MXFP4:
      // 2^(e - 128): the table holds doubled values. Exponents below 2 are denormal floats.
      for (int r = 0; r < 16; r++) {
        const uint32_t e = p[16 * b + r], bits = e < 2 ? 0x00200000u << e : (e - 1) << 23;
        memcpy(scale + r, &bits, 4);
      }
      break;
    case LLMK_W8:
      memcpy(scale, p + 256 * b + 128 * h, 64);
      memcpy(min, p + 256 * b + 128 * h + 64, 64);
      break;
    case LLMK_Q8_UPPER:
      // Eight codes share their upper bits; their middle stands for them.
      for (int r = 0; r < 16; r += 4) {
        const float32x4_t d = load_halves(p + 32 * b + 2 * r);
        vst1q_f32(scale + r, vmulq_n_f32(d, 8));
        vst1q_f32(min + r, vmulq_n_f32(d, 4));
      }
      break;
    default:
      store_halves(p + 32 * b, scale);
      break;
  }
}

typedef struct panel_codes {
  uint8_t codes[2][PANEL_BLOCKS * 512];
  float scales[2][PANEL_BLOCKS * 2 * 16];
  float mins[2][PANEL_BLOCKS * 2 * 16];
} panel_codes;

INLINE void unpack_panel(int format, const llmk_matrix *m, int32_t panel, int b0, int nb, panel_codes *out) {
  const int G = groups_of(format), bytes = llmk_code_bytes(format);
  const uint8_t *codes = m->data + panel * m->panel_stride, *scales = codes + m->scale_offset;
  for (int s = 0; s < 2; s++)
    for (int b = 0; b < nb; b++) {
      unpack_codes(format, codes + (2 * (int64_t)(b0 + b) + s) * bytes, llmk_lower_bits(m, panel, b0 + b, s),
                   out->codes[s] + 512 * b);
      for (int h = 0; h < G; h++)
        unpack_scales(format, scales + s * m->scale_stride, b0 + b, h, out->scales[s] + 16 * (G * b + h),
                      out->mins[s] + 16 * (G * b + h));
    }
}

// What a tile reads of the activations from column block b0 on.
typedef struct tile_activations {
  const int8_t *codes;
  const float *scales, *sums;
  const int32_t *starts;
  int64_t columns, blocks;
} tile_activations;

INLINE tile_activations activations_at(const llmk_activations *a, int G, int NP, int b0, int32_t token) {
  tile_activations x;
  x.columns = 32 * (int64_t)a->blocks;
  x.blocks = a->blocks;
  x.codes = a->codes + token * NP * x.columns + 32 * b0;
  x.scales = a->scales + token * x.blocks + b0;
  x.sums = (G == 2 ? a->sums16 : a->sums) + token * G * x.blocks + G * b0;
  x.starts = (G == 2 ? a->starts16 : a->starts) + token * NP * G * x.blocks + G * b0;
  return x;
}

INLINE int32x4_t start_of(int STARTS, int shift, const tile_activations *x, int G, int v, int b, int h) {
  return STARTS ? vdupq_n_s32(x->starts[(v * x->blocks + b) * G + h] >> shift) : vdupq_n_s32(0);
}

// sum += totals of a group * scales (+ mins)
INLINE void join(int G, int MINS, int NP, const int32x4_t *acc, const tile_activations *x, int t, int b, int h,
                 const float *scales, const float *mins, float *sum) {
  int32x4_t total = NP == 2 ? vaddq_s32(vshlq_n_s32(acc[0], 8), acc[1]) : acc[0];
  float32x4_t scale = vmulq_f32(vld1q_f32(scales), vdupq_n_f32(x->scales[t * x->blocks + b]));
  float32x4_t y = vfmaq_f32(vld1q_f32(sum), vcvtq_f32_s32(total), scale);
  if (MINS) y = vfmaq_f32(y, vld1q_f32(mins), vdupq_n_f32(x->sums[(t * x->blocks + b) * G + h]));
  vst1q_f32(sum, y);
}

// NT tokens x 32 rows over the unpacked columns, added to `out` unless these are the first columns.
DOT_INLINE void panel_tile(int G, int STARTS, int MINS, int NT, int NP, int shift, const panel_codes *w, int b0, int nb,
                           const llmk_activations *a, int32_t token, float *out, int64_t out_stride) {
  const int NV = NT * NP, lines = 8 / G;
  const tile_activations x = activations_at(a, G, NP, b0, token);
  float f[4][32];
  for (int t = 0; t < NT; t++)
    for (int r = 0; r < 32; r += 4)
      vst1q_f32(f[t] + r, b0 == 0 ? vdupq_n_f32(0) : vld1q_f32(out + t * out_stride + r));
  for (int b = 0; b < nb; b++)
    for (int h = 0; h < G; h++)
      for (int s = 0; s < 2; s++) {
        int32x4_t acc[4][4];  // [rows / 4][vector]
        for (int v = 0; v < NV; v++)
          for (int q = 0; q < 4; q++) acc[q][v] = start_of(STARTS, shift, &x, G, v, b, h);
        const int8_t *p = (const int8_t *)w->codes[s] + 512 * b + 256 * h;
        for (int part = 0; part < lines; part += 4) {
          int8x16_t values[4];
          for (int v = 0; v < NV; v++) values[v] = vld1q_s8(x.codes + v * x.columns + 32 * b + 16 * h + 4 * part);
#define LINE(J)                                                                                   \
  for (int q = 0; q < 4; q++) {                                                                   \
    const int8x16_t rows = vld1q_s8(p + 64 * (part + J) + 16 * q);                                \
    for (int v = 0; v < NV; v++) acc[q][v] = vdotq_laneq_s32(acc[q][v], rows, values[v], J);      \
  }
          LINE(0) LINE(1) LINE(2) LINE(3)
#undef LINE
        }
        const float *ws = w->scales[s] + 16 * (G * b + h), *wm = w->mins[s] + 16 * (G * b + h);
        for (int t = 0; t < NT; t++)
          for (int q = 0; q < 4; q++)
            join(G, MINS, NP, &acc[q][t * NP], &x, t, b, h, ws + 4 * q, wm + 4 * q, f[t] + 16 * s + 4 * q);
      }
  for (int t = 0; t < NT; t++)
    for (int r = 0; r < 32; r += 4) vst1q_f32(out + t * out_stride + r, vld1q_f32(f[t] + r));
}

#define TILE(NT, NP) panel_tile(G, STARTS, MINS, NT, NP, shift, w, b0, nb, a, t, out + t * out_stride, out_stride)
DOT_INLINE void sweep(int G, int STARTS, int MINS, int shift, const panel_codes *w, int b0, int nb,
                      const llmk_activations *a, int32_t t, float *out, int64_t out_stride) {
  if (a->planes == 2) {
    for (; t + 2 <= a->tokens; t += 2) TILE(2, 2);
    if (t < a->tokens) TILE(1, 2);
  } else {
    for (; t + 4 <= a->tokens; t += 4) TILE(4, 1);
    for (; t < a->tokens; t++) TILE(1, 1);
  }
}

// MARK: 8-bit matrix products

// Lines [16 rows][4 columns] of a block to [pair of rows][8 columns each]: 16 bytes per pair and 8 columns.
INLINE void pair_rows(panel_codes *w, int nb) {
  for (int s = 0; s < 2; s++)
    for (int i = 0; i < 4 * nb; i++) {
      uint8_t *p = w->codes[s] + 128 * i;
      uint32x4_t even[4], odd[4];
      for (int q = 0; q < 4; q++) {
        even[q] = vreinterpretq_u32_u8(vld1q_u8(p + 16 * q));
        odd[q] = vreinterpretq_u32_u8(vld1q_u8(p + 64 + 16 * q));
      }
      for (int q = 0; q < 4; q++) {
        vst1q_u8(p + 32 * q, vreinterpretq_u8_u32(vzip1q_u32(even[q], odd[q])));
        vst1q_u8(p + 32 * q + 16, vreinterpretq_u8_u32(vzip2q_u32(even[q], odd[q])));
      }
    }
}

// Four vectors (4 tokens, or 2 of two planes) x 32 rows; pairs of vectors meet pairs of rows.
MATRIX_INLINE void matrix_tile(int G, int STARTS, int MINS, int NP, int shift, const panel_codes *w, int b0, int nb,
                               const llmk_activations *a, int32_t token, float *out, int64_t out_stride) {
  const int NT = 4 / NP, steps = 4 / G;
  const tile_activations x = activations_at(a, G, NP, b0, token);
  float f[4][32];
  for (int t = 0; t < NT; t++)
    for (int r = 0; r < 32; r += 4)
      vst1q_f32(f[t] + r, b0 == 0 ? vdupq_n_f32(0) : vld1q_f32(out + t * out_stride + r));
  for (int b = 0; b < nb; b++)
    for (int h = 0; h < G; h++)
      for (int s = 0; s < 2; s++) {
        int32x4_t acc[2][8];  // [pair of vectors][pair of rows]: first vector with both rows, then second
        for (int u = 0; u < 2; u++) {
          int32x4_t start = vcombine_s32(vget_low_s32(start_of(STARTS, shift, &x, G, 2 * u, b, h)),
                                         vget_low_s32(start_of(STARTS, shift, &x, G, 2 * u + 1, b, h)));
          for (int q = 0; q < 8; q++) acc[u][q] = start;
        }
        const int8_t *p = (const int8_t *)w->codes[s] + 512 * b + 256 * h;
        for (int i = 0; i < steps; i++) {
          int8x16_t values[2];
          for (int u = 0; u < 2; u++) {
            const int8_t *v = x.codes + 2 * u * x.columns + 32 * b + 16 * h + 8 * i;
            values[u] = vcombine_s8(vld1_s8(v), vld1_s8(v + x.columns));
          }
          for (int q = 0; q < 8; q++) {
            const int8x16_t rows = vld1q_s8(p + 128 * i + 16 * q);
            acc[0][q] = vmmlaq_s32(acc[0][q], values[0], rows);
            acc[1][q] = vmmlaq_s32(acc[1][q], values[1], rows);
          }
        }
        const float *ws = w->scales[s] + 16 * (G * b + h), *wm = w->mins[s] + 16 * (G * b + h);
        for (int q = 0; q < 4; q++) {
          int32x4_t four[4];
          for (int v = 0; v < 4; v++) {
            const int32x4_t low = acc[v / 2][2 * q], high = acc[v / 2][2 * q + 1];
            four[v] = v % 2 ? vcombine_s32(vget_high_s32(low), vget_high_s32(high))
                            : vcombine_s32(vget_low_s32(low), vget_low_s32(high));
          }
          for (int t = 0; t < NT; t++)
            join(G, MINS, NP, &four[t * NP], &x, t, b, h, ws + 4 * q, wm + 4 * q, f[t] + 16 * s + 4 * q);
        }
      }
  for (int t = 0; t < NT; t++)
    for (int r = 0; r < 32; r += 4) vst1q_f32(out + t * out_stride + r, vld1q_f32(f[t] + r));
}

MATRIX_INLINE void matrix_sweep(int G, int STARTS, int MINS, int shift, const panel_codes *w, int b0, int nb,
                                const llmk_activations *a, int32_t count, float *out, int64_t out_stride) {
  for (int32_t t = 0; t < count; t += 4 / a->planes) {
    if (a->planes == 2)
      matrix_tile(G, STARTS, MINS, 2, shift, w, b0, nb, a, t, out + t * out_stride, out_stride);
    else
      matrix_tile(G, STARTS, MINS, 1, shift, w, b0, nb, a, t, out + t * out_stride, out_stride);
  }
}

// MARK: Variants

#define SWEEP(NAME, G, STARTS, MINS)                                                                              \
  __attribute__((noinline)) DOT_TARGET static void NAME(int shift, const panel_codes *w, int b0, int nb,           \
                                                        const llmk_activations *a, int32_t first, float *out,     \
                                                        int64_t out_stride) {                                     \
    sweep(G, STARTS, MINS, shift, w, b0, nb, a, first, out, out_stride);                                          \
  }                                                                                                               \
  __attribute__((noinline)) MATRIX_TARGET static void NAME##_matrix(                                              \
      int shift, const panel_codes *w, int b0, int nb, const llmk_activations *a, int32_t count, float *out,      \
      int64_t out_stride) {                                                                                       \
    matrix_sweep(G, STARTS, MINS, shift, w, b0, nb, a, count, out, out_stride);                                   \
  }
SWEEP(sweep_offset, 1, 1, 0)
SWEEP(sweep_mins, 1, 0, 1)
SWEEP(sweep_both, 1, 1, 1)
SWEEP(sweep_plain, 1, 0, 0)
SWEEP(sweep_offset16, 2, 1, 0)
SWEEP(sweep_mins16, 2, 0, 1)

typedef void sweep_function(int, const panel_codes *, int, int, const llmk_activations *, int32_t, float *, int64_t);

INLINE sweep_function *sweep_of(int format, int matrix) {
  if (format == LLMK_Q6_K) return matrix ? sweep_offset16_matrix : sweep_offset16;
  if (format == LLMK_W8) return matrix ? sweep_mins16_matrix : sweep_mins16;
  if (format == LLMK_Q8_UPPER) return matrix ? sweep_both_matrix : sweep_both;
  if (uses_mins(format)) return matrix ? sweep_mins_matrix : sweep_mins;
  if (uses_starts(format)) return matrix ? sweep_offset_matrix : sweep_offset;
  return matrix ? sweep_plain_matrix : sweep_plain;
}

INLINE void multiply_format(int format, int has_matrix, const llmk_matrix *m, int32_t first, int32_t last,
                            const llmk_activations *a, float *out, int64_t out_stride, void *scratch) {
  panel_codes *w = scratch;
  const int nb = m->blocks, parts = (nb + PANEL_BLOCKS - 1) / PANEL_BLOCKS, shift = llmk_start_shift(format);
  // Tokens in whole tiles of matrix products; the few others take dot products, before the rows are paired.
  const int32_t tile = 4 / a->planes, paired = has_matrix ? a->tokens / tile * tile : 0;
  for (int32_t panel = first; panel < last; panel++) {
    float *o = out + 32 * (int64_t)(panel - first);
    for (int part = 0; part < parts; part++) {
      const int b0 = part * nb / parts, count = (part + 1) * nb / parts - b0;
      unpack_panel(format, m, panel, b0, count, w);
      if (paired < a->tokens) sweep_of(format, 0)(shift, w, b0, count, a, paired, o, out_stride);
      if (paired > 0) {
        pair_rows(w, count);
        sweep_of(format, 1)(shift, w, b0, count, a, paired, o, out_stride);
      }
    }
  }
}

#define FORMAT(NAME, FORMAT_ID)                                                                                     \
  __attribute__((noinline)) static void NAME(int has_matrix, const llmk_matrix *m, int32_t first, int32_t last,      \
                                             const llmk_activations *a, float *out, int64_t out_stride,             \
                                             void *scratch) {                                                      \
    multiply_format(FORMAT_ID, has_matrix, m, first, last, a, out, out_stride, scratch);                            \
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

void llmk_multiply_int8_neon(int has_matrix, const llmk_matrix *m, int32_t first, int32_t last,
                             const llmk_activations *a, float *out, int64_t out_stride, void *scratch) {
  switch (m->format) {
    case LLMK_Q4_0: multiply_q4_0(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q4_1: multiply_q4_1(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q5_0: multiply_q5_0(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q5_1: multiply_q5_1(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q8_0: multiply_q8_0(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q4_K: multiply_q4_k(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q5_K: multiply_q5_k(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q6_K: multiply_q6_k(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_IQ4_NL: multiply_iq4_nl(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_IQ4_XS: multiply_iq4_xs(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_MXFP4: multiply_mxfp4(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_W8: multiply_w8(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q8_SPLIT: multiply_q8_split(has_matrix, m, first, last, a, out, out_stride, scratch); break;
    case LLMK_Q8_UPPER: multiply_q8_upper(has_matrix, m, first, last, a, out, out_stride, scratch); break;
  }
}

// MARK: Activations

// Limits codes to bytes, stores them and returns the sums of the two halves.
INLINE void store_codes(int32x4_t q[8], int8_t *codes, int32_t *s0, int32_t *s1) {
  const int32x4_t lowest = vdupq_n_s32(-128), highest = vdupq_n_s32(127);
  int32x4_t sum[2] = {vdupq_n_s32(0), vdupq_n_s32(0)};
  for (int i = 0; i < 8; i++) {
    q[i] = vmaxq_s32(lowest, vminq_s32(highest, q[i]));
    sum[i / 4] = vaddq_s32(sum[i / 4], q[i]);
  }
  for (int i = 0; i < 8; i += 2)
    vst1_s8(codes + 4 * i, vmovn_s16(vcombine_s16(vmovn_s32(q[i]), vmovn_s32(q[i + 1]))));
  *s0 = vaddvq_s32(sum[0]);
  *s1 = vaddvq_s32(sum[1]);
}

void llmk_quantize_neon(const float *values, int32_t blocks, int32_t planes, int8_t *codes, float *scales,
                        int32_t *starts, float *sums, int32_t *starts16, float *sums16) {
  for (int b = 0; b < blocks; b++) {
    float32x4_t x[8];
    int32x4_t q[8], p[8];
    uint32x4_t top = vdupq_n_u32(0);
    // Magnitudes compare as integers, where NaN is the largest: it reaches the scale and so the results.
    for (int i = 0; i < 8; i++) {
      x[i] = vld1q_f32(values + 32 * b + 4 * i);
      top = vmaxq_u32(top, vandq_u32(vreinterpretq_u32_f32(x[i]), vdupq_n_u32(0x7fffffff)));
    }
    const uint32_t bits = vmaxvq_u32(top);
    float largest;
    memcpy(&largest, &bits, 4);
    const float scale = largest / 127.0f, inverse = largest > 1e-30f ? 127.0f / largest : 0.0f;
    for (int i = 0; i < 8; i++) q[i] = vcvtnq_s32_f32(vmulq_n_f32(x[i], inverse));
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
      for (int i = 0; i < 8; i++) {
        float32x4_t rest = vfmsq_f32(x[i], vcvtq_f32_s32(q[i]), vdupq_n_f32(scale));
        p[i] = vcvtnq_s32_f32(vmulq_n_f32(rest, 256.0f * inverse));
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

// Part of multiply_int8_avx2.c: products of several tokens in 16-bit numbers, for codes of 8 bits, which overflow
// vpmaddubsw, and for activations in two planes, which are one 16-bit number here: half the multiplications.
//
// Some columns of up to 192 tokens are widened once for four panels; of each panel they are unpacked to 16-bit codes
// with their offset taken off, so that sums begin with the first products. A tile is 6 tokens x 16 rows in 12
// registers. Its integers are those of the other ways, and so are the bits of its results.
#ifndef LLMK_MULTIPLY_INT8_WIDE_AVX2_H
#define LLMK_MULTIPLY_INT8_WIDE_AVX2_H

// Column blocks taken at once (16 KiB of a panel's codes, read by every tile), tokens of a tile and of a sweep, panels
// of a sweep.
enum { WIDE_BLOCKS = 8, WIDE_TOKENS = 6, WIDE_SWEEP_TOKENS = 192, WIDE_PANELS = 4 };

typedef struct wide_part {
  wide_block x[WIDE_SWEEP_TOKENS][WIDE_BLOCKS] __attribute__((aligned(64)));
  // What the columns so far add up to. The rows of a result are often a power of two apart, where few stay in a cache.
  float sums[WIDE_PANELS][WIDE_SWEEP_TOKENS][32] __attribute__((aligned(64)));
  int16_t codes[2][WIDE_BLOCKS * 512] __attribute__((aligned(64)));  // [block][line][even, odd][16 rows][2 columns]
  float scales[2][WIDE_BLOCKS * 2 * 16] __attribute__((aligned(64)));
  float mins[2][WIDE_BLOCKS * 2 * 16];
} wide_part;
_Static_assert(sizeof(wide_part) <= LLMK_SCRATCH_BYTES, "what a sweep needs fits scratch memory");

INLINE void widen_tokens(const llmk_activations *a, int32_t token, int32_t tokens, int b0, int nb, wide_part *out) {
  const int64_t columns = 32 * (int64_t)a->blocks;
  for (int32_t t = 0; t < tokens; t++) {
    const int8_t *codes = a->codes + (token + t) * a->planes * columns + 32 * b0;
    for (int b = 0; b < nb; b++, codes += 32) {
      if (a->planes == 2) widen_planes(codes, codes + columns, &out->x[t][b]);
      else widen(codes, &out->x[t][b]);
    }
  }
}

INLINE void unpack_wide(int format, const llmk_matrix *m, int32_t panel, int b0, int nb, wide_part *out) {
  const int bytes = llmk_code_bytes(format);
  const uint8_t *codes = m->data + panel * m->panel_stride, *scales = codes + m->scale_offset;
  const __m256i low8 = _mm256_set1_epi16(0x00ff);
  const __m256i offset = _mm256_set1_epi16(uses_starts(format) ? 128 >> llmk_start_shift(format) : 0);
  for (int s = 0; s < 2; s++) {
    for (int b = 0; b < nb; b++) {
      for (int o = 0; o < 2; o++) {
        __m256i w[8], *place = (__m256i *)(out->codes[s] + 512 * b + 16 * o);
        load_codes(format, codes + (2 * (int64_t)(b0 + b) + s) * bytes, llmk_lower_bits(m, panel, b0 + b, s), o, w);
        UNROLL for (int j = 0; j < 8; j++) {
          _mm256_store_si256(place + 4 * j, _mm256_sub_epi16(_mm256_and_si256(w[j], low8), offset));
          _mm256_store_si256(place + 4 * j + 2, _mm256_sub_epi16(_mm256_srli_epi16(w[j], 8), offset));
        }
        unpack_scales(format, scales + s * m->scale_stride, b0 + b, b, o, out->scales[s], out->mins[s]);
      }
    }
  }
}

// acc[t][o] = sum over LINES lines of w[line][o] . x[t][line], for two octets of rows.
INLINE void wide_dots(int NT, int LINES, const int16_t *w, const int32_t *even, __m256i acc[WIDE_TOKENS][2]) {
  const __m256i *c = (const __m256i *)w;
  enum { TOKEN = WIDE_BLOCKS * sizeof(wide_block) / 4, ODD = 8 };
  UNROLL for (int t = 0; t < NT; t++) {
    const __m256i e = _mm256_set1_epi32(even[TOKEN * t]), o = _mm256_set1_epi32(even[TOKEN * t + ODD]);
    acc[t][0] = _mm256_add_epi32(_mm256_madd_epi16(c[0], e), _mm256_madd_epi16(c[2], o));
    acc[t][1] = _mm256_add_epi32(_mm256_madd_epi16(c[1], e), _mm256_madd_epi16(c[3], o));
  }
  // Unrolled, the compiler would load ahead and spill.
  _Pragma("clang loop unroll(disable)") for (int j = 1; j < LINES; j++) {
    UNROLL for (int p = 0; p < 2; p++) {
      const __m256i w0 = c[4 * j + 2 * p], w1 = c[4 * j + 2 * p + 1];
      UNROLL for (int t = 0; t < NT; t++) {
        const __m256i v = _mm256_set1_epi32(even[TOKEN * t + ODD * p + j]);
        acc[t][0] = _mm256_add_epi32(acc[t][0], _mm256_madd_epi16(w0, v));
        acc[t][1] = _mm256_add_epi32(acc[t][1], _mm256_madd_epi16(w1, v));
      }
    }
  }
}

// NT tokens x 32 rows over these columns, added to `sums` unless they are the first, and put into `out` if they are the
// last. `x` and `sums` are of the first token.
INLINE void wide_tile(int G, int MINS, int NT, const wide_part *w, const wide_block *x, int b0, int nb,
                      const llmk_activations *a, int32_t token, float *sums, float *out, int64_t out_stride,
                      ahead_lines *ahead) {
  const int64_t blocks = a->blocks;
  const float *as = a->scales + token * blocks + b0;
  const float *sm = (G == 2 ? a->sums16 : a->sums) + token * G * blocks + G * b0;
  float f[WIDE_TOKENS][4][8] __attribute__((aligned(32)));
  for (int t = 0; t < NT; t++)
    for (int o = 0; o < 4; o++)
      _mm256_store_ps(f[t][o], b0 == 0 ? _mm256_setzero_ps() : _mm256_load_ps(sums + 32 * t + 8 * o));
  for (int b = 0; b < nb; b++) {
    fetch_some(ahead);
    for (int h = 0; h < G; h++) {
      for (int s = 0; s < 2; s++) {
        __m256i acc[WIDE_TOKENS][2];
        wide_dots(NT, 8 / G, w->codes[s] + 512 * b + 256 * h, x[b].even + 4 * h, acc);
        const float *ws = w->scales[s] + 16 * (G * b + h), *wm = w->mins[s] + 16 * (G * b + h);
        UNROLL for (int t = 0; t < NT; t++) {
          UNROLL for (int o = 0; o < 2; o++) {
            add_scaled(MINS, acc[t][o], ws + 8 * o, wm + 8 * o, as + t * blocks + b, sm + t * G * blocks + G * b + h,
                       f[t][2 * s + o]);
          }
        }
      }
    }
  }
  float *place = b0 + nb == blocks ? out : sums;
  const int64_t stride = b0 + nb == blocks ? out_stride : 32;
  for (int t = 0; t < NT; t++)
    for (int o = 0; o < 4; o++) _mm256_storeu_ps(place + t * stride + 8 * o, _mm256_load_ps(f[t][o]));
}

// Tokens [token, token + tokens), in tiles of about the same size.
INLINE void wide_sweep(int G, int MINS, const wide_part *w, int b0, int nb, const llmk_activations *a, int32_t token,
                       int32_t tokens, float *sums, float *out, int64_t stride, ahead_lines *ahead) {
  for (int32_t done = 0, tiles = (tokens + WIDE_TOKENS - 1) / WIDE_TOKENS; tiles > 0; tiles--) {
    const int32_t count = (tokens - done + tiles - 1) / tiles, t = token + done;
    const wide_block *x = w->x[done];
    float *f = sums + 32 * done, *o = out + t * stride;
    switch (count) {
      case 6: wide_tile(G, MINS, 6, w, x, b0, nb, a, t, f, o, stride, ahead); break;
      case 5: wide_tile(G, MINS, 5, w, x, b0, nb, a, t, f, o, stride, ahead); break;
      case 4: wide_tile(G, MINS, 4, w, x, b0, nb, a, t, f, o, stride, ahead); break;
      case 3: wide_tile(G, MINS, 3, w, x, b0, nb, a, t, f, o, stride, ahead); break;
      case 2: wide_tile(G, MINS, 2, w, x, b0, nb, a, t, f, o, stride, ahead); break;
      default: wide_tile(G, MINS, 1, w, x, b0, nb, a, t, f, o, stride, ahead); break;
    }
    done += count;
  }
}

#define WIDE_SWEEP(NAME, G, MINS)                                                                                  \
  __attribute__((noinline)) TARGET static void NAME(const wide_part *w, int b0, int nb, const llmk_activations *a, \
                                                    int32_t token, int32_t tokens, float *sums, float *out,       \
                                                    int64_t stride, ahead_lines *ahead) {                         \
    wide_sweep(G, MINS, w, b0, nb, a, token, tokens, sums, out, stride, ahead);                                   \
  }
WIDE_SWEEP(wide_sweep_offset, 1, 0)
WIDE_SWEEP(wide_sweep_mins, 1, 1)
WIDE_SWEEP(wide_sweep_offset_16, 2, 0)
WIDE_SWEEP(wide_sweep_mins_16, 2, 1)

// Some panels (their sums wait in the second-level cache) for tokens [token, token + tokens).
INLINE void wide_panels(int format, const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a,
                        int32_t token, int32_t tokens, float *out, int64_t out_stride, wide_part *w) {
  const int nb = m->blocks, parts = (nb + WIDE_BLOCKS - 1) / WIDE_BLOCKS;
  const int32_t tiles = (tokens + WIDE_TOKENS - 1) / WIDE_TOKENS;
  const int64_t block_bytes = 2 * llmk_code_bytes(format);
  for (int part = 0; part < parts; part++) {
    const int b0 = part * nb / parts, count = (part + 1) * nb / parts - b0;
    widen_tokens(a, token, tokens, b0, count, w);
    for (int32_t panel = first; panel < last; panel++) {
      // What is unpacked next: these columns of the next panel, or the next ones of the first; then the next panels.
      const uint8_t *next = m->data + (panel + 1) * m->panel_stride + block_bytes * b0;
      if (panel == last - 1)
        next = part + 1 < parts ? m->data + first * m->panel_stride + block_bytes * (b0 + count)
                                : m->data + last * m->panel_stride;
      ahead_lines ahead = {llmk_ahead(a, next), (int32_t)((block_bytes * count + 63) / 64), 0};
      ahead.step = (ahead.count + tiles * count - 1) / (tiles * count);
      float *sums = w->sums[panel - first][0], *o = out + 32 * (int64_t)(panel - first);
      unpack_wide(format, m, panel, b0, count, w);
      if (groups_of(format) == 2)
        (uses_mins(format) ? wide_sweep_mins_16 : wide_sweep_offset_16)(w, b0, count, a, token, tokens, sums, o,
                                                                        out_stride, &ahead);
      else
        (uses_mins(format) ? wide_sweep_mins : wide_sweep_offset)(w, b0, count, a, token, tokens, sums, o, out_stride,
                                                                  &ahead);
    }
  }
}

INLINE void multiply_wide(int format, const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a,
                          float *out, int64_t out_stride, wide_part *w) {
  const int32_t sweeps = (a->tokens + WIDE_SWEEP_TOKENS - 1) / WIDE_SWEEP_TOKENS;
  for (int32_t panel = first; panel < last; panel += WIDE_PANELS) {
    const int32_t end = panel + WIDE_PANELS < last ? panel + WIDE_PANELS : last;
    for (int32_t sweep = 0; sweep < sweeps; sweep++) {
      const int32_t token = (int32_t)((int64_t)a->tokens * sweep / sweeps);
      const int32_t behind = (int32_t)((int64_t)a->tokens * (sweep + 1) / sweeps);
      wide_panels(format, m, panel, end, a, token, behind - token, out + 32 * (int64_t)(panel - first), out_stride, w);
    }
  }
}

#endif

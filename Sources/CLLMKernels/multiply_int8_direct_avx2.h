// Part of multiply_int8_avx2.c: products of one or two tokens, whose weights come from memory once and stay in registers.
#ifndef LLMK_MULTIPLY_INT8_DIRECT_AVX2_H
#define LLMK_MULTIPLY_INT8_DIRECT_AVX2_H

// MARK: Few tokens: unpack in registers

// Both planes of a block's activations as one 16-bit number, 256 * plane 0 + plane 1.
INLINE void widen_planes(const int8_t *high, const int8_t *low, wide_block *out) {
  __m256i h = _mm256_loadu_si256((const __m256i *)high), l = _mm256_loadu_si256((const __m256i *)low);
  __m256i even = _mm256_add_epi16(_mm256_slli_epi16(h, 8), _mm256_srai_epi16(_mm256_slli_epi16(l, 8), 8));
  __m256i odd = _mm256_add_epi16(_mm256_and_si256(h, _mm256_set1_epi16((short)0xff00)), _mm256_srai_epi16(l, 8));
  _mm256_storeu_si256((__m256i *)out->even, even);
  _mm256_storeu_si256((__m256i *)out->odd, odd);
}

INLINE __m256i four_columns(const int8_t *x) {
  int32_t four;
  memcpy(&four, x, 4);
  return _mm256_set1_epi32(four);
}

// acc[o][v] += codes of 16 rows (two octets o) and a group of columns . x[v], unpacked as they are needed: every four
// columns of the activations are loaded once for both octets.
INLINE void dots_in_place(int format, int NV, int h, const uint8_t *p, const uint8_t *lower, const int8_t *x,
                          int64_t stride, const wide_block *wide, int NW, __m256i acc[2][4]) {
  const int BITS = code_bits(format);
  const __m256i low4 = _mm256_set1_epi8(0x0f), ones = _mm256_set1_epi16(1);
  if (BITS == 8) {
    if (format == LLMK_Q8_0 || format == LLMK_W8) {
      const int lines = 8 / groups_of(format);
      UNROLL for (int j = 0; j < lines; j++) {
        __m256i w[2] = {load(p + 64 * (lines * h + j)), load(p + 64 * (lines * h + j) + 32)};
        dot_wide(2, NW, w, wide, lines * h + j, acc);
      }
      return;
    }
    UNROLL for (int o = 0; o < 2; o++) {
      __m256i w[8], one[2][4];
      load_codes(format, p, lower, o, w);
      UNROLL for (int v = 0; v < NW; v++) one[0][v] = acc[o][v];
      UNROLL for (int j = 0; j < 8; j++) dot_wide(1, NW, w + j, wide, j, one);
      UNROLL for (int v = 0; v < NW; v++) acc[o][v] = one[0][v];
    }
    return;
  }
  if (BITS == 6) {
    const __m256i high2 = _mm256_set1_epi8(0x30);
    __m256i q[2] = {load(p + 256 + 64 * h), load(p + 256 + 64 * h + 32)};
    UNROLL for (int i = 0; i < 4; i += 2) {
      __m256i part[2][4];
      UNROLL for (int k = i; k < i + 2; k++) {
        __m256i w[2];
        UNROLL for (int o = 0; o < 2; o++) {
          __m256i v = load(p + 64 * k + 32 * o);
          __m256i nibble = _mm256_and_si256(h ? _mm256_srli_epi16(v, 4) : v, low4);
          __m256i two = k == 0   ? _mm256_slli_epi16(q[o], 4)
                        : k == 1 ? _mm256_slli_epi16(q[o], 2)
                        : k == 2 ? q[o]
                                 : _mm256_srli_epi16(q[o], 2);
          w[o] = _mm256_or_si256(nibble, _mm256_and_si256(two, high2));
        }
        UNROLL for (int v = 0; v < NV; v++) {
          __m256i xv = four_columns(x + v * stride + 4 * k);
          UNROLL for (int o = 0; o < 2; o++) {
            __m256i product = _mm256_maddubs_epi16(w[o], xv);
            part[o][v] = k == i ? product : _mm256_add_epi16(part[o][v], product);
          }
        }
      }
      UNROLL for (int v = 0; v < NV; v++)
        UNROLL for (int o = 0; o < 2; o++)
          acc[o][v] = _mm256_add_epi32(acc[o][v], _mm256_madd_epi16(part[o][v], ones));
    }
    return;
  }
  const int step = BITS == 4 ? 4 : 2;  // loads, each of two lines, until 16 bits are full
  UNROLL for (int first = 0; first < 4; first += step) {
    __m256i part[2][4], fifth[2];
    if (BITS == 5) {
      UNROLL for (int o = 0; o < 2; o++) fifth[o] = load(p + 256 + 32 * o);
    }
    UNROLL for (int j = first; j < first + step; j++) {
      __m256i low[2], high[2];
      UNROLL for (int o = 0; o < 2; o++) {
        __m256i v = load(p + 64 * j + 32 * o);
        low[o] = _mm256_and_si256(v, low4);
        high[o] = _mm256_and_si256(_mm256_srli_epi16(v, 4), low4);
        if (BITS == 5) {
          low[o] = _mm256_or_si256(low[o], fifth_bits(fifth[o], j));
          high[o] = _mm256_or_si256(high[o], fifth_bits(fifth[o], j + 4));
        }
      }
      UNROLL for (int v = 0; v < NV; v++) {
        __m256i xl = four_columns(x + v * stride + 4 * j), xh = four_columns(x + v * stride + 4 * j + 16);
        UNROLL for (int o = 0; o < 2; o++) {
          __m256i product = _mm256_maddubs_epi16(low[o], xl);
          part[o][v] = j == first ? product : _mm256_add_epi16(part[o][v], product);
          part[o][v] = _mm256_add_epi16(part[o][v], _mm256_maddubs_epi16(high[o], xh));
        }
      }
    }
    UNROLL for (int v = 0; v < NV; v++)
      UNROLL for (int o = 0; o < 2; o++)
        acc[o][v] = _mm256_add_epi32(acc[o][v], _mm256_madd_epi16(part[o][v], ones));
  }
}

// One panel (two strips of two octets of rows), NT tokens, NP planes, straight from the packed bytes.
INLINE void direct_panel(int format, int NT, int NP, const llmk_matrix *m, int32_t panel, const llmk_activations *a,
                         int32_t token, float *out, int64_t out_stride) {
  const int G = groups_of(format), shift = llmk_start_shift(format), bytes = llmk_code_bytes(format);
  const int BITS = code_bits(format), NV = NT * NP;
  // Codes of 8 bits multiply as 16-bit numbers: both planes at once.
  const int joined = BITS == 8 && NP == 2, NW = joined ? NT : NV;
  const int nb = m->blocks;
  const int64_t columns = 32 * (int64_t)nb;
  const uint8_t *codes = m->data + panel * m->panel_stride, *scales = codes + m->scale_offset;
  const int8_t *ac = a->codes + token * NP * columns;
  const float *as = a->scales + (int64_t)token * nb;
  const int32_t *st = G == 2 ? a->starts16 + (int64_t)token * NP * 2 * nb : a->starts + (int64_t)token * NP * nb;
  const float *sm = G == 2 ? a->sums16 + (int64_t)token * 2 * nb : a->sums + (int64_t)token * nb;
  // In a share's last panel the thread's next product is fetched, too: it begins somewhere else.
  const int is_last = a->ahead_end && codes + m->panel_stride >= a->ahead_end;
  const uint8_t *next = is_last ? a->ahead_end + a->ahead_jump : NULL;
  __m256 f[4][4];
  UNROLL for (int o = 0; o < 4; o++)
    UNROLL for (int t = 0; t < NT; t++) f[o][t] = _mm256_setzero_ps();
  for (int b = 0; b < nb; b++) {
    wide_block wide[4];
    if (BITS == 8) {
      UNROLL for (int v = 0; v < NW; v++) {
        if (joined) widen_planes(ac + 2 * v * columns + 32 * b, ac + (2 * v + 1) * columns + 32 * b, &wide[v]);
        else widen(ac + v * columns + 32 * b, &wide[v]);
      }
    }
    UNROLL for (int s = 0; s < 2; s++) {
      const uint8_t *p = codes + (2 * (int64_t)b + s) * bytes, *lower = NULL;
      for (int line = 0; line < bytes; line += 64) _mm_prefetch((const char *)(p + PREFETCH_NEAR + line), _MM_HINT_T0);
      if (format == LLMK_Q8_SPLIT) {
        lower = llmk_lower_bits(m, panel, b, s);
        for (int line = 0; line < LLMK_LOWER_BYTES; line += 64)
          _mm_prefetch((const char *)(lower + PREFETCH_NEAR + line), _MM_HINT_T0);
      }
      if (next) {
        for (int line = 0; line < bytes; line += 64) _mm_prefetch((const char *)(next + line), _MM_HINT_T1);
        next += bytes;
      }
      UNROLL for (int h = 0; h < G; h++) {
        __m256i acc[2][4];
        UNROLL for (int v = 0; v < NW; v++) {
          acc[0][v] = _mm256_setzero_si256();
          if (uses_starts(format)) {
            const int32_t *start = st + ((int64_t)(joined ? 2 * v : v) * nb + b) * G + h;
            acc[0][v] = _mm256_set1_epi32(joined ? 256 * start[0] + start[(int64_t)nb * G] : start[0] >> shift);
          }
          acc[1][v] = acc[0][v];
        }
        dots_in_place(format, NV, h, p, lower, ac + 32 * b + 16 * h, columns, wide, NW, acc);
        UNROLL for (int o = 0; o < 2; o++) {
          __m256 ws, wm;
          load_scales(format, scales + s * m->scale_stride, b, h, o, &ws, &wm);
          UNROLL for (int t = 0; t < NT; t++) {
            __m256i total = NP == 2 && !joined
                                ? _mm256_add_epi32(_mm256_slli_epi32(acc[o][2 * t], 8), acc[o][2 * t + 1])
                                : acc[o][t];
            __m256 scale = _mm256_mul_ps(ws, _mm256_set1_ps(as[(int64_t)t * nb + b]));
            __m256 *sum = &f[2 * s + o][t];
            *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), scale, *sum);
            if (uses_mins(format))
              *sum = _mm256_fmadd_ps(wm, _mm256_set1_ps(sm[((int64_t)t * nb + b) * G + h]), *sum);
          }
        }
      }
    }
  }
  UNROLL for (int o = 0; o < 4; o++)
    UNROLL for (int t = 0; t < NT; t++) _mm256_storeu_ps(out + t * out_stride + 8 * o, f[o][t]);
}

INLINE void direct(int format, const llmk_matrix *m, int32_t first, int32_t last, const llmk_activations *a, float *out,
                   int64_t out_stride) {
  for (int32_t panel = first; panel < last; panel++) {
    float *o = out + 32 * (int64_t)(panel - first);
    int32_t t = 0;
    if (a->planes == 2) {
      for (; t < a->tokens; t++) direct_panel(format, 1, 2, m, panel, a, t, o + t * out_stride, out_stride);
    } else {
      for (; t + 2 <= a->tokens; t += 2) direct_panel(format, 2, 1, m, panel, a, t, o + t * out_stride, out_stride);
      if (t < a->tokens) direct_panel(format, 1, 1, m, panel, a, t, o + t * out_stride, out_stride);
    }
  }
}

#endif

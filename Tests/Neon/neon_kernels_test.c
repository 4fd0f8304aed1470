// Checks a kernel table against plain C: every packed format, few and many tokens, one and two planes, then
// quantization, norms, activations, rotation, attention and conversions. Scripts/test-neon runs it for aarch64 under
// an emulator; natively it runs for any table: neon_kernels_test [table...].
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CLLMKernels.h"

static int failures = 0;
#define CHECK(CONDITION, ...)                                                     \
  do {                                                                            \
    if (!(CONDITION) && ++failures <= 40) {                                       \
      fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #CONDITION);             \
      fprintf(stderr, __VA_ARGS__);                                               \
      fputc('\n', stderr);                                                        \
    }                                                                             \
  } while (0)

static uint64_t state = 1;
static uint32_t random_bits(void) {
  uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return (uint32_t)(z >> 32);
}
static float uniform(float low, float high) { return low + (high - low) * (float)(random_bits() >> 8) / 16777216.0f; }

static void *allocate(size_t bytes) {
  void *p = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (!p) abort();
  memset(p, 0, bytes);
  return p;
}

static float from_half(uint16_t h) {
  uint32_t magnitude = h & 0x7fff, sign = (uint32_t)(h & 0x8000) << 16, bits;
  float value;
  bits = magnitude << 13;
  memcpy(&value, &bits, 4);
  value *= 0x1p112f;
  memcpy(&bits, &value, 4);
  if (magnitude >= 0x7c00) bits = (magnitude << 13) | 0x70000000;
  bits |= sign;
  memcpy(&value, &bits, 4);
  return value;
}

// MARK: Packed matrices

static int code_bytes(int format) {
  switch (format) {
    case LLMK_Q8_0: case LLMK_W8: return 512;
    case LLMK_Q6_K: return 384;
    case LLMK_Q5_0: case LLMK_Q5_1: case LLMK_Q5_K: case LLMK_Q8_SPLIT: case LLMK_Q8_UPPER: return 320;
    default: return 256;
  }
}

static int scale_bytes(int format, int blocks) {
  const int groups = (blocks + 7) / 8;
  switch (format) {
    case LLMK_Q4_1: case LLMK_Q5_1: return 64 * blocks;
    case LLMK_Q4_K: case LLMK_Q5_K: return 320 * groups;
    case LLMK_Q6_K: return 288 * groups;
    case LLMK_IQ4_XS: return 160 * groups;
    case LLMK_MXFP4: return 16 * blocks;
    case LLMK_W8: return 256 * blocks;
    default: return 32 * blocks;
  }
}

static llmk_matrix random_matrix(int format, int panels, int columns) {
  llmk_matrix m = {.format = format, .columns = columns, .panels = panels};
  if (format <= LLMK_BF16) {
    const int size = format == LLMK_F32 ? 4 : 2;
    m.panel_stride = ((int64_t)columns * 32 * size + 63) / 64 * 64;
    uint8_t *data = allocate(panels * m.panel_stride);
    for (int64_t i = 0; i < panels * m.panel_stride / size; i++) {
      float value = uniform(-1, 1);
      uint32_t bits;
      memcpy(&bits, &value, 4);
      if (format == LLMK_F32) memcpy(data + 4 * i, &value, 4);
      else ((uint16_t *)data)[i] = format == LLMK_BF16 ? (uint16_t)(bits >> 16)
                                                       : (uint16_t)((random_bits() & 0x8000) | (0x2000 + (random_bits() & 0x1fff)));
    }
    m.data = data;
    return m;
  }
  m.blocks = columns / 32;
  m.scale_offset = 2 * (int64_t)m.blocks * code_bytes(format);
  m.scale_stride = scale_bytes(format, m.blocks);
  m.panel_stride = (m.scale_offset + 2 * m.scale_stride + 63) / 64 * 64;
  int64_t bytes = panels * m.panel_stride;
  if (format == LLMK_Q8_SPLIT || format == LLMK_Q8_UPPER) {
    m.lower_offset = bytes;
    bytes += 384 * (int64_t)m.blocks * panels;
  }
  uint8_t *data = allocate(bytes);
  for (int64_t i = 0; i < bytes; i++) data[i] = (uint8_t)random_bits();
  for (int p = 0; p < 2 * panels; p++) {
    uint8_t *s = data + p / 2 * m.panel_stride + m.scale_offset + p % 2 * m.scale_stride;
    const int group = format == LLMK_Q6_K ? 288 : format == LLMK_IQ4_XS ? 160
                      : format == LLMK_Q4_K || format == LLMK_Q5_K ? 320 : 0;
    if (format == LLMK_W8)
      for (int i = 0; i < m.scale_stride / 4; i++) ((float *)s)[i] = uniform(-0.02f, 0.02f);
    else if (format == LLMK_MXFP4)
      for (int i = 0; i < m.scale_stride; i++) s[i] = (uint8_t)(i % 16 == 15 ? i / 16 % 3 : 112 + s[i] % 16);
    else
      for (int i = 0; i < m.scale_stride / 2; i++) {
        const int at = group ? 2 * i % group : 0;
        const int halves = group == 320 ? 64 : 32;
        if (!group || at < halves)
          ((uint16_t *)s)[i] = (uint16_t)((random_bits() & 0x8000) | (0x1800 + (random_bits() & 0x7ff)));
      }
  }
  m.data = data;
  return m;
}

static int code_at(const llmk_matrix *m, int row, int column) {
  static const int nl[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
  static const int fp4[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  const int f = m->format, line = column % 32 / 4, n = 4 * (row % 16) + column % 4;
  const uint8_t *p = m->data + row / 32 * m->panel_stride + (2 * (int64_t)(column / 32) + row % 32 / 16) * code_bytes(f);
  if (code_bytes(f) == 512) return p[64 * line + n] - 128;
  const int low = line < 4 ? p[64 * line + n] & 15 : p[64 * (line - 4) + n] >> 4;
  const int fifth = p[256 + n] >> line & 1;
  switch (f) {
    case LLMK_Q4_0: return low - 8;
    case LLMK_Q5_0: case LLMK_Q8_UPPER: return low + 16 * fifth - 16;
    case LLMK_Q8_SPLIT: {
      const uint8_t *lower = m->data + m->lower_offset + 192 * (2 * ((int64_t)(row / 32) * m->blocks + column / 32) + row % 32 / 16);
      const int two = lower[64 * (line / 4) + n] >> 2 * (line % 4) & 3, one = lower[128 + n] >> line & 1;
      return 8 * (low + 16 * fifth) + 2 * two + one - 128;
    }
    case LLMK_Q5_1: case LLMK_Q5_K: return low + 16 * fifth;
    case LLMK_Q6_K: return low + 16 * (p[256 + 64 * (line / 4) + n] >> 2 * (line % 4) & 3) - 32;
    case LLMK_IQ4_NL: case LLMK_IQ4_XS: return nl[low];
    case LLMK_MXFP4: return fp4[low];
    default: return low;
  }
}

static void scale_at(const llmk_matrix *m, int row, int column, double *scale, double *min) {
  const uint8_t *p = m->data + row / 32 * m->panel_stride + m->scale_offset + row % 32 / 16 * m->scale_stride;
  const int r = row % 16, b = column / 32, g = b / 8, i = b % 8, h = column % 32 / 16;
  const uint16_t *s = (const uint16_t *)p;
  *min = 0;
  switch (m->format) {
    case LLMK_Q4_1: case LLMK_Q5_1:
      *scale = from_half(s[32 * b + r]);
      *min = from_half(s[32 * b + 16 + r]);
      return;
    case LLMK_Q4_K: case LLMK_Q5_K:
      *scale = from_half(s[160 * g + r]) * (double)p[320 * g + 64 + 32 * i + r];
      *min = -from_half(s[160 * g + 16 + r]) * (double)p[320 * g + 80 + 32 * i + r];
      return;
    case LLMK_Q6_K: *scale = from_half(s[144 * g + r]) * (double)(int8_t)p[288 * g + 32 + 32 * i + 16 * h + r]; return;
    case LLMK_IQ4_XS: *scale = from_half(s[80 * g + r]) * (double)(int8_t)p[160 * g + 32 + 16 * i + r]; return;
    case LLMK_Q8_UPPER:
      *scale = 8 * from_half(s[16 * b + r]);
      *min = 4 * from_half(s[16 * b + r]);
      return;
    case LLMK_MXFP4: *scale = ldexp(1, p[16 * b + r] - 128); return;
    case LLMK_W8:
      *scale = ((const float *)p)[64 * b + 32 * h + r];
      *min = ((const float *)p)[64 * b + 32 * h + 16 + r];
      return;
    default: *scale = from_half(s[16 * b + r]); return;
  }
}

static double float_at(const llmk_matrix *m, int row, int column) {
  const uint8_t *p = m->data + row / 32 * m->panel_stride;
  const int64_t index = (int64_t)column * 32 + row % 32;
  if (m->format == LLMK_F32) return ((const float *)p)[index];
  if (m->format == LLMK_F16) return from_half(((const uint16_t *)p)[index]);
  uint32_t bits = (uint32_t)((const uint16_t *)p)[index] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static llmk_activations random_activations(const llmk_kernels *k, int tokens, int columns, int planes, int extreme) {
  const int nb = columns / 32;
  float *values = allocate(4L * tokens * columns);
  int8_t *codes = allocate((size_t)tokens * planes * columns);
  float *scales = allocate(4L * tokens * nb), *sums = allocate(4L * tokens * nb), *sums16 = allocate(8L * tokens * nb);
  int32_t *starts = allocate(4L * tokens * planes * nb), *starts16 = allocate(8L * tokens * planes * nb);
  for (int64_t i = 0; i < (int64_t)tokens * columns; i++) values[i] = uniform(-2, 2);
  for (int t = 0; t < tokens; t++) {
    k->quantize(values + (int64_t)t * columns, nb, planes, codes + (int64_t)t * planes * columns, scales + t * nb,
                starts + t * planes * nb, sums + t * nb, starts16 + t * planes * 2 * nb, sums16 + t * 2 * nb);
    if (!extreme) continue;
    // The largest magnitudes: 127 and, in the second plane, -128.
    for (int b = 0; b < 2 * nb; b++) {
      int total = 0;
      for (int q = 0; q < planes; q++) {
        const int code = t % 2 ? 127 : q ? -128 : -127;
        memset(codes + ((int64_t)t * planes + q) * columns + 16 * b, code, 16);
        starts16[(t * planes + q) * 2 * nb + b] = -128 * 16 * code;
        starts[(t * planes + q) * nb + b / 2] = -128 * 32 * code;
        total = 256 * total + 16 * code;
      }
      sums16[t * 2 * nb + b] = scales[t * nb + b / 2] * (float)total;
      sums[t * nb + b / 2] = scales[t * nb + b / 2] * (float)(2 * total);
    }
  }
  return (llmk_activations){values, codes, scales, starts, sums, starts16, sums16, columns, nb, planes, tokens, NULL, 0};
}

static void test_multiply(const llmk_kernels *k, int format, int columns, int tokens, int planes, int extreme) {
  const int panels = 2, width = 32 * panels + 3;
  llmk_matrix m = random_matrix(format, panels, columns);
  if (extreme)
    memset((void *)m.data, 0xff, format <= LLMK_BF16 ? 0 : m.scale_offset);
  llmk_activations a = random_activations(k, tokens, columns, planes, extreme);
  float *out = allocate(4L * tokens * width), *alone = allocate(4L * 64);
  void *scratch = allocate(LLMK_SCRATCH_BYTES);
  for (int i = 0; i < tokens * width; i++) out[i] = 777;
  k->multiply(&m, 0, panels, &a, out, width, scratch);
  for (int t = 0; t < tokens; t += tokens > 7 ? 5 : 1) {
    for (int i = 32 * panels; i < width; i++) CHECK(out[t * width + i] == 777, "format %d writes past its rows", format);
    for (int row = 0; row < 32 * panels; row += 7) {
      double value = 0, magnitude = 0;
      for (int c = 0; c < columns; c++) {
        double term;
        if (format <= LLMK_BF16) {
          term = float_at(&m, row, c) * (double)a.values[(int64_t)t * columns + c];
          value += term;
          magnitude += fabs(term);
          continue;
        }
        if (c % 16) continue;
        double scale, min;
        scale_at(&m, row, c, &scale, &min);
        int64_t dot = 0, sum = 0;
        for (int i = c; i < c + 16; i++) {
          int64_t x = a.codes[(int64_t)t * planes * columns + i];
          if (planes == 2) x = 256 * x + a.codes[((int64_t)t * planes + 1) * columns + i];
          dot += x * code_at(&m, row, i);
          sum += x;
        }
        const double s = a.scales[t * a.blocks + c / 32];
        value += s * scale * (double)dot + s * min * (double)sum;
        magnitude += fabs(s * scale * (double)dot) + fabs(s * min * (double)sum);
      }
      const double tolerance = ((format <= LLMK_BF16 ? 2.0 : 0.5) * columns + 8) * 0x1p-24 * magnitude + 1e-36;
      CHECK(fabs(out[t * width + row] - value) <= tolerance, "format %d, %d columns, %d tokens, %d planes: token %d row %d: %g, not %g",
            format, columns, tokens, planes, t, row, out[t * width + row], value);
    }
    llmk_activations one = a;
    one.values += (int64_t)t * columns;
    one.codes += (int64_t)t * planes * columns;
    one.scales += t * a.blocks;
    one.sums += t * a.blocks;
    one.sums16 += t * 2 * a.blocks;
    one.starts += t * planes * a.blocks;
    one.starts16 += t * planes * 2 * a.blocks;
    one.tokens = 1;
    k->multiply(&m, 1, 2, &one, alone, 32, scratch);
    CHECK(memcmp(alone, out + t * width + 32, 128) == 0, "format %d, %d planes: a token alone differs from %d together",
          format, planes, tokens);
  }
  free((void *)m.data);
  free((void *)a.values); free((void *)a.codes); free((void *)a.scales); free((void *)a.sums);
  free((void *)a.sums16); free((void *)a.starts); free((void *)a.starts16);
  free(out); free(alone); free(scratch);
}

// MARK: The rest

static void test_quantize(const llmk_kernels *k) {
  enum { BLOCKS = 5, COLUMNS = 32 * BLOCKS };
  float x[COLUMNS], scales[BLOCKS], sums[BLOCKS], sums16[2 * BLOCKS];
  int8_t codes[2 * COLUMNS];
  int32_t starts[2 * BLOCKS], starts16[4 * BLOCKS];
  for (int round = 0; round < 30; round++) {
    for (int i = 0; i < COLUMNS; i++)
      x[i] = round == 0 ? 0 : round == 1 ? 1e-36f : round == 2 ? (float)(i % 32) * 4 - 62 : uniform(-1, 1) * ldexpf(1, round - 15);
    for (int planes = 1; planes <= 2; planes++) {
      k->quantize(x, BLOCKS, planes, codes, scales, starts, sums, starts16, sums16);
      for (int b = 0; b < BLOCKS; b++) {
        float largest = 0;
        for (int i = 0; i < 32; i++) largest = fmaxf(largest, fabsf(x[32 * b + i]));
        const float scale = largest / 127.0f, inverse = largest > 1e-30f ? 127.0f / largest : 0;
        const float step = planes == 2 ? scale * (1.0f / 256.0f) : scale;
        int parts[2][2] = {{0, 0}, {0, 0}};
        for (int i = 0; i < 32; i++) {
          const int q = (int)rintf(x[32 * b + i] * inverse);
          CHECK(codes[32 * b + i] == q, "code %d, not %d", codes[32 * b + i], q);
          parts[0][i / 16] += q;
          if (planes == 1) continue;
          int p = (int)rintf(fmaf(-(float)q, scale, x[32 * b + i]) * (256.0f * inverse));
          p = p > 127 ? 127 : p < -128 ? -128 : p;
          CHECK(codes[COLUMNS + 32 * b + i] == p, "second code %d, not %d", codes[COLUMNS + 32 * b + i], p);
          parts[1][i / 16] += p;
        }
        CHECK(scales[b] == step, "scale %g, not %g", scales[b], step);
        for (int q = 0; q < planes; q++) {
          CHECK(starts[q * BLOCKS + b] == -128 * (parts[q][0] + parts[q][1]), "start of plane %d", q);
          for (int h = 0; h < 2; h++)
            CHECK(starts16[2 * (q * BLOCKS + b) + h] == -128 * parts[q][h], "half start of plane %d", q);
        }
        const int s0 = planes == 2 ? 256 * parts[0][0] + parts[1][0] : parts[0][0];
        const int s1 = planes == 2 ? 256 * parts[0][1] + parts[1][1] : parts[0][1];
        CHECK(sums[b] == step * (float)(s0 + s1), "sum");
        CHECK(sums16[2 * b] == step * (float)s0 && sums16[2 * b + 1] == step * (float)s1, "half sums");
      }
    }
  }
}

static double activation(int kind, double x) {
  switch (kind) {
    case 0: return x / (1 + exp(-x));
    case 1: return 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
    case 2: return 0.5 * x * erfc(-x * sqrt(0.5));
    case 3: return x > 0 ? x : 0;
    default: return x > 0 ? x * x : 0;
  }
}

static void test_elementwise(const llmk_kernels *k) {
  const int counts[] = {1, 3, 4, 7, 8, 15, 16, 17, 33, 576};
  enum { LARGEST = 600 };
  float x[LARGEST], y[LARGEST], z[LARGEST], out[LARGEST];
  for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
    const int count = counts[n];
    for (int i = 0; i < LARGEST; i++) { x[i] = uniform(-2, 2); y[i] = uniform(-2, 2); z[i] = uniform(-2, 2); out[i] = 55; }
    double mean = 0, squares = 0, variance = 0;
    for (int i = 0; i < count; i++) { mean += x[i]; squares += (double)x[i] * x[i]; }
    mean /= count;
    for (int i = 0; i < count; i++) variance += (x[i] - mean) * (x[i] - mean);
    k->rms_norm(x, y, 1e-5f, count, out);
    for (int i = 0; i < count; i++) {
      double expected = x[i] / sqrt(squares / count + 1e-5) * y[i];
      CHECK(fabs(out[i] - expected) <= 2e-6 * (fabs(expected) + 1e-6), "rms norm of %d", count);
    }
    CHECK(out[count] == 55, "rms norm of %d writes past the end", count);
    k->layer_norm(x, y, z, 1e-5f, count, out);
    for (int i = 0; i < count; i++) {
      double factor = 1 / sqrt(variance / count + 1e-5), expected = (x[i] - mean) * factor * y[i] + z[i];
      CHECK(fabs(out[i] - expected) <= 1e-5 * (1 + factor), "layer norm of %d", count);
    }
    CHECK(out[count] == 55, "layer norm of %d writes past the end", count);
    memcpy(out, x, sizeof x);
    k->add(out, y, count);
    for (int i = 0; i < LARGEST; i++) CHECK(out[i] == (i < count ? x[i] + y[i] : x[i]), "add of %d at %d", count, i);
    for (int kind = 0; kind < 5; kind++) {
      for (int i = 0; i < LARGEST; i++) out[i] = 5 * x[i];
      k->activate(out, y, kind, count);
      for (int i = 0; i < count; i++) {
        double v = (double)(5 * x[i]), expected = activation(kind, v) * y[i];
        CHECK(fabs(out[i] - expected) <= 2e-5 * fabs(expected) + 2e-6, "activation %d of %g: %g, not %g", kind, v, out[i], expected);
      }
      CHECK(out[count] == 5 * x[count], "activation %d writes past the end of %d", kind, count);
    }
    float largest;
    double sum = k->log_sum_exp(x, count, &largest), expected = 0;
    float top = x[0];
    for (int i = 0; i < count; i++) top = fmaxf(top, x[i]);
    for (int i = 0; i < count; i++) expected += exp((double)x[i] - top);
    CHECK(largest == top && fabs(sum - expected) <= 1e-6 * expected, "log-sum-exp of %d", count);
    const int dimensions = 2 * ((count + 1) / 2), half = dimensions / 2;
    for (int interleaved = 0; interleaved < 2; interleaved++) {
      float c[LARGEST], s[LARGEST];
      for (int i = 0; i < half; i++) { c[i] = cosf(3 * y[i]); s[i] = sinf(3 * y[i]); }
      memcpy(out, x, sizeof x);
      k->rotate(out, c, s, dimensions, interleaved);
      for (int i = 0; i < half; i++) {
        const int p = interleaved ? 2 * i : i, q = interleaved ? p + 1 : i + half;
        CHECK(fabs(out[p] - ((double)x[p] * c[i] - (double)x[q] * s[i])) < 1e-6, "rotation of %d", dimensions);
        CHECK(fabs(out[q] - ((double)x[q] * c[i] + (double)x[p] * s[i])) < 1e-6, "rotation of %d", dimensions);
      }
      CHECK(out[dimensions] == x[dimensions], "rotation of %d writes past the end", dimensions);
    }
  }
  static uint16_t halves[65536], back[65536];
  static float floats[65536];
  for (int i = 0; i < 65536; i++) halves[i] = (uint16_t)i;
  k->from_half(halves, floats, 65535);
  k->to_half(floats, back, 65535);
  for (int i = 0; i < 65535; i++)
    if ((i & 0x7fff) <= 0x7c00)
      CHECK(memcmp(&floats[i], (float[]){from_half((uint16_t)i)}, 4) == 0 && back[i] == i, "half %x", i);
  const float ties[] = {65519, 65520, 2.98023224e-8f, 2.99e-8f, 1.00048828125f, 1.00146484375f};
  const uint16_t expected[] = {0x7bff, 0x7c00, 0, 1, 0x3c00, 0x3c02};
  k->to_half(ties, back, 6);
  for (int i = 0; i < 6; i++) CHECK(back[i] == expected[i], "half of %g: %x, not %x", ties[i], back[i], expected[i]);
}

static void test_attention(const llmk_kernels *k, int dimension, int rows, int type, int window, float softcap) {
  enum { POSITIONS = 150 };
  const int width = (dimension + 15) / 16 * 16, size = (int[]){4, 2, 2, 1}[type];
  // Bytes of the scales of a position's keys and values.
  const int key_scales = type == LLMK_KV_Q8 ? 2 * ((dimension + 31) / 32) : 0;
  const int value_scales = type == LLMK_KV_Q8 ? 2 * ((width + 31) / 32) : 0;
  const int64_t key_bytes = 64L * (dimension * size + key_scales);
  const uint8_t *pages[3];
  uint8_t *memory[3];
  for (int p = 0; p < 3; p++) pages[p] = memory[p] = allocate(key_bytes + 64L * (width * size + value_scales));
  double *keys = allocate(8L * POSITIONS * dimension), *values = allocate(8L * POSITIONS * dimension);
  for (int p = 0; p < POSITIONS; p++)
    for (int d = 0; d < dimension; d++)
      for (int v = 0; v < 2; v++) {
        uint8_t *area = memory[p / 64] + (v ? key_bytes : 0);
        const int64_t at = v ? p % 64 * width + d : 64L * d + p % 64;
        const uint16_t half = (uint16_t)((random_bits() & 0x8000) | (0x2000 + (random_bits() & 0x1bff)));
        float value = from_half(half);
        if (type == LLMK_KV_F32) ((float *)(void *)area)[at] = value;
        if (type == LLMK_KV_F16) ((uint16_t *)(void *)area)[at] = half;
        if (type == LLMK_KV_BF16) {
          uint32_t bits;
          memcpy(&bits, &value, 4);
          bits &= 0xffff0000u;
          memcpy(&value, &bits, 4);
          ((uint16_t *)(void *)area)[at] = (uint16_t)(bits >> 16);
        }
        if (type == LLMK_KV_Q8) {
          // Scales from 1/256 to 1/128, another one for every block and position.
          const uint16_t scale = (uint16_t)(0x1c00 + (37 * p + 211 * (d / 32) + 101 * v) % 1024);
          uint16_t *scales = (uint16_t *)(void *)(area + 64L * (v ? width : dimension));
          scales[v ? p % 64 * (value_scales / 2) + d / 32 : 64L * (d / 32) + p % 64] = scale;
          const int8_t code = (int8_t)(random_bits() % 255 - 127);
          ((int8_t *)area)[at] = code;
          value = code * from_half(scale);
        }
        (v ? values : keys)[p * dimension + d] = value;
      }
  float *queries = allocate(4L * rows * dimension), *out = allocate(4L * rows * width), *scratch = allocate(4L * rows * 64);
  float maxima[16], sums[16];
  int32_t lower[16] = {0}, upper[16] = {0};
  for (int i = 0; i < rows * dimension; i++) queries[i] = uniform(-0.5f, 0.5f);
  for (int r = 0; r < rows; r++) {
    upper[r] = POSITIONS - 9 * r;
    lower[r] = upper[r] > window ? upper[r] - window : 0;
  }
  llmk_key_values kv = {pages, 0, key_bytes, type, dimension, width};
  k->attend(&kv, queries, dimension, rows, lower, upper, 3, POSITIONS, softcap, out, width, maxima, sums, scratch);
  for (int r = 0; r < rows; r++) {
    double scores[POSITIONS], top = -INFINITY, total = 0;
    const int from = lower[r] > 3 ? lower[r] : 3;
    for (int p = from; p < upper[r]; p++) {
      scores[p] = 0;
      for (int d = 0; d < dimension; d++) scores[p] += (double)queries[r * dimension + d] * keys[p * dimension + d];
      if (softcap > 0) scores[p] = softcap * tanh(scores[p] / softcap);
      top = fmax(top, scores[p]);
    }
    for (int p = from; p < upper[r]; p++) total += scores[p] = exp(scores[p] - top);
    for (int d = 0; d < dimension; d++) {
      double expected = 0;
      for (int p = from; p < upper[r]; p++) expected += scores[p] / total * values[p * dimension + d];
      CHECK(fabs(out[r * width + d] / sums[r] - expected) < 2e-5, "attention %d, type %d: row %d of %d, %d: %g, not %g",
            dimension, type, r, rows, d, out[r * width + d] / sums[r], expected);
    }
    float alone[256], maximum, sum;
    k->attend(&kv, queries + r * dimension, dimension, 1, lower + r, upper + r, 3, POSITIONS, softcap, alone, width,
              &maximum, &sum, scratch);
    CHECK(maximum == maxima[r] && sum == sums[r] && memcmp(alone, out + r * width, 4 * (size_t)dimension) == 0,
          "attention %d: row %d alone differs from %d together", dimension, r, rows);
  }
  for (int p = 0; p < 3; p++) free(memory[p]);
  free(keys); free(values); free(queries); free(out); free(scratch);
}

// neon_tiles_test.c
int test_tiles(const llmk_kernels *k);

static int test_table(const char *name, int is_required) {
  const llmk_kernels *k = llmk_kernels_named(name);
  if (!k) {
    fprintf(stderr, "%s: this processor or build has no such table\n", name);
    return is_required;
  }
  failures = 0;
  const int tokens[] = {1, 2, 5, 7, 33}, columns[] = {32, 288, 32 * 43};
  for (int format = 0; format < LLMK_FORMAT_COUNT; format++)
    for (int c = 0; c < 3; c++)
      for (int t = 0; t < 5; t++)
        for (int planes = 1; planes <= (format <= LLMK_BF16 ? 1 : 2); planes++)
          for (int extreme = 0; extreme <= (format > LLMK_BF16 && c == 1); extreme++)
            test_multiply(k, format, columns[c], tokens[t], planes, extreme);
  test_quantize(k);
  test_elementwise(k);
  failures += test_tiles(k);
  const int dimensions[] = {8, 16, 64, 80, 128, 256}, rows[] = {1, 3, 7, 13};
  for (int d = 0; d < 6; d++)
    for (int r = 0; r < 4; r++)
      for (int type = LLMK_KV_F32; type <= LLMK_KV_Q8; type++) {
        test_attention(k, dimensions[d], rows[r], type, 1000, 0);
        test_attention(k, dimensions[d], rows[r], type, 20, 5);
      }
  printf("%s: %s (%d failures)\n", k->name, failures ? "FAILED" : "passed", failures);
  return failures != 0;
}

int main(int argc, char **argv) {
  if (argc < 2) return test_table("neon", 1) | test_table("neon-i8mm", 0);
  int status = 0;
  for (int i = 1; i < argc; i++) status |= test_table(argv[i], 1);
  return status;
}

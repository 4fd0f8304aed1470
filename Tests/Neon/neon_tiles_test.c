// The inner tiles of float products against fused sums in order, which all instruction sets give to the bit.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CLLMKernels.h"

enum { MOST = 32, DEPTH = 38, STRIDE = MOST + 1 };

// Few bits, so that a number is its own bfloat16.
static float number(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return (float)((int)(*state >> 24) - 128) / 64.0f;
}

static uint32_t upper_half(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits >> 16;
}

// Checks both tiles for every size; returns how many were wrong.
int test_tiles(const llmk_kernels *k) {
  const int R = k->tile_rows, C = k->tile_columns;
  float *a = malloc(sizeof(float) * DEPTH * R), *b = malloc(sizeof(float) * DEPTH * C);
  uint32_t *pa = malloc(sizeof(uint32_t) * DEPTH / 2 * R), *pb = malloc(sizeof(uint32_t) * DEPTH / 2 * C);
  if (!a || !b || !pa || !pb || R > MOST || C > MOST) abort();
  uint32_t state = 7;
  for (int i = 0; i < DEPTH * R; i++) a[i] = number(&state);
  for (int i = 0; i < DEPTH * C; i++) b[i] = number(&state);
  for (int p = 0; p < DEPTH; p += 2) {
    for (int r = 0; r < R; r++) pa[p / 2 * R + r] = upper_half(a[p * R + r]) | upper_half(a[(p + 1) * R + r]) << 16;
    for (int c = 0; c < C; c++) pb[p / 2 * C + c] = upper_half(b[p * C + c]) | upper_half(b[(p + 1) * C + c]) << 16;
  }
  int wrong = 0;
  for (int rows = 1; rows <= R; rows++)
    for (int columns = 1; columns <= C; columns++)
      for (int accumulates = 0; accumulates < 2; accumulates++)
        for (int is_pairs = 0; is_pairs < 2; is_pairs++) {
          float out[MOST * STRIDE], expected[MOST * STRIDE];
          for (int i = 0; i < MOST * STRIDE; i++) out[i] = expected[i] = number(&state);
          for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) {
              float sum = 0;
              for (int p = 0; p < DEPTH; p++) sum = fmaf(a[p * R + r], b[p * C + c], sum);
              // A power of two: the scaling rounds nothing, fused or not.
              expected[r * STRIDE + c] = (accumulates ? expected[r * STRIDE + c] : 0) + 0.25f * sum;
            }
          if (is_pairs) k->bfloat_tile(pa, pb, DEPTH / 2, 0.25f, accumulates, out, STRIDE, rows, columns);
          else k->float_tile(a, b, DEPTH, 0.25f, accumulates, out, STRIDE, rows, columns);
          if (memcmp(out, expected, sizeof out) != 0 && ++wrong <= 5)
            fprintf(stderr, "%s: tile of %d x %d, %s, accumulates %d, is wrong\n", k->name, rows, columns,
                    is_pairs ? "bfloat16" : "float", accumulates);
        }
  free(a);
  free(b);
  free(pa);
  free(pb);
  return wrong;
}

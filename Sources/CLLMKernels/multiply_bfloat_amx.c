// Products of bfloat16 matrices for encoders, AMX tiles (Intel from Sapphire Rapids on).
//
// A tile product takes 16 tokens by 16 rows by 32 columns in the time of 32 vector multiply-adds, which would do 16 times
// less. Both factors lie as tiles want them, one after the other: a panel is [columns / 2][16 rows][2 columns], a tile
// of tokens [columns / 32][16 tokens][32 columns]. Two tiles of tokens by two panels are summed in four tiles, so that
// every tile that is read is used twice; columns are taken in parts that stay in the second-level cache, and between
// parts the sums wait in `out`. While tiles are in use, one of the two units for vectors of floats is not: what is done
// beside them counts twice.
#if defined(__linux__)
#define _GNU_SOURCE  // syscall
#endif
#include "elementwise_avx512.h"

#if LLMK_X86 && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define AMX __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,f16c,fma")))
#define AMX_INLINE static inline __attribute__((always_inline)) AMX

enum {
  TOKENS = 16,
  ROWS = 16,
  STEP = LLMK_AMX_STEP16,  // columns of a tile product
  PART_COLUMNS = 1536      // two panels take 96 KiB, two tiles of tokens as much
};
// Sums [tokens][panel], activations and weights.
enum { SUMS00, SUMS01, SUMS10, SUMS11, FIRST_TOKENS, SECOND_TOKENS, FIRST_PANEL, SECOND_PANEL };

// As the instruction reads it: palette 1 has eight tiles of up to 16 rows of 64 bytes.
typedef struct tile_shapes {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_shapes;

// A group of up to two tiles of tokens by up to two panels.
typedef struct tile_group {
  const uint16_t *weights;  // of the part
  int64_t panel_codes;
  const uint16_t *codes;  // of the part
  int64_t tile_codes;
  int32_t columns;
  int32_t is_first;  // sums begin
  const float *bias;
  const char *ahead;  // what to fetch meanwhile
  int32_t ahead_lines;  // a step
  float *sums;
  int64_t stride;
} tile_group;

// Sums begin with the bias, the same in every row.
#define BEGIN(TILE, T, P)                                                                     \
  do {                                                                                        \
    if (g->is_first) _tile_loadd(TILE, g->bias + ROWS * (P), 0);                               \
    else _tile_loadd(TILE, g->sums + TOKENS * (T) * g->stride + ROWS * (P), 4 * g->stride);    \
  } while (0)
#define END(TILE, T, P) _tile_stored(TILE, g->sums + TOKENS * (T) * g->stride + ROWS * (P), 4 * g->stride)

// Adds the products of some columns to the sums of TILES tiles of tokens and PANELS panels.
AMX_INLINE void add_products(int TILES, int PANELS, tile_group *g) {
  BEGIN(SUMS00, 0, 0);
  if (PANELS == 2) BEGIN(SUMS01, 0, 1);
  if (TILES == 2) BEGIN(SUMS10, 1, 0);
  if (TILES == 2 && PANELS == 2) BEGIN(SUMS11, 1, 1);
  const uint16_t *w = g->weights, *x = g->codes;
  for (int32_t c = 0; c < g->columns; c += STEP) {
    for (int32_t k = 0; k < g->ahead_lines; k++) _mm_prefetch(g->ahead + 64 * (int64_t)k, _MM_HINT_T1);
    g->ahead += 64 * (int64_t)g->ahead_lines;
    _tile_loadd(FIRST_TOKENS, x + TOKENS * (int64_t)c, 64);
    _tile_loadd(FIRST_PANEL, w + ROWS * (int64_t)c, 64);
    _tile_dpbf16ps(SUMS00, FIRST_TOKENS, FIRST_PANEL);
    if (PANELS == 2) {
      _tile_loadd(SECOND_PANEL, w + g->panel_codes + ROWS * (int64_t)c, 64);
      _tile_dpbf16ps(SUMS01, FIRST_TOKENS, SECOND_PANEL);
    }
    if (TILES == 2) {
      _tile_loadd(SECOND_TOKENS, x + g->tile_codes + TOKENS * (int64_t)c, 64);
      _tile_dpbf16ps(SUMS10, SECOND_TOKENS, FIRST_PANEL);
      if (PANELS == 2) _tile_dpbf16ps(SUMS11, SECOND_TOKENS, SECOND_PANEL);
    }
  }
  END(SUMS00, 0, 0);
  if (PANELS == 2) END(SUMS01, 0, 1);
  if (TILES == 2) END(SUMS10, 1, 0);
  if (TILES == 2 && PANELS == 2) END(SUMS11, 1, 1);
}

AMX_INLINE void activate(int PANELS, int32_t tokens, int32_t activation, float *out, int64_t stride) {
  for (int32_t t = 0; t < tokens; t++)
    for (int p = 0; p < PANELS; p++) {
      float *place = out + t * stride + ROWS * p;
      const __m512 x = _mm512_loadu_ps(place);
      _mm512_storeu_ps(place, activation == 2 ? llmk_short_gelu_avx512(x) : llmk_activated_avx512(x, activation));
    }
}

// PANELS panels for all tokens.
AMX_INLINE void sweep(int PANELS, const llmk_matrix16 *m, int32_t panel, const uint16_t *codes, int32_t tokens,
                      int32_t activation, float *out, int64_t stride) {
  const int32_t columns = 2 * m->pairs, whole = tokens / TOKENS, rest = tokens % TOKENS;
  float last[TOKENS * 2 * ROWS] __attribute__((aligned(64)));
  tile_group g = {.panel_codes = ROWS * (int64_t)columns,
                  .tile_codes = TOKENS * (int64_t)columns,
                  .bias = m->bias + ROWS * panel};
  for (int32_t begin = 0; begin < columns; begin += PART_COLUMNS) {
    const int is_last = begin + PART_COLUMNS >= columns, activates = is_last && activation >= 0;
    g.columns = is_last ? columns - begin : PART_COLUMNS;
    g.is_first = begin == 0;
    g.weights = (const uint16_t *)m->codes + g.panel_codes * panel + ROWS * (int64_t)begin;
    g.stride = stride;
    g.ahead = (const char *)(g.weights + PANELS * g.panel_codes);
    const int32_t steps = (g.columns / STEP) * ((tokens + 2 * TOKENS - 1) / (2 * TOKENS));
    g.ahead_lines = (PANELS * g.columns / 2 + steps - 1) / steps;
    // Activated while the next ones are made.
    int32_t done = 0;
    for (int32_t t = 0; t < whole; t += 2) {
      g.codes = codes + g.tile_codes * t + TOKENS * (int64_t)begin;
      g.sums = out + TOKENS * t * stride;
      if (t + 1 < whole) add_products(2, PANELS, &g);
      else add_products(1, PANELS, &g);
      if (!activates) continue;
      activate(PANELS, TOKENS * (t - done), activation, out + TOKENS * done * stride, stride);
      done = t;
    }
    if (activates) activate(PANELS, TOKENS * (whole - done), activation, out + TOKENS * done * stride, stride);
    if (rest == 0) continue;
    // Codes behind the last token have room in memory and come to nothing, sums have not.
    g.codes = codes + g.tile_codes * whole + TOKENS * (int64_t)begin;
    g.sums = last;
    g.stride = 2 * ROWS;
    add_products(1, PANELS, &g);
    if (!is_last) continue;
    if (activates) activate(PANELS, rest, activation, last, g.stride);
    for (int32_t t = 0; t < rest; t++)
      for (int p = 0; p < PANELS; p++)
        _mm512_storeu_ps(out + (TOKENS * whole + t) * stride + ROWS * p,
                         _mm512_load_ps(last + g.stride * t + ROWS * p));
  }
}

AMX void llmk_multiply_bfloat_amx(const llmk_matrix16 *m, int32_t first, int32_t last, const int16_t *codes,
                                  const int16_t *sums, const float *scales, int32_t tokens, int32_t activation,
                                  float *out, int64_t out_stride) {
  (void)sums;
  (void)scales;
  tile_shapes shapes = {.palette = 1};
  for (int i = 0; i < 8; i++) {
    shapes.rows[i] = 16;
    shapes.row_bytes[i] = 64;
  }
  _tile_loadconfig(&shapes);
  const uint16_t *x = (const uint16_t *)codes;
  int32_t panel = first;
  for (; panel + 2 <= last; panel += 2)
    sweep(2, m, panel, x, tokens, activation, out + ROWS * (int64_t)(panel - first), out_stride);
  if (panel < last) sweep(1, m, panel, x, tokens, activation, out + ROWS * (int64_t)(panel - first), out_stride);
  _tile_release();
}

// Rounds to nearest even, and fills up with zeros; codes of a token lie in its row of every step of its tile.
AMX float llmk_quantize_bfloat_amx(const float *values, int32_t count, int32_t limit, int16_t *codes) {
  (void)limit;
  const int32_t columns = (count + STEP - 1) / STEP * STEP;
  for (int32_t i = 0; i < columns; i += 16) {
    const __m512 v = i < count ? _mm512_maskz_loadu_ps(llmk_tail_mask_avx512(count, i), values + i)
                               : _mm512_setzero_ps();
    int16_t *place = codes + TOKENS * (int64_t)(i / STEP * STEP) + i % STEP;
    _mm256_storeu_si256((__m256i *)place, (__m256i)_mm512_cvtneps_pbh(v));
  }
  return 1;
}

int llmk_has_amx(void) {
  enum { AMX_BF16 = 1 << 22, AMX_TILE = 1 << 24, TILE_STATE = 3 << 17, ASK_PERMISSION = 0x1023, TILE_DATA = 18 };
  unsigned a, b, c, d, low, high;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d & AMX_BF16) || !(d & AMX_TILE)) return 0;
  if (!__builtin_cpu_supports("avx512bf16")) return 0;
  // Whether the system keeps tiles, and whether it does so for this process.
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & TILE_STATE) != TILE_STATE) return 0;
  return syscall(SYS_arch_prctl, ASK_PERMISSION, TILE_DATA) == 0;
}

#endif

// How far rows may be from what the upper bits of their codes make of them. Plain C: the compiler's vectors do.
#include "internal.h"

#include <math.h>
#include <string.h>

static float half_value(uint16_t h) {
  const uint32_t magnitude = h & 0x7fff;
  uint32_t bits = magnitude << 13;
  float value;
  memcpy(&value, &bits, 4);
  value *= 0x1p112f;
  if (magnitude >= 0x7c00) {  // infinite, or not a number
    bits = 0x7f800000 | (magnitude & 0x3ff) << 13;
    memcpy(&value, &bits, 4);
  }
  return h & 0x8000 ? -value : value;
}

void llmk_split_bounds(const llmk_matrix *m, int32_t first, int32_t last, float *errors, float *norms,
                       float *sizes) {
  for (int32_t panel = first; panel < last; panel++)
    for (int32_t strip = 0; strip < 2; strip++) {
      double error[16] = {0}, norm[16] = {0}, size[16] = {0};
      const uint8_t *base = m->data + panel * m->panel_stride;
      const uint8_t *scales = base + m->scale_offset + strip * m->scale_stride;
      for (int32_t b = 0; b < m->blocks; b++) {
        const uint8_t *upper = base + llmk_code_bytes(LLMK_Q8_SPLIT) * (2 * (int64_t)b + strip), *fifth = upper + 256;
        const uint8_t *lower = llmk_lower_bits(m, panel, b, strip), *lowest = lower + 128;
        uint8_t left[64] = {0};     // at most 8 * 16
        uint32_t whole[64] = {0};
        for (int j = 0; j < 8; j++)
          for (int n = 0; n < 64; n++) {
            const int three = (lower[64 * (j / 4) + n] >> 2 * (j % 4) & 3) << 1 | (lowest[n] >> j & 1);
            const int five = (upper[64 * (j % 4) + n] >> 4 * (j / 4) & 15) | (fifth[n] >> j & 1) << 4;
            const int code = (five << 3 | three) - 128;
            left[n] = (uint8_t)(left[n] + (three - 4) * (three - 4));
            whole[n] += (uint32_t)(code * code);
          }
        for (int row = 0; row < 16; row++) {
          uint16_t d;
          memcpy(&d, scales + 32 * b + 2 * row, 2);
          const double scale = half_value(d), square = scale * scale;
          size[row] += square;
          for (int n = 4 * row; n < 4 * row + 4; n++) {
            error[row] += square * left[n];
            norm[row] += square * whole[n];
          }
        }
      }
      for (int row = 0; row < 16; row++) {
        const int64_t at = 32 * (int64_t)(panel - first) + 16 * strip + row;
        errors[at] = (float)sqrt(error[row]);
        norms[at] = (float)sqrt(norm[row]);
        sizes[at] = (float)sqrt(size[row]);
      }
    }
}

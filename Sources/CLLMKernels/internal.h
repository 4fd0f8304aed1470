// Shared by the C files of this target; not public.
#ifndef LLMK_INTERNAL_H
#define LLMK_INTERNAL_H

#include "CLLMKernels.h"

#if defined(__x86_64__) || defined(_M_X64)
#define LLMK_X86 1
#if defined(__linux__)
extern const llmk_kernels llmk_kernels_amx;  // those of AVX-512, products of encoders by tiles
#endif
extern const llmk_kernels llmk_kernels_avx512;
extern const llmk_kernels llmk_kernels_avx2;

#if defined(__linux__)
// Whether this processor has AMX with bfloat16 and the system lets this process use it; asks for that.
int llmk_has_amx(void);
// Columns of a product of two tiles: codes are filled up to so many.
enum { LLMK_AMX_STEP16 = 32 };
void llmk_multiply_bfloat_amx(const llmk_matrix16 *m, int32_t first, int32_t last, const int16_t *codes,
                              const int16_t *sums, const float *scales, int32_t tokens, int32_t activation, float *out,
                              int64_t out_stride);
float llmk_quantize_bfloat_amx(const float *values, int32_t count, int32_t limit, int16_t *codes);
#endif

// Encoder kernels: what 256 bits do is all that AVX-512 processors of today could do with 16-bit products.
void llmk_multiply_int16_avx2(const llmk_matrix16 *m, int32_t first, int32_t last, const int16_t *codes,
                              const int16_t *sums, const float *scales, int32_t tokens, int32_t activation, float *out,
                              int64_t out_stride);
void llmk_combine_int16_avx2(const int16_t *codes, int32_t pairs, int32_t tokens, int16_t *sums);
float llmk_quantize_int16_avx2(const float *values, int32_t count, int32_t limit, int16_t *codes);
void llmk_attend_all_avx2(const float *queries, const float *keys, const float *values, int64_t stride, int32_t count,
                          int32_t heads, int32_t dimension, float *out, int64_t out_stride, float *scratch);

int64_t llmk_split_words_avx512(const llmk_split_rules *rules, const uint8_t *text, int64_t base, int64_t start,
                                int64_t end, uint32_t *ends, int64_t capacity);
int64_t llmk_split_words_avx2(const llmk_split_rules *rules, const uint8_t *text, int64_t base, int64_t start,
                              int64_t end, uint32_t *ends, int64_t capacity);
void llmk_word_keys_avx512(const uint8_t *text, const uint32_t *starts, const uint32_t *ends, int64_t count,
                           const uint8_t *entries, int32_t bits, llmk_word_key *keys);
int64_t llmk_known_words_avx2(const llmk_word_key *keys, int64_t index, int64_t count, const llmk_word_entry *entries,
                              const int32_t *arena, int32_t **out);
void llmk_word_keys_avx2(const uint8_t *text, int64_t readable, const uint32_t *starts, const uint32_t *ends,
                         int64_t count, const uint8_t *entries, int32_t bits, llmk_word_key *keys);
int64_t llmk_bert_segments_avx512(int32_t ideographs, const uint8_t *text, int64_t count, uint32_t *starts,
                                  uint32_t *ends, int64_t capacity, int64_t *behind);
int64_t llmk_bert_segments_avx2(int32_t ideographs, const uint8_t *text, int64_t count, uint32_t *starts,
                                uint32_t *ends, int64_t capacity, int64_t *behind);
#elif defined(__aarch64__) && !defined(__AARCH64EB__)
#define LLMK_NEON 1
extern const llmk_kernels llmk_kernels_neon;       // needs the dot product extension
extern const llmk_kernels llmk_kernels_neon_i8mm;  // and 8-bit matrix products
#endif

// Where a word is in a table of 2^bits entries, of which two share a line.
static inline uint32_t llmk_key_slot(uint64_t low, uint64_t high, int32_t bits) {
  const unsigned __int128 product = (unsigned __int128)(low ^ 0xA0761D6478BD642Full) * (high ^ 0xE7037ED1A0B428DBull);
  return (uint32_t)(((uint64_t)(product >> 64) ^ (uint64_t)product) >> (64 - bits));
}

// Bytes of the codes of one strip and block of 32 columns.
static inline int32_t llmk_code_bytes(int32_t format) {
  switch (format) {
    case LLMK_Q4_0: case LLMK_Q4_1: case LLMK_Q4_K: case LLMK_IQ4_NL: case LLMK_IQ4_XS: case LLMK_MXFP4:
      return 256;
    case LLMK_Q5_0: case LLMK_Q5_1: case LLMK_Q5_K: case LLMK_Q8_SPLIT: case LLMK_Q8_UPPER:
      return 320;
    case LLMK_Q6_K:
      return 384;
    default:
      return 512;
  }
}

// Whether a value is scale * code + min (codes start at zero) or scale * (code - offset).
static inline int llmk_has_mins(int32_t format) {
  return format == LLMK_Q4_1 || format == LLMK_Q5_1 || format == LLMK_Q4_K || format == LLMK_Q5_K;
}

// log2(128 / offset) of the formats without mins: starts hold -128 * sum and are shifted down by this.
static inline int llmk_start_shift(int32_t format) {
  switch (format) {
    case LLMK_Q4_0: return 4;
    case LLMK_Q5_0: case LLMK_Q8_UPPER: return 3;
    case LLMK_Q6_K: return 2;
    default: return 0;
  }
}

// The lower three bits of 8-bit codes stored in two parts, of a strip and block: 128 bytes with bits 1 and 2 of the codes
// (as bits 4 and 5 of Q6_K), 64 bytes with bit 0 (as the fifth bits of Q5_0).
enum { LLMK_LOWER_BYTES = 192 };
static inline const uint8_t *llmk_lower_bits(const llmk_matrix *m, int32_t panel, int32_t block, int32_t strip) {
  return m->data + m->lower_offset + LLMK_LOWER_BYTES * (2 * ((int64_t)panel * m->blocks + block) + strip);
}

// Loops over registers must disappear, or the registers end up in memory.
#if defined(__clang__)
#define LLMK_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LLMK_UNROLL _Pragma("GCC unroll 16")
#endif

// Where to fetch instead of `p`, which reading ahead has come to.
static inline const uint8_t *llmk_ahead(const llmk_activations *a, const uint8_t *p) {
  return p >= a->ahead_end ? p + a->ahead_jump : p;
}

// Keys or values of a page as the factor [count][stride] of a product: how elements lie, known where it is called.
enum { LLMK_PAGE_F32, LLMK_PAGE_F16, LLMK_PAGE_BF16, LLMK_PAGE_Q8_KEYS, LLMK_PAGE_Q8_VALUES };
typedef struct llmk_page_matrix {
  const uint8_t *elements;
  int64_t stride;
  // Of codes: [count / 32][64] for keys, [count][scale_stride] for values.
  const uint16_t *scales;
  int64_t scale_stride;
} llmk_page_matrix;

// Defines the products of all kinds by PRODUCT(name, kind), and which one a LLMK_KV_... takes for keys and for values.
#define LLMK_PAGE_PRODUCTS(PRODUCT, type)                                                                \
  PRODUCT(product_f32, LLMK_PAGE_F32)                                                                    \
  PRODUCT(product_f16, LLMK_PAGE_F16)                                                                    \
  PRODUCT(product_bf16, LLMK_PAGE_BF16)                                                                  \
  PRODUCT(product_q8_keys, LLMK_PAGE_Q8_KEYS)                                                            \
  PRODUCT(product_q8_values, LLMK_PAGE_Q8_VALUES)                                                        \
  static const type key_products[] = {product_f32, product_f16, product_bf16, product_q8_keys};          \
  static const type value_products[] = {product_f32, product_f16, product_bf16, product_q8_values};

static inline llmk_page_matrix llmk_page_keys(const llmk_key_values *kv, const uint8_t *page) {
  const uint8_t *keys = page + kv->key_offset;
  return (llmk_page_matrix){keys, 64, (const uint16_t *)(keys + 64 * (int64_t)kv->dimension), 64};
}

static inline llmk_page_matrix llmk_page_values(const llmk_key_values *kv, const uint8_t *page) {
  const uint8_t *values = page + kv->value_offset;
  return (llmk_page_matrix){values, kv->value_width, (const uint16_t *)(values + 64 * (int64_t)kv->value_width),
                            (kv->value_width + 31) / 32};
}

// The error function, absolute error below 1.3e-7: |x| < 1: x P(x^2); else 1 - e^-Q(min(|x|, 4)) with the sign of x.
// Coefficients from the highest power down, least squares on Chebyshev nodes in double precision.
static const float llmk_erf_near[7] = {7.88249711e-05f, -8.01885499e-04f, 5.18931194e-03f, -2.68543288e-02f,
                                       1.12835975e-01f, -3.76126269e-01f, 1.12837917f};
static const float llmk_erf_far[8] = {2.01600994e-05f,  -4.22312865e-04f, 4.10543577e-03f, -2.49281469e-02f,
                                      1.07954735e-01f, 6.33670311e-01f, 1.12934074f,     -1.35410232e-04f};

// GELU for encoders: x * (0.5 + x P(s)), s = 2 (x / 4.75)^2 - 1, x within 4.75 in the brackets: absolute error below 4e-6, a
// small part of a step of the codes that come next. Minimax by weighted least squares on Chebyshev nodes in double precision.
static const float llmk_gelu_terms[11] = {0.00128023454f,  -0.00377101474f, 0.00501602795f, -0.00716885505f,
                                     0.013405595f,    -0.0216495357f,  0.0304028615f,  -0.0405682325f,
                                     0.0532352589f,   -0.0736675486f,  0.148748294f};

#endif

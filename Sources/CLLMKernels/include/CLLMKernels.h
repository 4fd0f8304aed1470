// The C half of the kernels: only what Swift cannot say yet (per-function instruction sets, intrinsics,
// cpuid, futex). Every kernel has a plain Swift twin in LLMTensor/Compute that documents it and runs anywhere.
#ifndef CLLMKERNELS_H
#define CLLMKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Packed matrices
//
// Rows are grouped in strips of 16, two strips make a panel of 32 rows (absent rows are zero). Columns are
// grouped in blocks of 32. Codes of one strip and block lie as [k / 4][16 rows][4 columns]: one 64-byte line is the
// unsigned operand of a 4-way dot product, and results land one per lane. LLMTensor/Compute/PackedFormat.swift
// documents the bytes of every format.

enum llmk_format {
  LLMK_F32 = 0,      // [column][32 rows] float
  LLMK_F16 = 1,      // [column][32 rows] half
  LLMK_BF16 = 2,     // [column][32 rows] bfloat16
  LLMK_Q4_0 = 3,     // nibbles, d
  LLMK_Q4_1 = 4,     // nibbles, d, m
  LLMK_Q5_0 = 5,     // nibbles + 1 bit, d
  LLMK_Q5_1 = 6,     // nibbles + 1 bit, d, m
  LLMK_Q8_0 = 7,     // bytes, d
  LLMK_Q4_K = 8,     // nibbles, (d, dmin) per 256, (scale, min) bytes per 32
  LLMK_Q5_K = 9,     // nibbles + 1 bit, as Q4_K
  LLMK_Q6_K = 10,    // nibbles + 2 bits, d per 256, signed scale byte per 16
  LLMK_IQ4_NL = 11,  // nibbles through a table, d
  LLMK_IQ4_XS = 12,  // nibbles through a table, d per 256, signed scale byte per 32
  LLMK_MXFP4 = 13,   // nibbles through a table, power-of-two scale byte
  LLMK_W8 = 14,      // bytes, float scale and min per 16: every type without a compact layout of its own
  LLMK_Q8_SPLIT = 15,  // the numbers of Q8_0, the lower three bits of all codes behind everything else
  LLMK_Q8_UPPER = 16,  // such a matrix read by its upper five bits: near the same numbers, for less memory
  LLMK_FORMAT_COUNT = 17
};

typedef struct llmk_matrix {
  const uint8_t *data;    // [panels][panel_stride]; a panel: codes [block][2 strips][code bytes], then scales
  int64_t panel_stride;   // bytes per panel, a multiple of 64
  int64_t scale_offset;   // bytes from a panel's start to its scales: [2 strips][scale_stride]
  int64_t scale_stride;   // bytes per strip
  int32_t format;         // enum llmk_format
  int32_t blocks;         // columns / 32 (quantized formats)
  int32_t columns;        // columns; float formats lie as [column][32 rows]
  int32_t panels;
  int64_t lower_offset;   // bytes from `data` to the lower bits, [panels][block][2 strips][192]; zero where there are none
} llmk_matrix;

// Activations of a group of tokens. Quantized per 32 columns to signed bytes; with two planes the value is
// scale * (256 * plane0 + plane1), with one it is scale * plane0.
typedef struct llmk_activations {
  const float *values;      // [tokens][value_stride], for float formats
  const int8_t *codes;      // [tokens][planes][32 * blocks]
  const float *scales;      // [tokens][blocks]
  const int32_t *starts;    // [tokens][planes][blocks]: -128 * sum of the codes of the block
  const float *sums;        // [tokens][blocks]: scale * sum of the codes
  const int32_t *starts16;  // as starts, per 16 columns: [tokens][planes][2 * blocks]
  const float *sums16;      // as sums, per 16 columns
  int64_t value_stride;     // floats
  int32_t blocks;
  int32_t planes;
  int32_t tokens;
  // Where reading ahead of need leaves the matrix: what would lie at `ahead_end` or behind it is fetched
  // `ahead_jump` bytes further on, where the thread's next product begins. NULL and 0 to run straight on.
  const uint8_t *ahead_end;
  int64_t ahead_jump;
} llmk_activations;

// How keys and values are kept. Q8: 8-bit codes with a scale in half precision for every 32 dimensions of a position.
enum { LLMK_KV_F32 = 0, LLMK_KV_F16 = 1, LLMK_KV_BF16 = 2, LLMK_KV_Q8 = 3 };

// Key/value memory of one head: pages of 64 positions. A page holds keys as [headDimension][64] and values as
// [64][value_width] (value_width: headDimension rounded up to 16, the rest zero). With codes, scales follow right behind
// them: of keys [ceil(headDimension / 32)][64], of values [64][ceil(value_width / 32)].
typedef struct llmk_key_values {
  const uint8_t *const *pages;  // base address of each page
  int64_t key_offset;           // bytes from the base to this head's keys
  int64_t value_offset;         // bytes from the base to this head's values
  int32_t type;                 // LLMK_KV_...
  int32_t dimension;
  int32_t value_width;
} llmk_key_values;

// A matrix of 16-bit codes for encoders, which always have many tokens; some kernels want bfloat16 for codes. Rows lie in panels of 16, absent ones zero; a
// panel is [columns / 2][16 rows][2 columns], an odd last column is followed by zero. The value of a code is
// scales[row] * code. Activations are codes with a scale per token; the matrix limits their magnitude so that 32-bit
// sums never overflow: limit * (largest sum of the magnitudes of a row) < 2^31.
//
// Two panels by two tiles by two halves of the columns can be multiplied with seven products instead of eight (Strassen
// 1969, in Winograd's form), exactly, because integers wrap. `combined` holds what that takes of the weights: with B11,
// B12 the first half of the columns of both panels and B21, B22 the second, T1 = B12 - B11, T2 = B22 - T1,
// T3 = B22 - B12, T4 = T2 - B21.
typedef struct llmk_matrix16 {
  const int16_t *codes;
  const int16_t *combined;  // [panels / 2][T1, T2, T3, T4][pairs / 2][16 rows][2 columns], or NULL
  const float *scales;  // [16 * panels]
  const float *bias;    // [16 * panels]
  int32_t pairs;        // (columns + 1) / 2
  int32_t panels;
} llmk_matrix16;

// Tokens of a tile of 16-bit activations, [tile][pairs][LLMK_TILE16 tokens][2 columns], where kernels do not say otherwise.
enum { LLMK_TILE16 = 6 };

typedef struct llmk_kernels {
  const char *name;

  // out[t * out_stride + 32 * (panel - first_panel) + r] = matrix row (32 * panel + r) . activations[t], for panels
  // [first_panel, last_panel) and all tokens. `scratch` is thread-private, at least LLMK_SCRATCH_BYTES, 64-aligned.
  void (*multiply)(const llmk_matrix *matrix, int32_t first_panel, int32_t last_panel,
                   const llmk_activations *activations, float *out, int64_t out_stride, void *scratch);

  // One row of 32 * blocks floats to int8 planes with scales, starts and sums (starts16/sums16 may be NULL).
  void (*quantize)(const float *values, int32_t blocks, int32_t planes, int8_t *codes, float *scales,
                   int32_t *starts, float *sums, int32_t *starts16, float *sums16);

  // out = x / sqrt(mean(x^2) + epsilon) * weight
  void (*rms_norm)(const float *x, const float *weight, float epsilon, int32_t count, float *out);
  // out = (x - mean) / sqrt(variance + epsilon) * weight + bias
  void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, int32_t count, float *out);
  // x += y
  void (*add)(float *x, const float *y, int32_t count);
  // gate = activation(gate) * up (up may be NULL); activation: 0 silu, 1 gelu tanh, 2 gelu, 3 relu, 4 relu squared
  void (*activate)(float *gate, const float *up, int32_t activation, int32_t count);
  // Rotates `dimensions` leading coordinates in place by cosines/sines [dimensions / 2]; interleaved pairs or halves.
  void (*rotate)(float *head, const float *cosines, const float *sines, int32_t dimensions, int32_t interleaved);

  // Attention of `rows` query rows (each `dimension` floats, already scaled and rotated) over positions
  // [first_position, last_position) of the pages. Row r sees positions p with lower[r] <= p < upper[r].
  // Leaves the unnormalized output [rows][value_width], the running maximum and the running sum of each row.
  // The softmax runs page by page in order, so results do not depend on how rows are grouped.
  // scratch: thread-private, 64-aligned, rows * 64 floats at least.
  void (*attend)(const llmk_key_values *kv, const float *queries, int64_t query_stride, int32_t rows,
                 const int32_t *lower, const int32_t *upper, int32_t first_position, int32_t last_position,
                 float softcap, float *out, int64_t out_stride, float *maxima, float *sums, float *scratch);

  // Float to half and back, count elements.
  void (*to_half)(const float *x, uint16_t *out, int32_t count);
  void (*from_half)(const uint16_t *x, float *out, int32_t count);
  // Largest element and sum of exp(x - largest); used by softmax and perplexity.
  double (*log_sum_exp)(const float *x, int64_t count, float *largest);

  // The inner tile of float matrix products, from panels [depth][tile_rows] and [depth][tile_columns]:
  // c[r * c_stride + j] = (accumulates ? c : 0) + alpha * sum over p of a[p][r] * b[p][j], r < rows, j < columns;
  // each sum takes p in order, so it does not depend on where an element lies in its tile.
  int32_t tile_rows;
  int32_t tile_columns;
  void (*float_tile)(const float *a, const float *b, int64_t depth, float alpha, int32_t accumulates, float *c,
                     int64_t c_stride, int32_t rows, int32_t columns);
  // The same from factors in bfloat16, sums in float: panels [pairs][tile_rows] and [pairs][tile_columns] of two depths
  // in 32 bits, the even one in the low half.
  void (*bfloat_tile)(const uint32_t *a, const uint32_t *b, int64_t pairs, float alpha, int32_t accumulates, float *c,
                      int64_t c_stride, int32_t rows, int32_t columns);

  // MARK: Encoders. NULL in tables that have nothing better than `multiply` and `attend`.

  // Whether products of 16-bit codes are at least as fast as those of 8-bit codes.
  int32_t prefers16;
  // Whether codes are bfloat16 instead of integers; all scales are 1 then.
  int32_t is_bfloat16;
  // How codes of activations lie: tokens in tiles of `tile16`, a token's place in its tile `token_step16` codes behind that
  // of the one before; columns are filled up to a multiple of `column_step16`. Memory has room for whole tiles.
  int32_t tile16;
  int32_t token_step16;
  int32_t column_step16;
  // out[t * out_stride + 16 * (panel - first_panel) + r] = activation(bias + scales[t] * matrix row . codes[t]), for
  // panels [first_panel, last_panel) and all tokens; no activation below 0, else as `activate`. `sums`, of combine16
  // or NULL, is used where the matrix has what belongs to it; results are the same.
  void (*multiply16)(const llmk_matrix16 *matrix, int32_t first_panel, int32_t last_panel, const int16_t *codes,
                         const int16_t *sums, const float *scales, int32_t tokens, int32_t activation, float *out,
                         int64_t out_stride);
  // NULL, or what seven products take of the codes of whole pairs of tiles; `pairs` is even, codes are at most 8191. With A11, A12
  // the halves of the columns of the first tile and A21, A22 of the second: S1 = A21 + A22, S2 = S1 - A11,
  // S3 = A11 - A21, S4 = A12 - S2, as [pair of tiles][S1, S2, S3, S4][pairs / 2][LLMK_TILE16 tokens][2 columns].
  void (*combine16)(const int16_t *codes, int32_t pairs, int32_t tokens, int16_t *sums);
  // One token to codes of at most `limit`, at its place in a tile; returns their scale.
  float (*quantize16)(const float *values, int32_t count, int32_t limit, int16_t *codes);
  // Attention of a sequence without a mask, for `heads` heads of `dimension` that lie behind each other in rows of
  // `stride` floats. scratch: thread-private, 64-aligned, (dimension + 3) * (count rounded up to 8) floats.
  void (*attend_all)(const float *queries, const float *keys, const float *values, int64_t stride, int32_t count,
                     int32_t heads, int32_t dimension, float *out, int64_t out_stride, float *scratch);
} llmk_kernels;

enum { LLMK_SCRATCH_BYTES = 256 * 1024 };

// For the rows of panels [first, last) of a LLMK_Q8_SPLIT matrix, 32 each per panel: the norm of what its upper bits alone leave
// out, the norm of the row, and that of its scales.
void llmk_split_bounds(const llmk_matrix *matrix, int32_t first, int32_t last, float *errors, float *norms,
                       float *sizes);

// The table of an instruction set: "avx512", "avx2", "neon-i8mm", "neon"; NULL when this processor or build lacks it.
const llmk_kernels *llmk_kernels_named(const char *name);
// The best table of this processor, NULL when only the plain Swift kernels can run.
const llmk_kernels *llmk_kernels_best(void);

// MARK: Words of split patterns (twin: LLMTokenizer/PreTokenizers/SplitScanner.swift)

enum { LLMK_SPLIT_GPT2 = 0, LLMK_SPLIT_CL100K = 1, LLMK_SPLIT_DEEPSEEK = 2, LLMK_CLASS_COUNT = 0x20000 };

typedef struct llmk_split_rules {
  int32_t family;             // LLMK_SPLIT_...
  int32_t contractions;       // 0 none, 1 lower case, 2 any case
  int32_t digits;             // most digits of a number: 1, 3, or 0 for any
  int32_t marks_are_letters;
  int32_t level;              // the instructions to use, at most llmk_split_level()
  const uint8_t *classes;     // [LLMK_CLASS_COUNT] class bits of each scalar
} llmk_split_rules;

// A word of up to 15 bytes with its length in the topmost byte, and where it is in a cache of 2^bits entries of
// 32 bytes. Longer words have length 0.
typedef struct llmk_word_key {
  uint64_t low, high;
  uint32_t slot, start;
} llmk_word_key;

// A word may be in so many entries of a table: the two of its line of 64 bytes, then those of the lines next to it.
enum { LLMK_WORD_WAYS = 8 };

// What a table holds for a word, see LLMTokenizer/Encoding/KnownWords.swift.
typedef struct llmk_word_entry {
  uint64_t low, high;
  int32_t ids[4];  // -1 behind the last; or the complement of a place in the arena, and how many are there
} llmk_word_entry;

// The best instructions that the functions below have here.
enum { LLMK_SPLIT_PLAIN = 0, LLMK_SPLIT_AVX2 = 1, LLMK_SPLIT_AVX512 = 2 };
int32_t llmk_split_level(void);
// Ends of the words of well-formed text from `start`, where one begins, counted from `base`; returns how many are sure.
// Writes up to `capacity` ends, which is at least 64. With 0 the plain scanner has to make the next step.
int64_t llmk_split_words(const llmk_split_rules *rules, const uint8_t *text, int64_t base, int64_t start, int64_t end,
                         uint32_t *ends, int64_t capacity);
// Keys of the words between `starts` and `ends`, their entries fetched ahead. `readable` bytes of the text may be read.
void llmk_word_keys(int32_t level, const uint8_t *text, int64_t readable, const uint32_t *starts, const uint32_t *ends,
                    int64_t count, const void *entries, int32_t bits, llmk_word_key *keys);

// Writes the ids of the words from `index` on to `*out`, which moves; stops at a long word and at one that the table does not hold,
// and returns which. Writes up to three ids too many.
int64_t llmk_known_words(int32_t level, const llmk_word_key *keys, int64_t index, int64_t count, const void *entries,
                         const int32_t *arena, int32_t **out);

// MARK: Segments of BERT's pipeline (twin: LLMTokenizer/Segments/BertSegments.swift)

// Segments of well-formed text from its beginning, up to `capacity` of them, which is at least 128. Returns how many there
// are, and in `behind` where the next batch begins, which is not in a segment. Where both are 0 the plain scanner has to
// make the next step.
int64_t llmk_bert_segments(int32_t level, int32_t ideographs, const uint8_t *text, int64_t count, uint32_t *starts,
                           uint32_t *ends, int64_t capacity, int64_t *behind);

// MARK: Checks of texts (twins: LLMTokenizer/Unicode/UTF8Text+Scalars.swift, LLMTokenizer/Normalizers/ComposedCheck.swift)

// So many bytes are surely well-formed UTF-8; what comes behind them begins a character, and was not looked at or may be wrong.
int64_t llmk_well_formed(const uint8_t *text, int64_t count);
// So many bytes, a multiple of 32, hold no byte with nibbles[low half] & nibbles[16 + high half].
int64_t llmk_quiet(const uint8_t *text, int64_t count, const uint8_t *nibbles);
// Where a byte comes first, `count` when it does not.
int64_t llmk_find_byte(const uint8_t *text, int64_t count, uint8_t byte);

// MARK: Byte-pair merging (twin: LLMTokenizer/Models/BPEModel+Plain.swift)

typedef struct llmk_merge {
  uint64_t key;  // left id << 32 | right id, UINT64_MAX when free
  int32_t rank, id;
} llmk_merge;

typedef struct llmk_first_pair {
  int32_t rank;  // with LLMK_MERGES_AT_ONCE when no merge of one byte with a longer neighbour could come first
  int32_t id;
} llmk_first_pair;

enum { LLMK_MERGES_AT_ONCE = 1 << 25 };

typedef struct llmk_merge_rules {
  const int32_t *byte_tokens;           // [256]
  const llmk_first_pair *first_pairs;   // [65536] what two bytes merge to
  const llmk_merge *entries;            // open addressing by (key * 0x9E3779B97F4A7C15) >> shift
  const uint64_t *filter;               // a bit for each hash >> filter_shift of a pair that merges
  uint64_t mask;
  int32_t shift, filter_shift;
} llmk_merge_rules;

enum { LLMK_LONGEST_MERGE = 48 };

// Whether the function below does anything here.
int32_t llmk_merge_is_fast(void);
// The ids of a word of 1...48 bytes to `out`, which has room for as many; returns how many there are. Ranks are below 2^24.
int32_t llmk_merge_word(const llmk_merge_rules *rules, const uint8_t *word, int32_t count, int32_t *out);

// MARK: Words and pieces of a dictionary

typedef struct llmk_trie_unit {
  int32_t base;   // the child by byte b is at base ^ b
  int32_t check;  // the parent; negative for a place that is nobody's child
  int32_t value;  // what ends here, -1 for nothing
  float weight;   // something else to know about that
} llmk_trie_unit;

// The longest keys of a word from its left, of `first` and then of `following`: their values, and their lengths unless NULL.
// There is room for one a byte. Returns how many there are, -1 when some part of the word is no key.
int64_t llmk_word_pieces(const llmk_trie_unit *first, const llmk_trie_unit *following, const uint8_t *word,
                         int64_t count, int32_t *ids, int32_t *lengths);

typedef struct llmk_unigram {
  const llmk_trie_unit *units;  // the root is 0; values are id << 2 | steps of the score above the weight, and one more
  const int32_t *firsts;        // [65536] the node behind a character of the first plane, or -1
  const double *scores;         // by id; NULL where the dictionary has them
  double unknown_score;         // of a character that is no piece
  int32_t longest;              // bytes of a piece
  int32_t is_single;            // whether sums are rounded to single precision
} llmk_unigram;

typedef struct llmk_unigram_word {
  int32_t start, end;  // in a text where every word is followed by a byte that no piece has, and the last by one more
  int32_t last_id;     // for the caller
} llmk_unigram_word;

// The best way to a place in the text.
typedef struct llmk_lattice_node {
  double score;
  int32_t start;  // where its last piece begins, -1 when there is no way
  int32_t id;     // of its last piece, -1 for a character that is none
} llmk_lattice_node;

enum { LLMK_BEST_PIECES_BYTES = 73728 };

// Finds the best ways to all places of the words, whose text is well-formed UTF-8; returns how many steps that took.
// `scratch` has LLMK_BEST_PIECES_BYTES at a multiple of 16.
int64_t llmk_best_pieces(const llmk_unigram *model, const uint8_t *text, const llmk_unigram_word *words, int64_t count,
                         llmk_lattice_node *nodes, void *scratch);

// Asks for memory that will be read soon.
static inline void llmk_prefetch(const void *address) { __builtin_prefetch(address); }

// MARK: Threads (spinning and sleeping on an address)

void llmk_pause(void);
// Lets another thread that is ready run on this processor.
void llmk_yield(void);
// Gives the calling thread a name for debuggers; at most 15 bytes of it count.
void llmk_name_thread(const char *name);
// Processors this process may run on, 0 when the system does not say.
int32_t llmk_allowed_processors(void);
void llmk_wait_on_address(const uint32_t *address, uint32_t expected);
void llmk_wake_all(const uint32_t *address);

#ifdef __cplusplus
}
#endif
#endif

// The most probable pieces of words (Kudo 2018): a search in a dictionary and dynamic programming, for a block of starts at once.
//
// A walk along the trie waits for memory at every byte, and nobody knows beforehand where it ends. So the walks from all
// starts of a block take their steps in turn: each asks for the memory of its next step long before it comes to it, and
// those that end drop out without a branch.
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "internal.h"

enum {
  BLOCK = 256,  // so many starts are searched from together
  SLOTS = 16,   // for the pieces of each and one that ends them; what is more is followed alone
};

typedef struct {
  int32_t start;
  int32_t next;   // behind the character that begins here
  int32_t limit;  // where its word ends
  int32_t rest;   // the node at which the search gave up, that of its last piece; or -1
} start_place;

typedef struct {
  int32_t node;
  int32_t place;  // where the next node is, if there is one
  int32_t out;    // the next of the pieces to write
  int32_t end;    // of the text that was read
} walk;

typedef struct {
  int32_t end;  // 0 behind the last piece of a start
  int32_t unused;
  int32_t value;
  float weight;
} piece;

// A unit of the trie, and the piece that is made of it by putting its end in the first lane.
typedef int32_t unit_lanes __attribute__((vector_size(16)));

typedef struct {
  start_place starts[BLOCK];
  walk walks[BLOCK];
  piece pieces[BLOCK * SLOTS];
} search_block;

_Static_assert(sizeof(search_block) <= LLMK_BEST_PIECES_BYTES, "the caller's memory is large enough");

_Static_assert(sizeof(piece) == sizeof(llmk_trie_unit) && offsetof(piece, value) == offsetof(llmk_trie_unit, value),
               "a piece is made of a unit");

static inline int32_t character_length(uint8_t lead) {
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static inline int32_t child(const llmk_trie_unit *units, int32_t node, uint8_t byte) {
  const int32_t next = units[node].base ^ byte;
  return units[next].check == node ? next : -1;
}

// The node behind the character at a place, -1 when no piece begins with it.
static inline int32_t first_node(const llmk_unigram *model, const uint8_t *text, int32_t length) {
  const uint8_t lead = text[0];
  if (length == 1) return model->firsts[lead];
  if (length == 2) return model->firsts[(lead & 0x1F) << 6 | (text[1] & 0x3F)];
  if (length == 3) return model->firsts[(lead & 0x0F) << 12 | (text[1] & 0x3F) << 6 | (text[2] & 0x3F)];
  int32_t node = 0;
  for (int32_t i = 0; i < length && node >= 0; i++) node = child(model->units, node, text[i]);
  return node;
}

static inline void put_piece(piece *target, const llmk_trie_unit *unit, int32_t end) {
  unit_lanes lanes;
  memcpy(&lanes, unit, sizeof lanes);
  lanes[0] = end;
  memcpy(target, &lanes, sizeof lanes);
}

// Takes one step with all walks; those that go on move to the front. By itself, for the sake of registers.
static __attribute__((noinline)) int64_t step(const llmk_trie_unit *restrict units, const uint8_t *restrict text,
                                              walk *restrict walks, piece *restrict pieces, int64_t alive,
                                              start_place *restrict starts) {
  int64_t kept = 0;
  for (const walk *from = walks, *last = walks + alive; from < last; from++) {
    const int32_t node = from->place;
    const llmk_trie_unit *unit = units + node;
    const int32_t is_alive = unit->check == from->node;
    const int32_t is_piece = is_alive & (int32_t)(~(uint32_t)unit->value >> 31);
    const int32_t end = from->end + 1, out = from->out + is_piece;
    const int32_t place = unit->base ^ text[end];
    put_piece(pieces + from->out, unit, end & -is_piece);
    __builtin_prefetch(units + place);
    walks[kept] = (walk){node, place, out, end};
    kept += is_alive;
    if (__builtin_expect((out + 1) % SLOTS == 0, 0) && is_alive) {
      starts[out / SLOTS].rest = node;
      pieces[out].end = 0;
      kept--;
    }
  }
  return kept;
}

// Begins at a character of a word and goes on until a block is full; returns how many starts that are.
static int32_t find_pieces(const llmk_unigram *model, const uint8_t *text, const llmk_unigram_word *words, int64_t count,
                           int64_t *word, int32_t *position, search_block *block, int64_t *work) {
  const llmk_trie_unit *units = model->units;
  int64_t alive = 0;
  int32_t number = 0, at = *position;
  while (*word < count) {
    const int32_t limit = words[*word].end;
    while (at < limit && number < BLOCK) {
      const int32_t length = character_length(text[at]), end = length < limit - at ? at + length : limit;
      const int32_t node = length <= limit - at ? first_node(model, text + at, length) : -1;
      const int32_t out = number * SLOTS;
      block->starts[number] = (start_place){at, end, limit, -1};
      if (node >= 0) {
        const llmk_trie_unit *unit = units + node;
        const int32_t is_piece = unit->value >= 0, place = unit->base ^ text[end];
        __builtin_prefetch(units + place);
        put_piece(block->pieces + out, unit, end & -is_piece);
        block->walks[alive++] = (walk){node, place, out + is_piece, end};
      } else {
        block->pieces[out].end = 0;
      }
      number++;
      at = end;
    }
    if (at < limit) break;
    if (++*word < count) at = words[*word].start;
  }
  *position = at;
  *work += number;
  while (alive > 0) {
    *work += alive;
    alive = step(units, text, block->walks, block->pieces, alive, block->starts);
  }
  return number;
}

// What kind of numbers a model adds, known where it is compiled.
typedef struct {
  int32_t is_single, has_scores;
} numbers;

#define INLINE static inline __attribute__((always_inline))

INLINE double rounded(numbers kind, double score) { return kind.is_single ? (double)(float)score : score; }

INLINE double piece_score(const llmk_unigram *model, numbers kind, int32_t value, float weight) {
  if (kind.has_scores) return model->scores[value >> 2];
  double score = weight;
  uint64_t bits;
  memcpy(&bits, &score, sizeof bits);
  bits += (uint64_t)(value & 3) - 1;
  memcpy(&score, &bits, sizeof bits);
  return score;
}

// Which way is better nobody can foretell: no branches.
INLINE void reach(llmk_lattice_node *node, double score, int32_t start, int32_t id) {
  const llmk_lattice_node known = *node;
  const int32_t keep = -(score <= known.score);
  node->score = score > known.score ? score : known.score;
  node->start = (known.start & keep) | (start & ~keep);
  node->id = (known.id & keep) | (id & ~keep);
}

// SentencePiece subtracts the score so far now and then, so that single precision suffices on long texts.
static void reset(const llmk_unigram *model, llmk_lattice_node *nodes, int32_t position, int32_t limit) {
  const double offset = nodes[position].score;
  const int32_t end = limit - position > model->longest ? position + model->longest : limit;
  for (int32_t i = position; i <= end; i++) {
    if (nodes[i].start >= 0) nodes[i].score = (double)(float)(nodes[i].score - offset);
  }
}

// Carries the best ways to the starts of a block on to all places where pieces that begin there end; returns how many
// steps the search had left to do.
INLINE int64_t extend(const llmk_unigram *model, numbers kind, const uint8_t *text, const search_block *block,
                      int32_t count, llmk_lattice_node *restrict nodes) {
  int64_t work = 0;
  for (int32_t i = 0; i < count; i++) {
    const start_place start = block->starts[i];
    const piece *pieces = block->pieces + i * SLOTS;
    if (kind.is_single && fabs(nodes[start.start].score) > 100000) reset(model, nodes, start.start, start.limit);
    const double base = nodes[start.start].score;
    // Only the first piece can be the character.
    if (pieces[0].end != start.next) {
      reach(nodes + start.next, rounded(kind, base + model->unknown_score), start.start, -1);
    }
    for (const piece *p = pieces; p->end > 0; p++) {
      const double score = piece_score(model, kind, p->value, p->weight);
      reach(nodes + p->end, rounded(kind, base + score), start.start, p->value >> 2);
    }
    if (start.rest < 0) continue;
    int32_t node = start.rest;
    for (int32_t end = pieces[SLOTS - 2].end; end < start.limit;) {
      node = child(model->units, node, text[end++]);
      if (node < 0) break;
      work++;
      const llmk_trie_unit unit = model->units[node];
      if (unit.value < 0) continue;
      const double score = piece_score(model, kind, unit.value, unit.weight);
      reach(nodes + end, rounded(kind, base + score), start.start, unit.value >> 2);
    }
  }
  return work;
}

#define EXTEND(name, is_single, has_scores)                                                                     \
  static __attribute__((noinline)) int64_t name(const llmk_unigram *model, const uint8_t *text,                 \
                                                const search_block *block, int32_t count, llmk_lattice_node *nodes) { \
    return extend(model, (numbers){is_single, has_scores}, text, block, count, nodes);                          \
  }
EXTEND(extend_double, 0, 0)
EXTEND(extend_double_scores, 0, 1)
EXTEND(extend_single, 1, 0)
EXTEND(extend_single_scores, 1, 1)

int64_t llmk_best_pieces(const llmk_unigram *model, const uint8_t *text, const llmk_unigram_word *words, int64_t count,
                         llmk_lattice_node *nodes, void *scratch) {
  if (count <= 0) return 0;
  search_block *block = scratch;
  int64_t (*extend_block)(const llmk_unigram *, const uint8_t *, const search_block *, int32_t, llmk_lattice_node *) =
      model->is_single ? model->scores ? extend_single_scores : extend_single
      : model->scores  ? extend_double_scores
                       : extend_double;
  int64_t work = 0, word = 0;
  int32_t position = words[0].start;
  for (int64_t i = 0; i < count; i++) {
    nodes[words[i].start] = (llmk_lattice_node){0, 0, -1};
    for (int32_t j = words[i].start + 1; j <= words[i].end; j++) nodes[j] = (llmk_lattice_node){-INFINITY, -1, -1};
  }
  while (word < count) {
    const int32_t number = find_pieces(model, text, words, count, &word, &position, block, &work);
    work += extend_block(model, text, block, number, nodes);
  }
  return work;
}

// The longest token from the left, again and again (WordPiece).
#include "internal.h"

int64_t llmk_word_pieces(const llmk_trie_unit *first, const llmk_trie_unit *following, const uint8_t *word,
                         int64_t count, int32_t *ids, int32_t *lengths) {
  const llmk_trie_unit *units = first;
  int64_t position = 0, number = 0;
  while (position < count) {
    int32_t node = 0, base = units[0].base, best = -1;
    int64_t end = position;
    for (int64_t i = position; i < count;) {
      const int32_t next = base ^ word[i];
      const llmk_trie_unit *unit = units + next;
      if (unit->check != node) break;
      node = next;
      base = unit->base;
      i++;
      end = unit->value >= 0 ? i : end;
      best = unit->value >= 0 ? unit->value : best;
    }
    if (best < 0) return -1;
    ids[number] = best;
    if (lengths) lengths[number] = (int32_t)(end - position);
    number++;
    position = end;
    units = following;
  }
  return number;
}

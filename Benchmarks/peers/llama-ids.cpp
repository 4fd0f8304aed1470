// The ids that llama.cpp gives texts, for tokenizer-vocabularies.
//
//     llama-ids VOCABULARY.gguf TEXTS OUT PARSE-SPECIAL
//
// TEXTS holds each text behind its length, OUT gets how many texts there are, the number of ids of each, how many ids in
// all, and these: 32-bit little-endian numbers.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "llama.h"

static void write_all(FILE *file, const std::vector<int32_t> &numbers) {
    const auto count = static_cast<int32_t>(numbers.size());
    fwrite(&count, sizeof count, 1, file);
    fwrite(numbers.data(), sizeof(int32_t), numbers.size(), file);
}

int main(int argc, char **argv) {
    if (argc != 5) return 64;
    llama_log_set([](ggml_log_level level, const char *text, void *) {
        if (level == GGML_LOG_LEVEL_ERROR) fputs(text, stderr);
    }, nullptr);
    llama_backend_init();
    llama_model_params parameters = llama_model_default_params();
    parameters.vocab_only = true;
    llama_model *model = llama_model_load_from_file(argv[1], parameters);
    FILE *texts = fopen(argv[2], "rb"), *out = fopen(argv[3], "wb");
    if (!model || !texts || !out) return 66;
    const llama_vocab *vocabulary = llama_model_get_vocab(model);
    std::vector<int32_t> counts, ids;
    std::vector<char> text;
    std::vector<llama_token> found;
    uint32_t size;
    while (fread(&size, sizeof size, 1, texts) == 1) {
        text.resize(size + 1);
        if (fread(text.data(), 1, size, texts) != size) return 65;
        found.resize(size + 16);
        const auto length = static_cast<int32_t>(size), capacity = static_cast<int32_t>(found.size());
        const bool parses = atoi(argv[4]) != 0;
        int32_t count = llama_tokenize(vocabulary, text.data(), length, found.data(), capacity, false, parses);
        if (count < 0) {
            found.resize(-count);
            count = llama_tokenize(vocabulary, text.data(), length, found.data(), -count, false, parses);
        }
        counts.push_back(count);
        ids.insert(ids.end(), found.begin(), found.begin() + count);
    }
    write_all(out, counts);
    write_all(out, ids);
    return fclose(out) == 0 ? 0 : 74;
}

#!/usr/bin/env python3
"""Writes pairs.json: small vocab.json + merges.txt pairs, and what transformers' tokenizers make of a list of texts.

Run: python make_pair_goldens.py   (transformers 5.24, tokenizers 0.23.3; no randomness)
"""
import importlib.util
import json
import pathlib

import tokenizers
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import CLIPTokenizer, GPT2Tokenizer

assert tokenizers.__version__ == "0.23.3" and transformers.__version__ == "5.24.0"
HERE = pathlib.Path(__file__).resolve().parent
source = (HERE / "make_tokenizer_goldens.py").read_text(encoding="utf-8").replace("\nmain()", "\n")
shared = {}
exec(compile(source, "make_tokenizer_goldens.py", "exec"), shared)
TEXTS = shared["TEXTS"] + ["<|startoftext|> a photo of <|endoftext|>\n a CAT", "ＦＵＬＬ\u00a0width 12a3  it's IT'S <|endoftext|"]


def trained(suffix):
    """A vocabulary in the order CLIP has: letters, letters that end words, merges, markup."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=suffix) if suffix else models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=640, initial_alphabet=alphabet, show_progress=False, **({"end_of_word_suffix": suffix} if suffix else {}))
    tokenizer.train_from_iterator([text.lower() for text in shared["CORPUS"]] * 3, trainer)
    merges = [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
    tokens = alphabet + ([letter + suffix for letter in alphabet] if suffix else [])
    tokens += [a + b for a, b in merges if a + b not in tokens] + (["<|startoftext|>"] if suffix else []) + ["<|endoftext|>"]
    vocabulary = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    return vocabulary, [pair for pair in merges if all(part in vocabulary for part in pair)]


def main():
    out = []
    for name, suffix, kind in [("gpt2", "", GPT2Tokenizer), ("clip", "</w>", CLIPTokenizer)]:
        vocabulary, merges = trained(suffix)
        tokenizer = kind(vocab=vocabulary, merges=merges)
        cases = []
        for text in TEXTS:
            ids = tokenizer(text)["input_ids"]
            cases.append({"text": text, "ids": ids, "decoded": tokenizer.backend_tokenizer.decode(ids, skip_special_tokens=True)})
        out.append({"name": name, "vocabulary": json.dumps(vocabulary, ensure_ascii=False), "merges": "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges),
                    "cases": cases, "pair": tokenizer("one two", "three")["input_ids"]})
    with open(HERE / "pairs.json", "w", encoding="utf-8") as file:
        json.dump(out, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


main()

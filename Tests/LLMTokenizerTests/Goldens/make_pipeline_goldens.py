#!/usr/bin/env python3
"""Writes pipelines.json: tokenizers of pipelines drawn at random (Benchmarks/peers/parity_pipelines.py, seed 23) and what
tokenizers 0.23.3 makes of texts with them: alone, in pairs, split into words, cut, filled up and decoded.

Run: python make_pipeline_goldens.py
"""
import json
import pathlib
import random
import sys

import tokenizers

assert tokenizers.__version__ == "0.23.3"
here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks/peers"))
import parity_pipelines as pipelines


def record(e, decode):
    return {
        "ids": e.ids, "types": e.type_ids, "words": [-1 if w is None else w for w in e.word_ids],
        "starts": [o[0] for o in e.offsets], "ends": [o[1] for o in e.offsets],
        "special": e.special_tokens_mask, "attention": e.attention_mask, "decoded": decode(e.ids),
        "overflowing": [o.ids for o in e.overflowing],
    }


def main():
    out, size, index = [], 0, 0
    while size < 280_000:
        rng = random.Random(23_000 + index)
        index += 1
        document = pipelines.document(rng)
        if document["model"].get("dropout") or document["model"].get("byte_fallback"):
            continue
        made = document["model"]
        if len(made["vocab"]) > 420:
            continue
        try:
            t = tokenizers.Tokenizer.from_str(json.dumps(document))
            cases = []
            texts = [s.decode("utf-8", "replace") for s in pipelines.texts(rng, document, 6)]
            for s, other in zip(texts, texts[1:] + texts[:1]):
                words = pipelines.words_of(s, rng)
                cases.append({"text": s, "alone": record(t.encode(s), t.decode), "other": other,
                              "pair": record(t.encode(s, other), t.decode), "split": words,
                              "words": record(t.encode(words, is_pretokenized=True), t.decode)})
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            continue
        item = {"name": str(index), "tokenizer": document, "cases": cases}
        length = len(json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode())
        if length > 24_000 or (document["truncation"] or {}).get("max_length", 16) < t.num_special_tokens_to_add(True):
            continue
        size += length
        out.append(item)
    with open(here / "pipelines.json", "w", encoding="utf-8") as file:
        json.dump(out, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")
    print(len(out), "pipelines of", index)


main()

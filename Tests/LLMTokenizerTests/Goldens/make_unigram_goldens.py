#!/usr/bin/env python3
"""Writes unigram.json: unigram vocabularies of unusual shapes and what tokenizers 0.23.3 makes of texts with them. Pieces
of more bytes, and more pieces that begin with the same letters, than ours searches for together; scores that need double
precision, and ties; letters that no piece has. And what the library reads where a score is written with many digits.

Run: python make_unigram_goldens.py
"""
import json
import pathlib
import random

import tokenizers

assert tokenizers.__version__ == "0.23.3"
UNITS = {"letters": "ab", "mixed": "aé漢😀\u0301"}


def vocabulary(rng, units, longest, count):
    pieces = {"<unk>": 0.0}
    for length in range(1, longest + 1):
        pieces[units[0] * length] = -length * 0.9 - rng.random()
    while len(pieces) < count:
        piece = "".join(rng.choice(units) for _ in range(1 + int(rng.expovariate(0.12))))
        pieces.setdefault("▁" + piece if rng.random() < 0.2 else piece, -2.0 - rng.random() * len(piece))
    return pieces


def main():
    out = []
    for seed, (name, letters) in enumerate(UNITS.items()):
        for kind in ("double", "single", "ties"):
            rng = random.Random(40 + seed)
            pieces = list(vocabulary(rng, letters, 110, 400).items())
            if kind == "single":
                pieces = [(p, round(s * 1024) / 1024) for p, s in pieces]
            if kind == "ties":
                pieces = [(p, float(-len(p))) for p, s in pieces]
            document = {
                "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
                "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                    {"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}]},
                "post_processor": None, "decoder": None,
                "model": {"type": "Unigram", "unk_id": 0, "vocab": pieces, "byte_fallback": False},
            }
            t = tokenizers.Tokenizer.from_str(json.dumps(document))
            alphabet = letters + letters + "z"
            texts = ["".join(rng.choice(alphabet) if rng.random() < 0.93 else " " for _ in range(rng.choice([3, 20, 90, 700])))
                     for _ in range(40)]
            texts += [letters[0] * n for n in (1, 15, 16, 17, 59, 60, 61, 63, 64, 65, 109, 111, 900)]
            out.append({"name": f"{name} {kind}", "tokenizer": document,
                        "cases": [{"text": s, "ids": t.encode(s).ids} for s in texts]})
    rng = random.Random(7)
    written = []
    for _ in range(600):
        digits = "".join(rng.choice("0123456789") for _ in range(rng.choice([3, 15, 16, 17, 18, 19, 20, 21, 25])))
        point = rng.randrange(1, len(digits))
        text = (digits[:point].lstrip("0") or "0") + "." + digits[point:]
        if rng.random() < 0.3:
            text += f"e{rng.choice([-320, -300, -40, -25, -3, 2, 24, 200])}"
        written.append(rng.choice(["", "-"]) + text)
    vocab = ",".join(f'["{i}",{x}]' for i, x in enumerate(written))
    made = tokenizers.Tokenizer.from_str(
        '{"version":"1.0","added_tokens":[],"model":{"type":"Unigram","unk_id":null,"vocab":[' + vocab + "]}}")
    read = [repr(score) for _, score in json.loads(made.to_str())["model"]["vocab"]]
    out = {"numbers": [list(pair) for pair in zip(written, read)], "models": out}
    with open(pathlib.Path(__file__).resolve().parent / "unigram.json", "w", encoding="utf-8") as file:
        json.dump(out, file, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()

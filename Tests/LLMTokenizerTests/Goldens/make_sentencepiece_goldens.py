#!/usr/bin/env python3
"""Writes sentencepiece.json: small SentencePiece models, and what sentencepiece 0.2.3 makes of a list of texts with them.

Run: python make_sentencepiece_goldens.py   (the models are trained on the sentences of make_tokenizer_goldens.py; no randomness)
"""
import base64
import io
import json
import pathlib

import sentencepiece

assert sentencepiece.__version__ == "0.2.3"
HERE = pathlib.Path(__file__).resolve().parent
source = (HERE / "make_tokenizer_goldens.py").read_text(encoding="utf-8").replace("\nmain()", "\n")
shared = {}
exec(compile(source, "make_tokenizer_goldens.py", "exec"), shared)
MARKS = ["▁", "▁▁", " ▁ ", "a▁", "a ▁ ", "▁a", " ▁a▁▁ b ▁", "  a  b  ", "Ω", "Ω▁", "\t a"]
KINDS = {
    "unigram": dict(model_type="unigram", vocab_size=180),
    "unigram, spaces kept": dict(model_type="unigram", vocab_size=180, remove_extra_whitespaces=False),
    "unigram, no prefix": dict(model_type="unigram", vocab_size=180, add_dummy_prefix=False),
    "bpe, byte fallback": dict(model_type="bpe", vocab_size=480, byte_fallback=True, remove_extra_whitespaces=False),
    "bpe": dict(model_type="bpe", vocab_size=220),
    "unigram, space behind": dict(model_type="unigram", vocab_size=180, treat_whitespace_as_suffix=True),
}


def main():
    out = []
    for name, options in KINDS.items():
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(line for text in shared["CORPUS"] * 3 for line in text.split("\n")), model_writer=model,
            normalization_rule_name="identity", minloglevel=2, num_threads=1, hard_vocab_limit=False, **options)
        processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
        cases = []
        for text in shared["TEXTS"] + MARKS:
            ids = processor.encode(text)
            cases.append({"text": text, "ids": ids, "decoded": processor.decode(ids)})
        odd = [[0], [0, 0], [3, 4, 5], [5, 4, 3], *([i, i, 0, i] for i in range(3, 12))]
        decoded = [{"ids": ids, "text": processor.decode(ids)} for ids in odd]
        out.append({"name": name, "model": base64.b64encode(model.getvalue()).decode(), "cases": cases, "decoded": decoded})
    with open(HERE / "sentencepiece.json", "w", encoding="utf-8") as file:
        json.dump(out, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


main()

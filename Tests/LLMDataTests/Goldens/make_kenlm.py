#!/usr/bin/env python3
"""Writes kenlm.json: perplexities of KenLM's lmplz and query (github.com/kpu/kenlm, commit 4cb443e) on the fetched corpus.

Usage: make_kenlm.py FOLDER_OF_PROGRAMS QUALITY_JSONL     (QUALITY_JSONL comes from Scripts/fetch-corpora)
Sentences are the lines of the documents; words are what ASCII white space leaves; every tenth sentence is held out.
"""
import json, os, re, subprocess, sys, tempfile

programs, corpus = sys.argv[1:3]
lines = []
for record in open(corpus, encoding="utf-8"):
    for line in json.loads(record)["text"].split("\n"):
        words = [w for w in re.split("[ \t\r\v\f]+", line) if w and w not in ("<s>", "</s>", "<unk>") and "\0" not in w]
        if words:
            lines.append(" ".join(words))
result = {"program": "KenLM 4cb443e: lmplz, query", "sentences": len(lines), "orders": {}}
with tempfile.TemporaryDirectory() as folder:
    train, test, model = (os.path.join(folder, name) for name in ("train", "test", "arpa"))
    open(train, "w", encoding="utf-8").write("\n".join(l for i, l in enumerate(lines) if i % 10 != 9) + "\n")
    open(test, "w", encoding="utf-8").write("\n".join(l for i, l in enumerate(lines) if i % 10 == 9) + "\n")
    for order in (2, 3, 4, 5):
        arguments = [os.path.join(programs, "lmplz"), "-o", str(order), "-S", "2G", "-T", folder]
        with open(train) as source, open(model, "w") as target:
            subprocess.run(arguments, stdin=source, stdout=target, stderr=subprocess.DEVNULL, check=True)
        with open(test) as source:
            text = subprocess.run([os.path.join(programs, "query"), "-v", "summary", model], stdin=source,
                                  capture_output=True, text=True, check=True)
        text = text.stdout + text.stderr
        figure = lambda name: float(re.search(name + r":\s*([\d.]+)", text).group(1))
        with open(model) as file:
            sizes = [int(line.split("=")[1]) for line in file.read(400).split("\n") if line.startswith("ngram ")]
        result["orders"][order] = {
            "perplexity": figure("Perplexity including OOVs"), "unknown": int(figure("\nOOVs")),
            "tokens": int(figure("\nTokens")), "ngrams": sizes}
json.dump(result, open(os.path.join(os.path.dirname(__file__), "kenlm.json"), "w"), indent=1)

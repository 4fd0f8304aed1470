#!/usr/bin/env python3
"""make_minhash.py DOCUMENTS.jsonl OUTPUT.json [--own-words]: the signature files of datatrove's MinHash.

Made with datatrove 0.10.1, spaCy 3.8.18, xxhash 4.1.0, numpy's RandomState. Of the documents of Scripts/fetch-corpora
(`quality.jsonl`) the first of each source in English, German, Spanish and other languages are taken, and each fifth one
once more with some words changed. The golden has, for each setting, the sha1 of each bucket's file; the sha1 of each
simplified text; and the sets of documents that datatrove's later steps find. Words are those between white space, so
that the signatures depend on nothing but MinHash itself.
"""
import hashlib
import json
import sys
import tempfile

from datatrove.data import Document
from datatrove.pipeline.dedup.minhash import (
    MinhashBuildIndex, MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature)
from datatrove.utils.hashing import HashConfig
from datatrove.utils.text import simplify_text

SETTINGS = {
    "xxhash64": MinhashConfig(),
    "xxhash32": MinhashConfig(hash_config=HashConfig(precision=32, hash_fc="xxhash")),
    "sha1_64": MinhashConfig(hash_config=HashConfig(precision=64, hash_fc="sha1")),
    "sha1_32": MinhashConfig(hash_config=HashConfig(precision=32, hash_fc="sha1"), n_grams=3, num_buckets=9,
                             hashes_per_bucket=13, seed=42),
}


class Words:
    def word_tokenize(self, text):
        return text.split()


def changed(text, number):
    """Every `rate`-th word is another one; rates from 3 to 40."""
    words, rate = text.split(" "), [3, 5, 8, 12, 20, 40][number % 6]
    return " ".join("changed" if i % rate == rate - 1 else w for i, w in enumerate(words))


def choose(path):
    taken, documents = {}, []
    for line in open(path, encoding="utf-8", newline="\n"):
        entry = json.loads(line)
        source = entry["id"].split("-")[0]
        if "+" in entry["id"] or taken.get(source, 0) >= 70:
            continue
        taken[source] = taken.get(source, 0) + 1
        documents.append(entry["text"])
    return documents + [changed(text, i) for i, text in enumerate(documents[::5])]


def main(path, output):
    texts = choose(path)
    golden = {"documents": len(texts),
              "simplified": hashlib.sha1("\n".join(map(simplify_text, texts)).encode()).hexdigest(), "settings": {}}
    for name, config in SETTINGS.items():
        with tempfile.TemporaryDirectory() as folder:
            step = MinhashDedupSignature(folder + "/signatures", config)
            step.word_tokenizer = Words()
            if config.hash_config.hash_fc == "xxhash":  # xxhash 4 takes no strings; it used to encode them so
                plain = step._hash_func
                step._hash_func = lambda text, plain=plain: plain(text.encode("utf-8"))
            step.run((Document(text=text, id=str(i)) for i, text in enumerate(texts)), 0, 1)
            files = [open(f"{folder}/signatures/bucket_{b:03d}/00000.minhash.sig", "rb").read()
                     for b in range(config.num_buckets)]
            for bucket in range(config.num_buckets):
                MinhashDedupBuckets(folder + "/signatures", folder + "/buckets", config=config).run(None, bucket, config.num_buckets)
            MinhashDedupCluster(folder + "/buckets", folder + "/clusters", config=config, save_cluster_id=True).run(None, 0, 1)
            data = open(folder + "/clusters/000000.clusters", "rb").read()
            clusters = {}
            for place in range(0, len(data), 8):
                document, cluster = (int.from_bytes(data[place + i : place + i + 4], "little") for i in (0, 4))
                clusters.setdefault(cluster, []).append(document)
            golden["settings"][name] = {
                "bytes": len(files[0]), "files": [hashlib.sha1(data).hexdigest() for data in files],
                "clusters": sorted(sorted(members) for members in clusters.values())}
            print(name, len(files[0]), len(clusters), "clusters")
    with open(output, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])

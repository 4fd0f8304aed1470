#!/usr/bin/env python3
"""Makes merkle.json with pymerkle 7.0.0 (pip install pymerkle): roots of the trees over "entry 0", "entry 1", ... and
proofs in them, as RFC 6962 lists their hashes. pymerkle puts the leaf before an inclusion path. Its consistency proofs
go down to a leaf where the RFC stops at a whole subtree, so those are listed here by the RFC's recursion, with each
hash taken from pymerkle (the root of a tree over the same leaves).

    python3 make_merkle.py > merkle.json
"""
import json
import random

from pymerkle import InmemoryTree

LEAVES = 70


def tree_over(first, end):
    tree = InmemoryTree(algorithm="sha256")
    for number in range(first, end):
        tree.append_entry(b"entry %d" % number)
    return tree


def consistency_ranges(old, first, end, whole=True):
    """SUBPROOF of RFC 6962, section 2.1.2, as ranges of leaves."""
    size = end - first
    if old == size:
        return [] if whole else [(first, end)]
    split = 1 << ((size - 1).bit_length() - 1)
    if old <= split:
        return consistency_ranges(old, first, first + split, whole) + [(first + split, end)]
    return consistency_ranges(old - split, first + split, end, False) + [(first, first + split)]


if __name__ == "__main__":
    tree = tree_over(0, LEAVES)
    roots = [tree.get_root(size).hex() for size in range(1, LEAVES + 1)]
    generator = random.Random(6962)
    inclusion, consistency = [], []
    for _ in range(100):
        size = generator.randint(1, LEAVES)
        index = generator.randrange(size)
        # pymerkle counts leaves from 1.
        path = tree.prove_inclusion(index + 1, size).serialize()["path"]
        inclusion.append({"index": index, "size": size, "path": path[1:]})
        new = generator.randint(2, LEAVES)
        old = generator.randint(1, new - 1)
        path = [tree_over(*part).get_root().hex() for part in consistency_ranges(old, 0, new)]
        consistency.append({"old": old, "new": new, "path": path})
    print(json.dumps({"leaves": LEAVES, "roots": roots, "inclusion": inclusion, "consistency": consistency}, indent=0))

#!/usr/bin/env python3
"""Lets pymerkle 7.0.0 check the roots and proofs that llmops gives for a real log.

    python3 verify_with_pymerkle.py LLMOPS STORE [PROOFS]

Inclusion proofs become pymerkle's by putting the leaf's hash first. pymerkle's consistency proofs go down to a leaf
where the RFC stops at a whole subtree: hashes that ours does not hold are taken from the lines of the log.
"""
import hashlib
import json
import random
import subprocess
import sys

from make_merkle import consistency_ranges
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from pymerkle.core import _consistency_path_layout
from pymerkle.proof import ConsistencyProof, InclusionProof

program, store = sys.argv[1:3]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 50


def prove(*arguments):
    command = [program, "govern", "audit", "prove", "--store", store, "--json", *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


lines = open(f"{store}/audit/log.jsonl", "rb").read().split(b"\n")[:-1]
tree = InmemoryTree(algorithm="sha256")
for line in lines:
    tree.append_entry(line)
generator = random.Random(1)
for _ in range(count):
    size = generator.randint(2, len(lines))
    index = generator.randrange(size)
    ours = prove("--entry", index, "--size", size)
    leaf = hashlib.sha256(b"\x00" + lines[index]).digest()
    assert ours["leaf"] == leaf.hex() and ours["root"] == tree.get_root(size).hex()
    layout = tree.prove_inclusion(index + 1, size)
    proof = InclusionProof("sha256", True, size, layout.index, layout.rule, [leaf] + [bytes.fromhex(h) for h in ours["path"]])
    verify_inclusion(leaf, bytes.fromhex(ours["root"]), proof)

    old = generator.randint(1, size - 1)
    ours = prove("--from", old, "--size", size)
    hashes = dict(zip(consistency_ranges(old, 0, size), map(bytes.fromhex, ours["path"])))
    if old & (old - 1) == 0:
        hashes[(0, old)] = bytes.fromhex(ours["old_root"])
    rule, subset, ranges = _consistency_path_layout(old, size)
    path = []
    for first, end in ranges:
        if (first, end) not in hashes:
            part = InmemoryTree(algorithm="sha256")
            for line in lines[first:end]:
                part.append_entry(line)
            hashes[(first, end)] = part.get_root()
        path.append(hashes[(first, end)])
    proof = ConsistencyProof("sha256", True, size, old, rule, subset, path)
    verify_consistency(bytes.fromhex(ours["old_root"]), bytes.fromhex(ours["new_root"]), proof)
print(f"{count} inclusion and {count} consistency proofs over {len(lines)} entries: pymerkle agrees")

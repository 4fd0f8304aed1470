#!/usr/bin/env python3
"""Writes expressions.json: SPDX expressions and how PyPI license-expression 30.4.4 reads them (null: refused). Seed 4."""
import json, random
from license_expression import get_spdx_licensing

random.seed(4)
licensing = get_spdx_licensing()
names = ["MIT", "Apache-2.0", "GPL-2.0-only", "GPL-2.0-or-later", "BSD-3-Clause", "MPL-2.0", "CC-BY-4.0", "LGPL-2.1-only"]

def make(depth):
    r = random.random()
    if depth == 0 or r < 0.35:
        if r < 0.06:
            return "GPL-2.0-only WITH Classpath-exception-2.0"
        return random.choice(names)
    inner = f"{make(depth - 1)} {random.choice(['AND', 'OR'])} {make(depth - 1)}"
    return f"({inner})" if random.random() < 0.5 else inner

def truth(tree, chosen):
    kind = type(tree).__name__
    if kind == "AND": return all(truth(a, chosen) for a in tree.args)
    if kind == "OR": return any(truth(a, chosen) for a in tree.args)
    return str(tree) in chosen

texts = [make(random.randint(0, 4)) for _ in range(300)]
texts += ["MIT AND", "AND MIT", "(MIT", "MIT)", "MIT MIT", "", "()", "MIT OR OR MIT", "MIT WITH", "WITH Classpath-exception-2.0", "MIT AND (OR MIT)", "  MIT  ", "((MIT))"]
atoms = names + ["GPL-2.0-only WITH Classpath-exception-2.0"]
subsets = [[a for a in atoms if random.random() < 0.5] for _ in range(12)]
rows = []
for text in texts:
    try:
        tree = licensing.parse(text, strict=True)
    except Exception:  # it fails on broken expressions with errors of many kinds
        tree = None
    rows.append({"text": text, "holds": None if tree is None else [truth(tree, set(s)) for s in subsets]})
with open(__file__.rsplit("/", 1)[0] + "/expressions.json", "w") as file:
    json.dump({"subsets": subsets, "rows": rows}, file)
print(sum(r["holds"] is None for r in rows), "refused of", len(rows))

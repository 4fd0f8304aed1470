#!/usr/bin/env python3
"""Writes normalization.json: random strings of scripts that normalization changes (seed 61), and what the normalizers of
tokenizers 0.23.3 make of them in each form.

Run: python make_normalization_goldens.py
"""
import json
import pathlib
import random

import tokenizers
from tokenizers import normalizers

assert tokenizers.__version__ == "0.23.3"
RANGES = [(0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x340, 0x345), (0x590, 0x6FF), (0x900, 0xDFF), (0xF00, 0xFFF),
          (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2070, 0x2190), (0x3040, 0x30FF), (0x3300, 0x33FF), (0xAC00, 0xAD00),
          (0xD700, 0xD7A3), (0xF900, 0xFA20), (0xFB00, 0xFDFF), (0xFF00, 0xFFEF), (0x11080, 0x111FF), (0x11300, 0x114FF),
          (0x1D150, 0x1D1C0), (0x1D400, 0x1D7FF), (0x2F800, 0x2FA1D)]


def text(rng):
    few = rng.sample(RANGES, 2)
    scalars = []
    for _ in range(rng.randint(1, 40)):
        low, high = rng.choice(few)
        scalars += [rng.randint(low, high)] * rng.choice([1, 1, 1, 2])
    if rng.random() < 0.3:
        rng.shuffle(scalars)
    return "".join(map(chr, scalars))


def main():
    forms = {name: getattr(normalizers, name.upper())() for name in ["nfc", "nfd", "nfkc", "nfkd"]}
    cases = []
    for index in range(500):
        s = text(random.Random(61_000 + index))
        cases.append({"text": s} | {name: form.normalize_str(s) for name, form in forms.items()})
    here = pathlib.Path(__file__).resolve().parent
    with open(here / "normalization.json", "w", encoding="utf-8") as file:
        json.dump(cases, file, ensure_ascii=False, separators=(",", ":"))


main()

#!/usr/bin/env python3
"""Writes Sources/LLMTokenizer/Unicode/UnicodeTables.swift.

Needs `unicodedata2==16.0.0` (general categories, decompositions: Unicode 16.0) and `tokenizers==0.23.3`, whose
regular expressions (\\w, \\p{Han}) and case mappings are the behaviour that the tables have to give.
"""
import pathlib
import unicodedata2
from tokenizers import Regex, normalizers, pre_tokenizers

assert unicodedata2.unidata_version == "16.0.0"
CATEGORIES = "Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co".split()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcd"
LIMIT = 0x110000


def scalars(start=0, end=LIMIT):
    return (c for c in range(start, end) if not 0xD800 <= c <= 0xDFFF)


def matched(pattern):
    """The scalars that a one-character class matches in the reference."""
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    found = set()
    for start in range(0, LIMIT, 4096):
        text = "".join(chr(c) for c in scalars(start, start + 4096))
        for word, _ in split.pre_tokenize_str(text):
            found.update(ord(c) for c in word)
    return found


def run_lengths(values):
    """One letter per run, followed by the run's length when it is not 1."""
    out, previous, count = [], None, 0
    for value in list(values) + [None]:
        if value == previous:
            count += 1
            continue
        if previous is not None:
            out.append(previous + (str(count) if count != 1 else ""))
        previous, count = value, 1
    return "".join(out)


def lines(text, width=110):
    return "\n".join("        " + text[i : i + width] + "\\" for i in range(0, len(text), width))


def literal(name, comment, text):
    return f'    /// {comment}\n    static let {name}: StaticString = """\n{lines(text)}\n\n        """\n'


def category_letter(c):
    return LETTERS[CATEGORIES.index(unicodedata2.category(chr(c)))] if c < LIMIT else None


def mapping(pairs):
    """Scalar mappings: hexadecimal, deltas of the keys; `key>a+b,` ..."""
    out, last = [], 0
    for key, values in pairs:
        out.append(f"{key - last:x}>" + "+".join(f"{v:x}" for v in values))
        last = key
    return ",".join(out)


def main():
    categories = run_lengths(category_letter(c) for c in range(LIMIT))
    word, han = matched(r"\w"), matched(r"\p{Han}")
    flags = run_lengths(chr(ord("A") + (c in word) + 2 * (c in han)) for c in range(LIMIT))
    lowercase = normalizers.Lowercase()
    lower = [(c, [ord(x) for x in lowercase.normalize_str(chr(c))]) for c in scalars()]
    lower = [(c, v) for c, v in lower if v != [c]]
    decompositions, compatibility, classes, compositions = [], [], [], []
    for c in scalars():
        raw = unicodedata2.decomposition(chr(c))
        if 0xAC00 <= c <= 0xD7A3:
            continue
        if unicodedata2.combining(chr(c)):
            classes.append((c, [unicodedata2.combining(chr(c))]))
        if not raw:
            continue
        full = [ord(x) for x in unicodedata2.normalize("NFKD", chr(c))]
        if raw.startswith("<"):
            compatibility.append((c, full))
            continue
        canonical = [ord(x) for x in unicodedata2.normalize("NFD", chr(c))]
        decompositions.append((c, canonical))
        if full != canonical:
            compatibility.append((c, full))
        pair = [int(x, 16) for x in raw.split()]
        if len(pair) == 2 and unicodedata2.normalize("NFC", chr(c)) == chr(c):
            compositions.append((c, pair))
    out = pathlib.Path(__file__).parent.parent / "Sources/LLMTokenizer/Unicode/UnicodeTables.swift"
    out.write_text(
        "// Made by Scripts/generate-unicode-tables.py from Unicode 16.0. Do not edit.\n"
        "// swift-format-ignore-file\n\n"
        "/// The Unicode character database, as far as tokenizers need it, in run lengths and hexadecimal.\n"
        "enum UnicodeTables {\n"
        '    /// The Unicode version of the tables.\n    static let version = "16.0.0"\n\n'
        + "\n".join([
            literal("categories", "General categories: a letter for a category, then how many scalars in a row have it.", categories),
            literal("flags", "Flags in runs: A plus 1 for word characters plus 2 for the Han script.", flags),
            literal("lowercase", "Full lower-case mappings (key deltas).", mapping(lower)),
            literal("combiningClasses", "Canonical combining classes other than 0.", mapping(classes)),
            literal("decompositions", "Full canonical decompositions, Hangul left out.", mapping(decompositions)),
            literal("compatibility", "Full compatibility decompositions where they differ.", mapping(compatibility)),
            literal("compositions", "Primary composites: composite>first+second.", mapping(compositions)),
        ])
        + "}\n"
    )


main()

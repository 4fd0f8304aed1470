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


def toggles(found):
    """Where a set begins and ends to hold, as distances."""
    out, inside, last = [], False, 0
    for c in range(LIMIT + 1):
        if (c in found) != inside:
            out.append(f"{c - last:x}")
            inside, last = not inside, c
    return ",".join(out)


def removed(normalizer):
    """The scalars that a normalizer drops."""
    return {c for c in scalars() if normalizer.normalize_str(f"a{chr(c)}b") == "ab"}


def isolated(pre_tokenizer):
    """The scalars that a pre-tokenizer makes words of their own."""
    return {c for c in scalars() if len(pre_tokenizer.pre_tokenize_str(f"a{chr(c)}b")) == 3}


def bert(**on):
    options = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    return normalizers.BertNormalizer(**(options | on))


def combining_class(c, nfd):
    """The class that the reference acts upon, which is of an older Unicode: it shows in what it reorders."""
    known = unicodedata2.combining(chr(c))
    if known == 0:
        return 0
    probe, before = (0x0323, False) if known == 230 else (0x0301, known < 230)
    text = chr(probe) + chr(c) if before else chr(c) + chr(probe)
    return known if nfd.normalize_str("a" + text) != "a" + text else 0


def main():
    categories = run_lengths(category_letter(c) for c in range(LIMIT))
    lowercase = normalizers.Lowercase()
    lower = [(c, [ord(x) for x in lowercase.normalize_str(chr(c))]) for c in scalars()]
    lower = [(c, v) for c, v in lower if v != [c]]
    nfc, nfd, nfkd = normalizers.NFC(), normalizers.NFD(), normalizers.NFKD()
    decompositions, compatibility, classes, compositions = [], [], [], []
    for c in scalars():
        if 0xAC00 <= c <= 0xD7A3:
            continue
        if combining := combining_class(c, nfd):
            classes.append((c, [combining]))
        canonical = [ord(x) for x in nfd.normalize_str(chr(c))]
        full = [ord(x) for x in nfkd.normalize_str(chr(c))]
        if canonical != [c]:
            decompositions.append((c, canonical))
        if full != canonical:
            compatibility.append((c, full))
        pair = unicodedata2.decomposition(chr(c)).split()
        if len(pair) == 2 and not pair[0].startswith("<"):
            pair = [int(x, 16) for x in pair]
            if nfc.normalize_str("".join(map(chr, pair))) == chr(c):
                compositions.append((c, pair))
    sets = {
        "word": ("Word characters of patterns.", matched(r"\w")),
        "han": ("The Han script.", matched(r"\p{Han}")),
        "numeric": ("What Rust's char::is_numeric holds for.", isolated(pre_tokenizers.Digits(individual_digits=True))),
        "punctuation": ("Punctuation of BERT and Punctuation pre-tokenizers.", isolated(pre_tokenizers.Punctuation())),
        "dropped": ("What BERT's text cleaning drops.", removed(bert(clean_text=True))),
        "accents": ("What BERT's accent stripping drops.", removed(bert(strip_accents=True))),
        "combining": ("What the StripAccents normalizer drops.", removed(normalizers.StripAccents())),
    }
    out = pathlib.Path(__file__).parent.parent / "Sources/LLMTokenizer/Unicode/UnicodeTables.swift"
    out.write_text(
        "// Made by Scripts/generate-unicode-tables.py from Unicode 16.0 and tokenizers 0.23.3. Do not edit.\n"
        "// swift-format-ignore-file\n\n"
        "/// The Unicode character database, as far as tokenizers need it, in run lengths and hexadecimal.\n"
        "enum UnicodeTables {\n"
        '    /// The Unicode version of the general categories.\n    static let version = "16.0.0"\n\n'
        + "\n".join(
            [
                literal("categories", "General categories: a letter, then how many scalars in a row have it.", categories),
                literal("lowercase", "Full lower-case mappings (key deltas).", mapping(lower)),
                literal("combiningClasses", "Canonical combining classes other than 0.", mapping(classes)),
                literal("decompositions", "Full canonical decompositions, Hangul left out.", mapping(decompositions)),
                literal("compatibility", "Full compatibility decompositions where they differ.", mapping(compatibility)),
                literal("compositions", "Primary composites: composite>first+second.", mapping(compositions)),
            ]
            + [literal(name, comment, toggles(found)) for name, (comment, found) in sets.items()]
        )
        + "}\n"
    )


main()

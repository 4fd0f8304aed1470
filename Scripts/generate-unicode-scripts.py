#!/usr/bin/env python3
"""Writes Sources/LLMTokenizer/Unicode/UnicodeScriptTable.swift.

Needs `tokenizers==0.23.3`: which scalars its UnicodeScripts pre-tokenizer takes for one script is asked of it, scalar
by scalar, as its table is of an older Unicode than any we know of and takes kana and the long vowel mark for Han.
"""
import pathlib
import tokenizers
from tokenizers import pre_tokenizers

assert tokenizers.__version__ == "0.23.3"
LIMIT = 0x110000
split = pre_tokenizers.UnicodeScripts().pre_tokenize_str


def together(a, b):
    return len(split(chr(a) + chr(b))) == 1


def classes():
    """The class of each scalar: 0 for those that belong to any script, else a number for each script."""
    representatives, previous, last = [], 0, None
    for c in range(LIMIT):
        if 0xD800 <= c <= 0xDFFF or not split(chr(c)):
            number = 0
        elif previous and last is not None and together(last, c):
            number = previous
        else:
            number = next((i + 1 for i, other in enumerate(representatives) if together(other, c)), 0)
            if number == 0:
                representatives.append(c)
                number = len(representatives)
        yield number
        previous, last = number, c


def main():
    runs, before, count = [], None, 0
    for number in list(classes()) + [None]:
        if number == before:
            count += 1
            continue
        if before is not None:
            runs.append(f"{before:x}*{count:x}")
        before, count = number, 1
    text = ",".join(runs)
    lines = "\n".join("        " + text[i : i + 110] + "\\" for i in range(0, len(text), 110))
    path = pathlib.Path(__file__).parents[1] / "Sources/LLMTokenizer/Unicode/UnicodeScriptTable.swift"
    path.write_text(f'''// Made by Scripts/generate-unicode-scripts.py from tokenizers 0.23.3. Do not edit.

/// The scripts of the UnicodeScripts pre-tokenizer, as runs of scalars: number of the script, `*`, length, hexadecimal.
enum UnicodeScriptTable {{
    static let runs: StaticString = """
{lines}

        """
}}
''')


main()

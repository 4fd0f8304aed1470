#!/usr/bin/env python3
"""Writes rouge.json: stems of made-up words by NLTK's Porter stemmer and ROUGE of made-up texts by rouge-score.

Versions: rouge-score 0.1.2, nltk 3.10. The texts are those of make_translation.py (several segments, one per line) and
words put together from roots and suffixes by the same generator; RougeTests.swift makes them again.
"""
import json, os
import numpy as np
from nltk.stem.porter import PorterStemmer
from rouge_score import rouge_scorer
import make_translation as base

ROOTS = """relat condit ration valenc digit conform radic different vile analog vietnam predic oper feudal decis hope callous formal sensit
sensib triplic form electr good reviv allow infer airlin gyroscop adjust defens irrit replac depend adopt homolog commun activ angular effect
bowdler prob rat ceas control roll hopp tann fall hiss fizz fail fil conflat troubl siz happ sk y yy say syzyg try fly d l t be st geo theo
archaeo biolog eed feed agr bl pla motor sing bed a aa oo x wax hay snow low nat ion ess c""".split()
SUFFIXES = """ s es ies ied y ed ing eed at bl iz ating ational tional enci anci izer bli abli alli entli eli ousli ization ation ator alism
iveness fulness ousness aliti iviti biliti fulli logi icate ative alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent
ion sion tion ou ism ate iti ous ive ize e ee ll lle ying yed sses ss ally ings inging ly 1 e1""".split(" ")
SUFFIXES = [s.strip() for chunk in SUFFIXES for s in chunk.split("\n")]
IRREGULAR = "sky skies dying lying tying news innings inning outings outing cannings canning howe proceed exceed succeed dies died ties tied".split()
WORDS = [r + s for r in ROOTS for s in SUFFIXES] + IRREGULAR


class Texts(base.Segments):
    def word(self):
        if self.next(4) == 0:
            return base.PIECES[self.next(len(base.PIECES))]
        return WORDS[self.next(len(WORDS))] if self.next(3) else ["the", "of", "cat", "Sat", "mats", "dogs"][self.next(6)]

    def text(self):
        lines = []
        for _ in range(self.next(6)):
            lines.append(" ".join(self.word() for _ in range(self.next(90) if self.next(10) == 0 else self.next(12))))
        return "\n".join(lines)

    def like(self, other):
        words = [w for w in other.split(" ") if self.next(4)]
        for index in range(len(words)):
            action = self.next(9)
            if action == 0:
                words[index] = self.word()
            if action == 1:
                words[index] += "\n" if self.next(2) else "s"
            if action == 2 and index:
                words[index], words[index - 1] = words[index - 1], words[index]
        return " ".join(words)


texts = Texts(11)
pairs = []
for _ in range(600):
    first = texts.text()
    second = texts.like(first)
    pairs.append((first, second, texts.like(first)))
TYPES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
golden = {"roots": ROOTS, "suffixes": SUFFIXES, "irregular": IRREGULAR, "stems": " ".join(PorterStemmer().stem(w) for w in WORDS),
          "sample": list(pairs[17]), "scores": {}, "means": {}}
for stem in (False, True):
    scorer = rouge_scorer.RougeScorer(TYPES, use_stemmer=stem)
    for references in (1, 2):
        rows = [scorer.score_multi(list(p[1:1 + references]), p[0]) for p in pairs]
        key = f"{'stem' if stem else 'plain'} {references}"
        golden["scores"][key] = [[v for t in TYPES for v in row[t]] for row in rows[:120]]
        golden["means"][key] = [float(np.mean([getattr(row[t], f) for row in rows])) for t in TYPES for f in ("precision", "recall", "fmeasure")]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "rouge.json"), "w") as file:
    json.dump(golden, file, indent=None)

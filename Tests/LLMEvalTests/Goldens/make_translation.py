#!/usr/bin/env python3
"""Writes translation.json: BLEU, chrF and TER of made-up segments, by sacrebleu.

Versions: sacrebleu 2.6.0, numpy 2.4, regex 2026.11. The segments are not stored: `Segments` below and its twin in
TranslationCorpus.swift make the same ones from the stored pieces and a linear congruential generator. The pieces are
chosen to be awkward: marks glued to digits, entities, every kind of white space, letters whose lower case is longer,
final sigmas, Chinese inside and outside of sacrebleu's ranges, emoji, combining marks.
"""
import json, os
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest

PIECES = """the of and a in to is was for on as with by he at from his it an were which are this be had The Of And
Mr. U.S. e.g. 3.14 1,000 -5 10-20 9- -9 1. .5 2,x x,2 ,, .. ... a.b.c $5 100% #tag @user c++ A&B (x) [y] {z} "q" 'tis don't
it's 's cat's `code` ~tilde ^hat a_b a|b \\\\ / // :: ; ! ? ?! <skipped> -<skipped>- &quot; &amp; &lt; &gt; &amp;lt; &apos; <b> </b>
naïve café CAFÉ Straße ĲSSEL İstanbul ΟΔΥΣΣΕΥΣ ΣΑΣ Σ ΑΣ. Σά K Å ﬁne ǅungla Ωmega Добро ПРИВЕТ мир ١٢٣ ½ Ⅷ ² ³.5 5³, €5 £ ¥ © ™
– — … “quoted” ‘single’ «guillemets» ‹x› ¿qué? ¡hola! · • ※ → ≤ ≠ ∑ ° 中文 汉字。 你好,世界 「引用」 ％ ＡＢＣ ｶﾅ カタカナ ひらがな 漢字かな ・・・ 한국어 한국。
𠀀𠀁 豈更 ㊀㊁ ㍿ 〇 ⺀ ⿰ 々 🙂 🙂🙂 👨‍👩‍👧 e\u0301 n\u0303o a\u0308\u0301 \u0301 ا\u064b שָׁלוֹם हिन्दी ไทย \u200b zero\u200bwidth \ufeff soft\u00adhyphen
cat cats sat mat dog runs quickly brown fox jumps over lazy house houses green blue seven eight nine ten eleven 2024 1999 12 7""".split(" ")
PIECES = [p for chunk in PIECES for p in chunk.split("\n") if p]
GLUES = [" ", " ", " ", " ", " ", " ", "", "", "  ", "\t", "\u00a0", "\u3000", "\u2009", "\x1c", "\u0085", "-", ",", ".", "\x0b", "\u2028"]


class Segments:
    def __init__(self, seed):
        self.state = seed

    def next(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound

    def reference(self):
        length = self.next(31) if self.next(20) else 0
        return [(PIECES[self.next(len(PIECES))], GLUES[self.next(len(GLUES))]) for _ in range(length)]

    def changed(self, pieces, noise):
        out = []
        for piece in pieces:
            action = self.next(noise)
            if action == 0:
                continue
            if action == 1:
                piece = (PIECES[self.next(len(PIECES))], GLUES[self.next(len(GLUES))])
            if action == 2:
                out.append(piece)
            if action == 3 and out:
                piece, out[-1] = out[-1], piece
            if action == 4 and len(out) > 3:
                out = out[3:] + out[:3]
            out.append(piece)
        return out


def text(pieces):
    return "".join(piece + glue for piece, glue in pieces)


def corpus(count, seed):
    segments, columns = Segments(seed), ([], [], [], [], [])
    for _ in range(count):
        reference = segments.reference()
        row = [reference, segments.changed(reference, 12), segments.changed(reference, 25),
               segments.changed(reference, 10), segments.changed(reference, 14)]
        for column, pieces in zip(columns, row):
            column.append(text(pieces))
    return columns  # three references, system, other system


BLEUS = {
    "13a": {}, "intl": {"tokenize": "intl"}, "char": {"tokenize": "char"}, "zh": {"tokenize": "zh"}, "none": {"tokenize": "none"},
    "lc": {"lowercase": True}, "floor": {"smooth_method": "floor"}, "floor0.5": {"smooth_method": "floor", "smooth_value": 0.5},
    "add-k": {"smooth_method": "add-k"}, "add-k0.3": {"smooth_method": "add-k", "smooth_value": 0.3},
    "smooth-none": {"smooth_method": "none"}, "order2": {"max_ngram_order": 2}, "order6-eff": {"max_ngram_order": 6, "effective_order": True},
    "lc-intl": {"lowercase": True, "tokenize": "intl"},
}
CHRFS = {
    "default": {}, "plusplus": {"word_order": 2}, "lc": {"lowercase": True, "word_order": 2}, "space": {"whitespace": True},
    "eps": {"eps_smoothing": True}, "beta1": {"beta": 1}, "order4-1": {"char_order": 4, "word_order": 1}, "eps-plusplus": {"eps_smoothing": True, "word_order": 2},
}
TERS = {
    "default": {}, "case": {"case_sensitive": True}, "normalized": {"normalized": True}, "no-punct": {"no_punct": True},
    "asian": {"normalized": True, "asian_support": True}, "asian-no-punct": {"no_punct": True, "asian_support": True},
    "all": {"normalized": True, "asian_support": True, "no_punct": True, "case_sensitive": True},
}
METRICS = {"BLEU": (BLEU, BLEUS), "chrF": (CHRF, CHRFS), "TER": (TER, TERS)}


def measure(count, seed, bootstrap):
    out = {}
    for name, (metric, options) in METRICS.items():
        # TER takes a second for two hundred of these segments.
        r1, r2, r3, system, _ = corpus(min(count, 250) if name == "TER" else count, seed)
        for option, arguments in options.items():
            for references in ([r1], [r1, r2, r3]):
                instance = metric(**arguments)
                score = instance.corpus_score(system, references, n_bootstrap=bootstrap)
                entry = {"score": score.score, "signature": str(instance.get_signature())}
                if bootstrap > 1:
                    entry |= {"mean": float(score._mean), "interval": float(score._ci)}
                out[f"{name} {option} {len(references)}"] = entry
    return out


def sentences(count, seed):
    r1, r2, r3, system, _ = corpus(count, seed)
    instances = {"BLEU": BLEU(effective_order=True), "chrF": CHRF(word_order=2), "TER": TER()}
    return {f"{name} {references}": [instance.sentence_score(h, list(r)[:references]).score
                                     for h, *r in zip(system, r1, r2, r3)]
            for name, instance in instances.items() for references in (1, 3)}


def paired(count, seed, kind, samples, confidence):
    r1, r2, _, first, second = corpus(count, seed)
    metrics = {"BLEU": BLEU(), "chrF": CHRF(), "TER": TER()}
    test = PairedTest([("a", first), ("b", second)], metrics, [r1, r2], test_type=kind, n_samples=samples, n_ar_confidence=confidence)
    signatures, scores = test()
    return {name: {"signature": str(signatures[name]),
                   "systems": [{k: None if v is None else float(v) for k, v in r.__dict__.items()} for r in scores[name]]}
            for name in signatures}


if __name__ == "__main__":
    golden = {
        "pieces": PIECES, "glues": GLUES,
        "sample": [column[17] for column in corpus(20, 5)],
        "corpus": {"count": 5000, "seed": 1, "scores": measure(5000, 1, 1)},
        "bootstrap": {"count": 111, "seed": 2, "scores": measure(111, 2, 1000)},
        "sentences": {"count": 150, "seed": 3, "scores": sentences(150, 3)},
        "pairedBootstrap": {"count": 157, "seed": 4, "scores": paired(157, 4, "bs", 1000, -1)},
        "approximateRandomization": {"count": 133, "seed": 4, "scores": paired(133, 4, "ar", 2000, 500)},
    }
    with open(os.path.join(os.path.dirname(__file__), "translation.json"), "w") as file:
        json.dump(golden, file, indent=0, ensure_ascii=True)

#!/usr/bin/env python3
"""Writes ngram.json: interpolated modified Kneser-Ney, written down from Chen and Goodman (1998), equations 26 to 29.

Usage: make_ngram_goldens.py TEXT [--report HELD_OUT]
Plain dictionaries of tuples; nothing shared with the library. Conventions of KenLM's lmplz: one <s> per sentence,
n-grams that begin with <s> keep their own counts, unigrams are interpolated with the uniform distribution over all
words but <s>, <unk> included. TEXT is Tests/LLMModelTests/Goldens/botchan-excerpt.txt; every tenth line is held out.
"""
import collections, json, math, os, sys


class Model:
    def __init__(self, sentences, order):
        self.order = order
        raw = [collections.Counter() for _ in range(order + 1)]
        for s in sentences:
            w = ("<s>",) + tuple(s) + ("</s>",)
            for n in range(1, order + 1):
                for i in range(len(w) - n + 1):
                    raw[n][w[i:i + n]] += 1
        self.vocabulary = ({g[0] for g in raw[1]} | {"<unk>"}) - {"<s>"}
        counts = [None] * (order + 1)
        counts[order] = dict(raw[order])
        for n in range(1, order):
            left = collections.defaultdict(set)
            for g in raw[n + 1]:
                left[g[1:]].add(g[0])
            counts[n] = {g: raw[n][g] if g[0] == "<s>" else len(left[g]) for g in raw[n]}
        counts[1].pop(("<s>",), None)
        self.discount, self.total, self.followers, self.counts = [None], [None], [None], counts
        for n in range(1, order + 1):
            t = [sum(1 for c in counts[n].values() if c == k) for k in range(5)]
            if all(t[1:]):
                y = t[1] / (t[1] + 2 * t[2])
                d = [0] + [k - (k + 1) * y * t[k + 1] / t[k] for k in (1, 2, 3)]
                if any(x < 0 or x > k for k, x in enumerate(d)):
                    d = [0, 0.5, 1, 1.5]
            else:
                d = [0, 0.5, 1, 1.5]
            total, followers = collections.Counter(), collections.defaultdict(lambda: [0, 0, 0, 0])
            for g, c in counts[n].items():
                total[g[:-1]] += c
                followers[g[:-1]][min(c, 3)] += 1
            self.discount.append(d); self.total.append(total); self.followers.append(followers)

    def p(self, word, history):
        n = len(history) + 1
        total = self.total[n][history]
        lower = (lambda: self.p(word, history[1:])) if n > 1 else (lambda: 1 / len(self.vocabulary))
        if total == 0:
            return lower()
        d, c = self.discount[n], self.counts[n].get(history + (word,), 0)
        gamma = sum(d[k] * self.followers[n][history][k] for k in (1, 2, 3)) / total
        return max(c - d[min(c, 3)], 0) / total + gamma * lower()

    def score(self, sentence):
        w, scores = ("<s>",) + tuple(x if x in self.vocabulary else "<unk>" for x in sentence) + ("</s>",), []
        for i in range(1, len(w)):
            scores.append(math.log(self.p(w[i], w[max(0, i - self.order + 1):i])))
        return scores

    def perplexity(self, sentences):
        scores = [x for s in sentences for x in self.score(s)]
        return math.exp(-sum(scores) / len(scores))


def main():
    lines = [s for s in (l.split() for l in open(sys.argv[1], encoding="utf-8").read().split("\n")) if s]
    train = [s for i, s in enumerate(lines) if i % 10 != 9]
    held = [s for i, s in enumerate(lines) if i % 10 == 9]
    result = {"perplexity": {}, "scores": {}, "discounts": {}}
    for order in (1, 2, 3, 5):
        m = Model(train, order)
        result["perplexity"][str(order)] = m.perplexity(held)
        result["scores"][str(order)] = m.score(held[0])
        result["discounts"][str(order)] = [d[1:] for d in m.discount[1:]]
        if order == 3:
            assert abs(sum(m.p(w, ("<s>", train[0][0])) for w in m.vocabulary) - 1) < 1e-9
        print(order, result["perplexity"][str(order)], file=sys.stderr)
    if "--print" in sys.argv:
        return
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ngram.json")
    with open(path, "w") as f:
        json.dump(result, f, indent=0)
        f.write("\n")


main()

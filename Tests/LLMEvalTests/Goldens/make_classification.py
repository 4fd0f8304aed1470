#!/usr/bin/env python3
"""Writes classification.json: figures of random predictions by scikit-learn, and of answers by SQuAD's own evaluation.

Versions: scikit-learn 1.9.1, numpy 2.4; seed 7. `normalize` and `f1` restate the definitions of SQuAD's evaluation
script (lower case, punctuation, articles, white space).
"""
import collections, json, os, random, re, string, warnings
import numpy as np
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")
random.seed(7)
here = os.path.dirname(os.path.abspath(__file__))


def triple(y, p, average):
    return [float(v) for v in m.precision_recall_fscore_support(y, p, average=average)[:3]]


def multiclass(y, p):
    return {"expected": y, "predicted": p, "labels": sorted(set(y) | set(p)), "matrix": m.confusion_matrix(y, p).tolist(),
            "classes": [list(map(float, row)) for row in np.array(m.precision_recall_fscore_support(y, p)[:3]).T],
            "accuracy": m.accuracy_score(y, p), "macro": triple(y, p, "macro"), "weighted": triple(y, p, "weighted"),
            "balanced": float(m.balanced_accuracy_score(y, p)), "mcc": float(m.matthews_corrcoef(y, p)),
            "kappa": [float(m.cohen_kappa_score(y, p, weights=w)) for w in (None, "linear", "quadratic")]}


def binary(y, s):
    fpr, tpr, t = m.roc_curve(y, s)
    precision, recall, _ = m.precision_recall_curve(y, s)
    share, mean = calibration_curve(y, s, n_bins=8)
    return {"truths": y, "scores": s, "fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": t[1:].tolist(), "area": float(m.roc_auc_score(y, s)),
            "precision": precision.tolist(), "recall": recall.tolist(), "averagePrecision": float(m.average_precision_score(y, s)),
            "logLoss": float(m.log_loss(y, s)), "brier": float(m.brier_score_loss(y, s)), "share": share.tolist(), "mean": mean.tolist()}


def multilabel(y, p, labels):
    return {"expected": [[l for l, v in zip(labels, r) if v] for r in y], "predicted": [[l for l, v in zip(labels, r) if v] for r in p],
            **{a: triple(np.array(y), np.array(p), a) for a in ("micro", "macro", "weighted", "samples")},
            "subset": m.accuracy_score(np.array(y), np.array(p)), "hamming": float(m.hamming_loss(np.array(y), np.array(p)))}


def normalize(s):
    s = "".join(c for c in s.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", s).split())


def f1(a, b):
    a, b = normalize(a).split(), normalize(b).split()
    if not a or not b:
        return int(a == b)
    same = sum((collections.Counter(a) & collections.Counter(b)).values())
    if same == 0:
        return 0
    return 2 * (same / len(a)) * (same / len(b)) / (same / len(a) + same / len(b))


names = ["cat", "dog", "Ému", "zebra", "ant"]
y = [random.choice(names[:4]) for _ in range(150)]
p = [c if random.random() < .6 else random.choice(names) for c in y]
digits = [str(random.choice([1, 2, 10, 11])) for _ in range(80)]
golden = {"multiclass": [multiclass(y, p), multiclass(["a"] * 5, ["a", "b", "a", "a", "b"])]}
numeric = multiclass([int(v) for v in digits], [int(random.choice(digits)) if random.random() < .4 else int(v) for v in digits])
for key in ("expected", "predicted", "labels"):
    numeric[key] = [str(v) for v in numeric[key]]
golden["multiclass"].append(numeric)
truths = [int(random.random() < .4) for _ in range(200)]
golden["binary"] = [binary(truths, [round(min(1, max(0, random.gauss(.35 + .25 * t, .25))), 2) for t in truths]),
                    binary([0, 1, 1, 0, 1], [0.5] * 5), binary([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])]
labels = ["x", "y", "z", "w"]
yy = [[int(random.random() < .3) for _ in labels] for _ in range(60)]
pp = [[v if random.random() < .75 else 1 - v for v in row] for row in yy]
order = sorted(range(4), key=lambda i: labels[i])
golden["multilabel"] = multilabel([[r[i] for i in order] for r in yy], [[r[i] for i in order] for r in pp], sorted(labels))
words = "the a an The cat sat on mat, théa a-b a.m. An' U.S. über 'a' a's a_b \u0130 ΑΣ b a\u0301 éa".split(" ") + ["", " ", "\u00a0", "42", "5a", "a5"]
answers = [[" ".join(random.choice(words) for _ in range(random.randrange(5))) for _ in range(random.randrange(2, 5))] for _ in range(200)]
golden["answers"] = [{"answer": a[0], "references": a[1:], "exact": float(max(normalize(a[0]) == normalize(r) for r in a[1:])),
                      "f1": float(max(f1(a[0], r) for r in a[1:]))} for a in answers]
with open(os.path.join(here, "classification.json"), "w") as file:
    json.dump(golden, file)

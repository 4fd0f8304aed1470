#!/usr/bin/env python3
"""Writes scored-classes.json: figures of random class probabilities and detection error curves by scikit-learn.

Versions: scikit-learn 1.9.1, numpy 2.4; seed 11.
"""
import json, os
import numpy as np
from sklearn import metrics as m

rng = np.random.default_rng(11)


def classes(items, count, sharpness, rounded):
    truths = rng.integers(count, size=items)
    truths[:count] = np.arange(count)
    scores = np.exp(rng.normal(size=(items, count)) + sharpness * np.eye(count)[truths])
    scores /= scores.sum(axis=1, keepdims=True)
    if rounded:  # ties and exact zeros
        scores = np.floor(scores * 8) / 8
        scores[:, 0] += 1 - scores.sum(axis=1)
    labels = list(range(count))
    result = {"classes": count, "truths": truths.tolist(), "probabilities": scores.tolist(), "logLoss": m.log_loss(truths, scores, labels=labels)}
    if count > 2:
        result |= {f"{kind}-{average}": float(m.roc_auc_score(truths, scores, multi_class=kind, average=average)) for kind in ("ovr", "ovo") for average in ("macro", "weighted")}
        result |= {f"top{k}": m.top_k_accuracy_score(truths, scores, k=k, labels=labels) for k in (1, 2, 3) if k < count}
    one_hot = np.eye(count)[truths]
    result["brier"] = float(((one_hot - scores) ** 2).sum(axis=1).mean() * (0.5 if count < 3 else 1))
    if count > 2:
        assert abs(result["brier"] - m.brier_score_loss(truths, scores, labels=labels)) < 1e-12
    return result


def curve(truths, scores):
    fpr, fnr, thresholds = m.det_curve(truths, scores)
    return {"truths": truths, "scores": scores, "fpr": fpr.tolist(), "fnr": fnr.tolist(), "thresholds": [None if np.isinf(t) else t for t in thresholds.tolist()]}


golden = {"classes": [classes(120, 3, 1.0, False), classes(90, 5, 0.7, True), classes(60, 4, 3.0, False), classes(50, 2, 1.0, False)], "det": []}
truths = (rng.random(150) < .4).astype(int).tolist()
golden["det"].append(curve(truths, [round(float(rng.normal(.35 + .25 * t, .2)), 2) for t in truths]))
golden["det"].append(curve([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]))
golden["det"].append(curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
golden["det"].append(curve([1, 0, 1, 0, 1], [0.5] * 5))
golden["det"].append(curve([1, 0, 1, 0, 1], [0.1, 0.9, 0.2, 0.8, 0.3]))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "scored-classes.json"), "w") as file:
    json.dump(golden, file)

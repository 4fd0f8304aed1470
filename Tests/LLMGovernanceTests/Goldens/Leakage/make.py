#!/usr/bin/env python3
"""Writes leakage.json: tails of the skew normal distribution (scipy 1.17), areas under curves (scikit-learn 1.9),
compressed sizes (zlib of Python 3.11). Seed 4."""
import json, zlib
import numpy, scipy.integrate, scipy.stats, sklearn.metrics

generator = numpy.random.default_rng(4)
tails = []
for shape in [-8.0, -2.0, -0.7, 0.7, 2.0, 8.0]:
    sample = scipy.stats.skewnorm.rvs(shape, loc=-20, scale=3, size=400, random_state=generator)
    # Moments, as the library fits.
    g = float(numpy.clip(scipy.stats.skew(sample), -0.99, 0.99))
    r = abs(g) ** (2 / 3)
    delta = numpy.sign(g) * numpy.sqrt(numpy.pi / 2 * r / (r + ((4 - numpy.pi) / 2) ** (2 / 3)))
    a = delta / numpy.sqrt(1 - delta ** 2)
    scale = numpy.sqrt(sample.var() / (1 - 2 * delta ** 2 / numpy.pi))
    loc = sample.mean() - scale * delta * numpy.sqrt(2 / numpy.pi)
    points = [-26.0, -22.0, -19.0, -17.0, -14.0]
    bits = [float(numpy.log2(scipy.integrate.quad(lambda x: scipy.stats.skewnorm.pdf(x, a, loc, scale), p, p + 60,
                                                  points=[p + 1, p + 4, p + 12], epsabs=0, epsrel=1e-10, limit=500)[0])) for p in points]
    tails.append({"sample": [round(float(v), 6) for v in sample], "points": points, "log2": bits})
members, others = generator.normal(0.7, 1, 150).round(2), generator.normal(0, 1, 250).round(2)
labels = [1] * len(members) + [0] * len(others)
scores = numpy.concatenate([members, others])
false, true, _ = sklearn.metrics.roc_curve(labels, scores, drop_intermediate=False)
areas = {"members": members.tolist(), "others": others.tolist(), "area": float(sklearn.metrics.roc_auc_score(labels, scores)),
         "tpr": float(true[false <= 0.01].max())}
words = "the model said that a ticket was closed because of an error in one part and there is no more to do".split()
texts = [" ".join(generator.choice(words, n)) for n in [5, 20, 100, 400, 2000]]
texts += ["ab" * 500, "".join(map(chr, generator.integers(33, 127, 600)))]
sizes = [{"text": t, "bytes": len(zlib.compress(t.encode()))} for t in texts]
with open(__file__.rsplit("/", 1)[0] + "/leakage.json", "w") as file:
    json.dump({"tails": tails, "areas": areas, "sizes": sizes}, file)

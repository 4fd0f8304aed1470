"""Golden values for the drift statistics, from scipy and numpy.

Samples are not stored: both sides draw them from the same linear congruential generator, so that a case is one line
[seed, n1, n2, levels, shift, spread, results...]. levels 0: continuous; else values are rounded down to that many steps (ties).

    python make_drift.py > drift.json          versions are in the file, seed 20261123
"""
import json
import random
import sys

import numpy
import scipy
from scipy import stats
from scipy.spatial.distance import jensenshannon


def draw(seed, count, levels, shift, spread):
    state = seed
    values = []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        value = (state >> 11) / 2**53
        if levels:
            value = int(value * levels) / levels
        values.append(value * spread + shift)
    return values


def numeric_case(seed, n1, n2, levels, shift, spread):
    a = draw(seed, n1, levels, 0.0, 1.0)
    b = draw(seed + 1, n2, levels, shift, spread)
    test = stats.ks_2samp(a, b)
    asymptotic = stats.ks_2samp(a, b, method="asymp")
    distance = stats.wasserstein_distance(a, b)
    normalized = distance / max(float(numpy.std(a)), 0.001)
    return [seed, n1, n2, levels, shift, spread, float(test.statistic), float(test.pvalue), float(asymptotic.pvalue),
            float(distance), normalized]


def filled(shares):
    smallest = shares[shares > 0].min()
    shares = shares.copy()
    shares[shares == 0] = smallest / 10**6 if smallest <= 0.0001 else 0.0001
    return shares


def count_case(p, q):
    p, q = numpy.array(p, float), numpy.array(q, float)
    js = [float(jensenshannon(p, q)), float(jensenshannon(p, q, base=2))]
    a, b = filled(p / p.sum()), filled(q / q.sum())
    psi = float(numpy.sum((a - b) * numpy.log(a / b)))
    if (p > 0).all() and len(p) > 1:
        chi = stats.chisquare(q, p / p.sum() * q.sum())
        chi = [float(chi.statistic), float(chi.pvalue)]
    else:
        chi = None
    keep = (p + q) > 0
    if keep.sum() > 1:
        table = stats.chi2_contingency(numpy.array([p[keep], q[keep]]), correction=False)
        homogeneity = [float(table[0]), float(table[1])]
    else:
        homogeneity = [0.0, 1.0]
    return [[int(v) for v in p], [int(v) for v in q], js, psi, chi, homogeneity]


def proportion_case(k1, n1, k2, n2):
    pooled = (k1 + k2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    z = (k1 / n1 - k2 / n2) / variance**0.5 if variance > 0 else 0.0
    return [k1, n1, k2, n2, z, float(2 * stats.norm.sf(abs(z)))]


def main():
    source = random.Random(20261123)
    numeric = []
    for index in range(1200):
        kind = index % 6
        n1, n2 = source.randint(1, 12), source.randint(1, 12)
        if kind in (1, 2):
            n1, n2 = source.randint(5, 200), source.randint(5, 200)
        if kind == 3:
            n1 = n2 = source.randint(1, 300)
        if kind == 4:
            n1, n2 = source.randint(100, 1500), source.randint(100, 1500)
        levels = source.choice([0, 0, 1, 2, 5, 50])
        shift = source.choice([0.0, 0.0, 0.125, 0.25, 0.5, 2.0])
        spread = source.choice([1.0, 1.0, 0.5, 3.0])
        numeric.append(numeric_case(source.randint(1, 2**31), n1, n2, levels, shift, spread))
    # The larger sample above 10,000: scipy changes to the asymptotic distribution.
    for n2 in [1, 2, 3, 5, 10, 40, 139, 140, 141, 142, 200, 1000, 10001, 30000]:
        for shift in [0.0, 0.0, 0.005, 0.015625, 0.125, 0.5]:
            numeric.append(numeric_case(source.randint(1, 2**31), 10001, n2, 0, shift, 1.0))
    counts = []
    for index in range(900):
        bins = source.choice([1, 2, 3, 5, 10, 30])
        scale = source.choice([3, 20, 1000, 100000])
        p = [source.randint(0, scale) for _ in range(bins)]
        q = [source.randint(0, scale) if source.random() < 0.6 else v for v in p]
        if index % 7 == 0:
            q = p
        if sum(p) == 0 or sum(q) == 0:
            continue
        counts.append(count_case(p, q))
    proportions = [proportion_case(0, 5, 0, 7), proportion_case(5, 5, 7, 7)]
    for _ in range(400):
        n1, n2 = source.randint(1, 5000), source.randint(1, 5000)
        proportions.append(proportion_case(source.randint(0, n1), n1, source.randint(0, n2), n2))
    json.dump({"versions": {"scipy": scipy.__version__, "numpy": numpy.__version__}, "seed": 20261123,
               "numeric": numeric, "counts": counts, "proportions": proportions},
              sys.stdout, separators=(",", ":"))


main()

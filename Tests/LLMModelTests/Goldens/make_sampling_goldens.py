"""Filtered next-token distributions by the logits processors of Hugging Face transformers.

Made with transformers 5.23.0, torch 2.13.0 (CPU), seed 20261123.
Run: python make_sampling_goldens.py > sampling.json
"""
import json

import torch
from transformers.generation import logits_process as lp

torch.manual_seed(20261123)
VOCABULARY = 192
HISTORY = [3, 17, 17, 42, 101, 3, 3, 150, 7, 191]

cases = [
    dict(name="temperature", temperature=0.7),
    dict(name="top-k", topK=12),
    dict(name="top-p", topP=0.8),
    dict(name="narrow top-p", topP=0.02),
    dict(name="wide top-p", topP=0.999),
    dict(name="min-p", minP=0.05),
    dict(name="repetition penalty", repetition=1.3),
    dict(name="repetition reward", repetition=0.8),
    dict(name="top-k then top-p", topK=20, topP=0.7),
    dict(name="top-k larger than the vocabulary", topK=1000),
    dict(name="hot top-p and min-p", temperature=1.8, topP=0.95, minP=0.1),
    dict(name="everything", temperature=0.6, topK=30, topP=0.9, minP=0.02, repetition=1.2),
]

out = []
for scale in (1.0, 4.0):
    logits = torch.randn(VOCABULARY) * scale
    for case in cases:
        scores = logits[None].clone()
        ids = torch.tensor([HISTORY])
        if "repetition" in case:
            scores = lp.RepetitionPenaltyLogitsProcessor(case["repetition"])(ids, scores)
        if "temperature" in case:
            scores = lp.TemperatureLogitsWarper(case["temperature"])(ids, scores)
        if "topK" in case:
            scores = lp.TopKLogitsWarper(case["topK"])(ids, scores)
        if "topP" in case:
            scores = lp.TopPLogitsWarper(case["topP"])(ids, scores)
        if "minP" in case:
            scores = lp.MinPLogitsWarper(case["minP"])(ids, scores)
        probabilities = torch.softmax(scores[0].double(), -1)
        kept = [i for i in range(VOCABULARY) if probabilities[i] > 0]
        out.append(dict(
            name=f"{case['name']} (logits scaled by {scale:g})",
            parameters={k: v for k, v in case.items() if k != "name"},
            kept=kept, probabilities=[float(f"{probabilities[i]:.7g}") for i in kept],
            logits=0 if scale == 1.0 else 1))
    if scale == 1.0:
        first = logits
print(json.dumps(dict(
    history=HISTORY, logits=[[float(x) for x in first], [float(x) for x in logits]], cases=out),
    separators=(",", ":")))

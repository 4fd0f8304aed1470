#!/usr/bin/env python3
"""Writes perplexity.json: both protocols over a made-up model, by torch.

Versions: torch 2.13. No randomness. The strided loop is the one of the Hugging Face perplexity guide (labels before the
window's new tokens are -100, the loss shifts labels by one), with the sum taken over exactly the tokens that count; the
chunked one follows the definition of llama.cpp's tools/perplexity. The made-up model's logits are integers over 128, so
both sides have the very same numbers.
"""
import json, math, os
import torch

VOCABULARY = 53
TOKENS = [(i * i * 5 + i * 3 + 1) % VOCABULARY for i in range(203)]
BOS = 2


def logits(window):
    rows, summary = [], 0
    for position, token in enumerate(window):
        summary = (summary * 31 + token + 1) % 1009
        rows.append([((summary * 7919 + position * 104729 + j * j * 1299709) % 2003) / 128 - 8 for j in range(VOCABULARY)])
    return torch.tensor(rows, dtype=torch.float64)


def summarise(losses):
    losses = torch.tensor(losses, dtype=torch.float64)
    n = len(losses)
    mean = losses.mean().item()
    variance = ((losses ** 2).mean() - mean * mean).item()
    error = math.sqrt(variance / (n - 1))
    return {"tokens": n, "nll": mean, "perplexity": math.exp(mean), "stderr": error * math.exp(mean)}


def strided(context, stride):
    losses, previous_end = [], 0
    for begin in range(0, len(TOKENS), stride):
        end = min(begin + context, len(TOKENS))
        target_length = end - previous_end
        ids = torch.tensor(TOKENS[begin:end])
        labels = ids.clone()
        labels[:-target_length] = -100
        loss = torch.nn.functional.cross_entropy(logits(TOKENS[begin:end])[:-1], labels[1:], reduction="none")
        losses += loss[labels[1:] != -100].tolist()
        previous_end = end
        if end == len(TOKENS):
            break
    return summarise(losses)


def chunked(context, bos):
    losses = []
    for chunk in range(len(TOKENS) // context):
        window = TOKENS[chunk * context:(chunk + 1) * context]
        fed = ([BOS] + window[1:]) if bos else window
        log_probabilities = torch.log_softmax(logits(fed), -1)
        for position in range(context // 2, context - 1):
            losses.append(-log_probabilities[position, window[position + 1]].item())
    return summarise(losses)


out = {"strided": [{"context": c, "stride": s, **strided(c, s)} for c, s in
                   [(32, 16), (32, 32), (50, 7), (64, 1), (203, 100), (500, 500), (2, 1), (2, 2)]],
       "chunked": [{"context": c, "bos": b, **chunked(c, b)} for c in (3, 16, 33, 64, 101, 203) for b in (False, True)]}
with open(os.path.join(os.path.dirname(__file__), "perplexity.json"), "w") as file:
    json.dump(out, file, indent=1)

#!/usr/bin/env python3
"""Writes input-statistics.json: mean squares of what meets each matrix of the tiny models, by hooks in transformers.

Usage: make_input_statistics.py    (transformers 5.23, torch 2.13; models and ids by make_tiny_models.py)
The ids are read in chunks of 7 tokens that do not see each other, as llama.cpp's llama-imatrix reads a text.
"""
import json, os, re
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

here = os.path.dirname(os.path.abspath(__file__))
sites = {
    "self_attn.q_proj": "attn_q", "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate",
    "mlp.down_proj": "ffn_down", "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output", "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
}
result = {}
for name in ["llama", "gemma3", "qwen3", "gpt2"]:
    folder = os.path.join(here, "tiny-" + name)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    ids = load_file(os.path.join(folder, "expected.safetensors"))["ids"].flatten().tolist()
    sums = {}
    for path, module in model.named_modules():
        found = re.search(r"\.(\d+)\.((?:self_attn|attn|mlp)\.\w+)$", path)
        if found and found.group(2) in sites:
            key = f"blk.{found.group(1)}.{sites[found.group(2)]}.weight"
            def hook(module, inputs, key=key):
                sums[key] = sums.get(key, 0) + (inputs[0].double() ** 2).sum(dim=(0, 1))
            module.register_forward_pre_hook(hook)
    with torch.no_grad():
        for first in range(0, len(ids), 7):
            model(torch.tensor([ids[first:first + 7]]))
    result[name] = {key: [float(f"{v:.7g}") for v in (value / len(ids)).tolist()] for key, value in sums.items()}
json.dump(result, open(os.path.join(here, "input-statistics.json"), "w"))

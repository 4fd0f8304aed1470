#!/usr/bin/env python3
"""Writes quantization-types.json: which type llama.cpp's `llama-quantize` gives to every tensor, by mixture.

Usage: make_quantization_goldens.py PATH/TO/llama-quantize
Made with llama.cpp as vendored by llama-cpp-python 0.3.36, gguf 0.19.0. Models are random (numpy, seed 1); only names,
shapes and settings matter for the choice.
"""
import json, os, subprocess, sys, tempfile
import gguf, numpy as np

MIXTURES = ["Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_K_S",
            "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K", "IQ4_NL", "F16", "BF16"]
MODELS = {
    # As SmolLM2-135M, with fewer rows: rows of 576 are no whole super-blocks, those of ffn_down are.
    "smollm2": dict(arch="llama", layers=30, hidden=576, ff=256, heads=9, kv=3, head=64, tied=True),
    # Four query heads per key/value head, a head of its own.
    "grouped": dict(arch="llama", layers=13, hidden=512, ff=256, heads=8, kv=2, head=64, tied=False),
    "plain": dict(arch="qwen2", layers=18, hidden=256, ff=768, heads=4, kv=4, head=64, tied=False),
    "fused": dict(arch="phi3", layers=9, hidden=256, ff=512, heads=4, kv=4, head=64, tied=False),
    # No multiple of 32.
    "narrow": dict(arch="llama", layers=3, hidden=48, ff=112, heads=3, kv=3, head=16, tied=True),
}
VOCABULARY = 64


def tensors(m):
    h, f, q, k = m["hidden"], m["ff"], m["heads"] * m["head"], m["kv"] * m["head"]
    yield "token_embd.weight", (VOCABULARY, h)
    for i in range(m["layers"]):
        b = f"blk.{i}."
        yield b + "attn_norm.weight", (h,)
        if m["arch"] == "phi3":
            yield b + "attn_qkv.weight", (q + 2 * k, h)
        else:
            yield from ((b + "attn_q.weight", (q, h)), (b + "attn_k.weight", (k, h)), (b + "attn_v.weight", (k, h)))
            if m["arch"] == "qwen2":
                yield from ((b + "attn_q.bias", (q,)), (b + "attn_k.bias", (k,)), (b + "attn_v.bias", (k,)))
        yield b + "attn_output.weight", (h, q)
        yield b + "ffn_norm.weight", (h,)
        if m["arch"] == "phi3":
            yield b + "ffn_up.weight", (2 * f, h)
        else:
            yield from ((b + "ffn_gate.weight", (f, h)), (b + "ffn_up.weight", (f, h)))
        yield b + "ffn_down.weight", (h, f)
    yield "output_norm.weight", (h,)
    if not m["tied"]:
        yield "output.weight", (VOCABULARY, h)


def write(path, m):
    rng = np.random.default_rng(1)
    w = gguf.GGUFWriter(path, m["arch"])
    w.add_block_count(m["layers"]); w.add_context_length(128); w.add_embedding_length(m["hidden"])
    w.add_feed_forward_length(m["ff"]); w.add_head_count(m["heads"]); w.add_head_count_kv(m["kv"])
    w.add_layer_norm_rms_eps(1e-5); w.add_rope_dimension_count(m["head"]); w.add_rope_freq_base(10000.0)
    w.add_vocab_size(VOCABULARY); w.add_file_type(0)
    w.add_tokenizer_model("llama"); w.add_token_list([f"t{i}" for i in range(VOCABULARY)])
    w.add_token_scores([0.0] * VOCABULARY); w.add_token_types([1] * VOCABULARY)
    for name, shape in tensors(m):
        w.add_tensor(name, rng.standard_normal(shape, dtype=np.float32))
    w.write_header_to_file(); w.write_kv_data_to_file(); w.write_tensors_to_file(); w.close()


def main():
    tool = sys.argv[1]
    result = {}
    with tempfile.TemporaryDirectory() as d:
        for name, m in MODELS.items():
            source, out = os.path.join(d, "f32.gguf"), os.path.join(d, "out.gguf")
            write(source, m)
            listed = list(tensors(m))
            types = {}
            for mixture in MIXTURES:
                subprocess.run([tool, source, out, mixture], check=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
                found = {t.name: t.tensor_type.name for t in gguf.GGUFReader(out).tensors}
                types[mixture] = [found[n] for n, _ in listed]
            result[name] = {"architecture": m["arch"], "layers": m["layers"], "heads": m["heads"],
                            "key_value_heads": m["kv"], "tensors": [[n, list(s)] for n, s in listed], "types": types}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "quantization-types.json")
    with open(path, "w") as f:
        json.dump(result, f, separators=(",", ":"))
        f.write("\n")


main()

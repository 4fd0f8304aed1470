"""Reference figures of the two real models, made by transformers from the same GGUF files the tests load.

    python make_model_goldens.py [--models DIR] [--only generations|logits|perplexity] [--family smollm2|gemma3]

Needs: transformers 5.23.0, torch 2.13.0 (CPU), accelerate, gguf 0.19.0, safetensors, numpy. Weights are the float32
values that the `gguf` package dequantizes; activations are float32; attention is the plain ("eager") one. Nothing is
sampled, so there is no seed. The models come from Scripts/fetch-models.

Writes, beside this script:
  generations-<family>.json    greedy continuations: prompt, its ids, 64 generated ids, the margin of each choice
  logits-<family>.safetensors  logits over the first 512 tokens of botchan-excerpt.txt (see `write_logits`)
  perplexity-<family>.json     ids of the whole excerpt, strided and chunked perplexity (see `strided`, `chunked`)

botchan-excerpt.txt is the opening of "Botchan" by Natsume Soseki (1867-1916) in the translation of Yasotaro Morri,
Tokyo 1919, in the public domain; the text comes from the source distribution of the PyPI package sentencepiece
(test/botchan.txt), without its front matter, carriage returns removed.
"""

import argparse
import json
import math
import os
import pathlib

import gguf
import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = pathlib.Path(__file__).resolve().parent
TEXT = HERE / "botchan-excerpt.txt"

FAMILIES = {
    "smollm2": dict(file="SmolLM2-135M-Instruct.Q4_1.gguf", sample_stride=97, full_positions=[511]),
    "gemma3": dict(file="gemma-3-270m.Q4_K_M.gguf", sample_stride=499, full_positions=[]),
}

# Where the two best logits are nearer than this, two correct float32 programs may choose differently; such
# continuations are left out.
LEAST_MARGIN = 0.01

# Candidates.
PROMPTS = {
    "smollm2": [
        "The capital of France is",
        "Once upon a time, in a small village by the sea,",
        "def fibonacci(n):\n    \"\"\"Return the n-th Fibonacci number.\"\"\"\n",
        "Question: What is the boiling point of water at sea level?\nAnswer:",
        "The three primary colors are",
        "In 1969, Neil Armstrong",
        "import numpy as np\n\ndef softmax(x):",
        "La capitale de l'Italie est",
        "Die Hauptstadt von Deutschland ist",
        "Photosynthesis is the process by which",
        "1, 1, 2, 3, 5, 8, 13, 21,",
        "Dear Sir or Madam,\n\nI am writing to",
        "日本の首都は",
        "The mitochondria is",
        "To make a good cup of tea, first",
        "<html>\n<head>\n<title>",
        "Question: How many legs does a spider have?\nAnswer:",
        "Water freezes at",
        "for i in range(10):\n    print(",
        "The Pythagorean theorem states that",
        "El sol es",
        "Translate to French: Good morning.\nFrench:",
        "The following is a list of the planets of the solar system:\n1.",
        "Roses are red,",
        "A prime number is a number that",
        "SELECT name, COUNT(*) FROM orders WHERE",
    ],
    "gemma3": [
        "The capital of France is",
        "def quicksort(items):\n    \"\"\"Sort a list of numbers.\"\"\"\n",
        "Question: Who wrote Romeo and Juliet?\nAnswer:",
        "La photosynthèse est le processus par lequel",
        "Der schnellste Weg, eine neue Sprache zu lernen, ist",
        "Der Mond ist",
        "日本で一番高い山は",
        "The three laws of thermodynamics state that",
        "<html>\n  <head>\n    <title>",
        "Roses are red,",
        "1, 2, 4, 8, 16,",
        "El sol es",
    ],
}

CHATS = {
    "smollm2": [
        [{"role": "user", "content": "What is the capital of France?"}],
        [
            {"role": "system", "content": "You answer in one short sentence."},
            {"role": "user", "content": "Why is the sky blue?"},
        ],
    ],
    "gemma3": [],
}


def load(directory, file):
    model = AutoModelForCausalLM.from_pretrained(
        directory, gguf_file=file, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    tokenizer = AutoTokenizer.from_pretrained(directory, gguf_file=file)
    if file.startswith("SmolLM2"):
        # transformers does not read `tokenizer.ggml.pre = smollm` from GGUF files: every digit stands alone.
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
    check_weights(model, os.path.join(directory, file))
    return model, tokenizer


def check_weights(model, path):
    """The reference must compute with exactly the dequantized values of the file."""
    tensors = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
    parameters = dict(model.named_parameters())
    assert all(parameter.dtype == torch.float32 for parameter in parameters.values())
    last = model.config.num_hidden_layers - 1
    for theirs, ours in {
        "token_embd.weight": "model.embed_tokens.weight",
        f"blk.{last}.ffn_down.weight": f"model.layers.{last}.mlp.down_proj.weight",
        "blk.0.attn_v.weight": "model.layers.0.self_attn.v_proj.weight",
    }.items():
        tensor = tensors[theirs]
        values = gguf.dequantize(tensor.data, tensor.tensor_type)
        assert np.array_equal(values, parameters[ours].detach().numpy()), theirs


@torch.no_grad()
def greedy(model, ids, count, stops):
    """Greedy decoding with a KV cache: ids, and for each the gap between the best and the second-best logit."""
    generated, margins = [], []
    cache, step = None, torch.tensor([ids])
    for _ in range(count):
        output = model(step, past_key_values=cache, use_cache=True)
        cache = output.past_key_values
        best = torch.topk(output.logits[0, -1], 2)
        token = int(best.indices[0])
        generated.append(token)
        margins.append(round(float(best.values[0] - best.values[1]), 5))
        if token in stops:
            break
        step = torch.tensor([[token]])
    return generated, margins


def write_generations(family, model, tokenizer):
    stops = {tokenizer.eos_token_id}
    entries = []
    for prompt in PROMPTS[family]:
        entries.append(dict(prompt=prompt, ids=tokenizer(prompt).input_ids))
    for messages in CHATS[family]:
        prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        ids = tokenizer(prompt, add_special_tokens=False).input_ids
        entries.append(dict(prompt=prompt, ids=ids, messages=messages))
    kept = []
    for entry in entries:
        entry["generated"], entry["margins"] = greedy(model, entry["ids"], 64, stops)
        if min(entry["margins"]) < LEAST_MARGIN:
            print("left out, margin", min(entry["margins"]), repr(entry["prompt"]), flush=True)
            continue
        kept.append(entry)
        entry["finish"] = "stop" if entry["generated"][-1] in stops else "length"
        entry["text"] = tokenizer.decode(entry["generated"], skip_special_tokens=True)
        print(repr(entry["prompt"]), "->", repr(entry["text"]), min(entry["margins"]), flush=True)
    write_json(f"generations-{family}.json", dict(header(family), entries=kept))


@torch.no_grad()
def write_logits(family, model, ids):
    """
    ids [512] I32; positions [64] I32: 7, 15 ... 511; sample_ids [s] I32: every n-th vocabulary id;
    sample_logits [64, s] F32; top_ids [512, 16] I32 and top_logits [512, 16] F32: the best 16, best first;
    log_sum_exp [512] F32; nll [511] F32: of token i+1 given tokens 0...i; for SmolLM2 also
    full_positions [1] I32 and full_logits [1, vocabulary] F32.
    """
    settings = FAMILIES[family]
    ids = ids[:512]
    logits = model(torch.tensor([ids]), use_cache=False).logits[0].float()
    positions = np.arange(7, 512, 8, dtype=np.int32)
    samples = np.arange(0, logits.shape[1], settings["sample_stride"], dtype=np.int32)
    top = torch.topk(logits, 16)
    total = torch.logsumexp(logits.double(), dim=1)
    chosen = logits[:-1].double().gather(1, torch.tensor(ids[1:])[:, None])[:, 0]
    tensors = {
        "ids": np.array(ids, dtype=np.int32),
        "positions": positions,
        "sample_ids": samples,
        "sample_logits": logits.numpy()[positions][:, samples].copy(),
        "top_ids": top.indices.numpy().astype(np.int32),
        "top_logits": top.values.numpy().copy(),
        "log_sum_exp": total.numpy().astype(np.float32),
        "nll": (total[:-1] - chosen).numpy().astype(np.float32),
    }
    if settings["full_positions"]:
        tensors["full_positions"] = np.array(settings["full_positions"], dtype=np.int32)
        tensors["full_logits"] = logits.numpy()[settings["full_positions"]].copy()
    save_file(tensors, HERE / f"logits-{family}.safetensors", metadata={k: str(v) for k, v in header(family).items()})
    print(family, "perplexity of the 512 tokens", math.exp(tensors["nll"].mean()), flush=True)


@torch.no_grad()
def token_nll(model, ids, first):
    """-ln p of ids[first...] given everything before it in the window, float64 [count - first]."""
    logits = model(torch.tensor([ids]), use_cache=False).logits[0, first - 1 : -1].double()
    return (torch.logsumexp(logits, 1) - logits.gather(1, torch.tensor(ids[first:])[:, None])[:, 0]).numpy()


def summary(values, **settings):
    """Mean nll in nats, perplexity, and the standard error of the mean nll (llama.cpp multiplies it by the perplexity)."""
    mean = float(np.mean(values))
    error = math.sqrt(max(float(np.mean(values**2)) - mean**2, 0) / (len(values) - 1))
    return dict(settings, tokens=len(values), nll=mean, perplexity=math.exp(mean), stderr=error)


def strided(model, ids, context, stride):
    """
    Hugging Face: windows of `context` tokens that advance by `stride`; each window scores the tokens that no window
    before it has scored. A token that would have no context (the very first, and the first of each window where the
    stride is the context) is not scored. The last window ends with the text. Special tokens stand only where the
    tokenizer put them, at the start of the text.
    """
    scored, begin, values = 1, 0, []
    while scored < len(ids):
        end = min(begin + context, len(ids))
        values.append(token_nll(model, ids[begin:end], max(scored - begin, 1)))
        scored, begin = end, begin + stride
    return summary(np.concatenate(values), context=context, stride=stride)


def chunked(model, ids, context, beginning):
    """
    llama.cpp's llama-perplexity: disjoint chunks of `context` tokens, an incomplete one at the end dropped; where the
    model wants a beginning token, it takes the place of the first token of every chunk; the predictions made at
    positions context/2 ... context-2 are scored.
    """
    values = []
    for start in range(0, len(ids) - context + 1, context):
        window = list(ids[start : start + context])
        if beginning is not None:
            window[0] = beginning
        values.append(token_nll(model, window, context // 2 + 1))
    return summary(np.concatenate(values), context=context, chunks=len(values))


def write_perplexity(family, model, ids):
    beginning = {"smollm2": None, "gemma3": 2}[family]
    result = dict(
        header(family),
        text=TEXT.name,
        bytes=TEXT.stat().st_size,
        tokens=len(ids),
        chunked=[],
        strided=[],
        ids=ids,
    )
    for context in (512, 256):
        result["chunked"].append(chunked(model, ids, context, beginning))
        print(family, "chunked", result["chunked"][-1], flush=True)
    for context, stride in ((512, 256), (1024, 512), (512, 512)):
        result["strided"].append(strided(model, ids, context, stride))
        print(family, "strided", result["strided"][-1], flush=True)
    write_json(f"perplexity-{family}.json", result)


def header(family):
    return dict(
        model=FAMILIES[family]["file"],
        transformers=transformers.__version__,
        torch=torch.__version__.split("+")[0],
        gguf="0.19.0",
    )


def write_json(name, value):
    """One key per line, arrays of numbers on one line: small files, readable differences."""
    lines = []
    for key, item in value.items():
        if key in ("entries", "chunked", "strided"):
            rows = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in item)
            lines.append(f'  "{key}": [\n{rows}\n  ]')
        else:
            lines.append(f'  "{key}": {json.dumps(item, ensure_ascii=False, separators=(",", ":"))}')
    (HERE / name).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main():
    cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")) + "/swift-llmops"
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default=os.environ.get("LLMOPS_CACHE", cache) + "/models")
    parser.add_argument("--only", choices=["generations", "logits", "perplexity"])
    parser.add_argument("--family", choices=list(FAMILIES))
    arguments = parser.parse_args()
    text = TEXT.read_bytes().decode("utf-8")
    for family, settings in FAMILIES.items():
        if arguments.family not in (None, family):
            continue
        model, tokenizer = load(arguments.models, settings["file"])
        ids = tokenizer(text).input_ids
        assert len(ids) >= 4096 + 1
        if arguments.only in (None, "logits"):
            write_logits(family, model, ids)
        if arguments.only in (None, "generations"):
            write_generations(family, model, tokenizer)
        if arguments.only in (None, "perplexity"):
            write_perplexity(family, model, ids)


main()

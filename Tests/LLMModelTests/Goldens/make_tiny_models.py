"""Tiny random models of every decoder family, as transformers saves them, with the logits it computes.

    python make_tiny_models.py

Needs: transformers 5.23.0, torch 2.13.0 (CPU), safetensors, numpy. Seed 20261123 for every model. Weights are drawn
wide enough (norms, biases and per-head norms too) that leaving any of them out changes the logits visibly.

Writes tiny-<family>/ beside this script:
  config.json            as transformers 5 writes it
  config.legacy.json     the same in the words of older releases (rope_theta, sliding_window_pattern ...), where they differ
  model.safetensors      float32 weights under Hugging Face's names
  expected.safetensors   ids [40] I32; logits [40, vocabulary] F32; embedding [40, hidden] F32 (as the first layer sees it);
                         layer.<i> [40, hidden] F32: the residual stream after each layer but the last;
                         final_norm [40, hidden] F32. One pass, float32, eager attention.
"""

import json
import pathlib
import shutil

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20261123
TOKENS = 40
COMMON = dict(
    vocab_size=128,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=0,
)


def rope(theta, **more):
    return dict(rope_type="default", rope_theta=theta, **more)


MODELS = {
    # grouped queries, untied head
    "llama": transformers.LlamaConfig(
        **COMMON, rms_norm_eps=1e-5, tie_word_embeddings=False, rope_parameters=rope(10000.0)
    ),
    # biases everywhere, head_dim other than hidden / heads, Llama 3's stretched rotary frequencies, tied head
    "llama3": transformers.LlamaConfig(
        **COMMON | dict(head_dim=16, max_position_embeddings=256),
        attention_bias=True,
        mlp_bias=True,
        tie_word_embeddings=True,
        rope_parameters=dict(
            rope_type="llama3",
            rope_theta=500.0,
            factor=8.0,
            low_freq_factor=1.0,
            high_freq_factor=4.0,
            original_max_position_embeddings=32,
        ),
    ),
    # one sliding window in every layer, shorter than the text
    "mistral": transformers.MistralConfig(
        **COMMON, sliding_window=8, tie_word_embeddings=False, rope_parameters=rope(10000.0)
    ),
    # biases on query, key and value only
    "qwen2": transformers.Qwen2Config(
        **COMMON, use_sliding_window=False, tie_word_embeddings=True, rope_parameters=rope(1000000.0)
    ),
    # norms on each head of query and key, head_dim other than hidden / heads
    "qwen3": transformers.Qwen3Config(
        **COMMON | dict(num_hidden_layers=2),
        head_dim=16,
        use_sliding_window=False,
        tie_word_embeddings=False,
        rope_parameters=rope(1000000.0),
    ),
    # sliding windows and full attention in turn with two rotary bases, norms before and after, scaled embeddings,
    # a query scale of its own
    "gemma3": transformers.Gemma3TextConfig(
        **COMMON | dict(num_hidden_layers=4, num_key_value_heads=1, intermediate_size=32),
        head_dim=16,
        query_pre_attn_scalar=24,
        sliding_window=8,
        layer_types=["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"],
        rms_norm_eps=1e-6,
        rope_parameters=dict(sliding_attention=rope(100.0), full_attention=rope(10000.0)),
    ),
    # learned positions, LayerNorm, transposed weights
    "gpt2": transformers.GPT2Config(
        vocab_size=128,
        n_positions=64,
        n_embd=32,
        n_layer=2,
        n_head=4,
        bos_token_id=1,
        eos_token_id=2,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
    ),
}


def legacy(config):
    """The same description as transformers 4 wrote it, where the words have changed since."""
    words = json.loads(json.dumps(config))
    parameters = words.pop("rope_parameters", None)
    if parameters is None:
        return None
    if "full_attention" in parameters:
        words["rope_theta"] = parameters["full_attention"]["rope_theta"]
        words["rope_local_base_freq"] = parameters["sliding_attention"]["rope_theta"]
        words["rope_scaling"] = None
        words["sliding_window_pattern"] = words.pop("layer_types").index("full_attention") + 1
        words.pop("_sliding_window_pattern", None)
    else:
        words["rope_theta"] = parameters.pop("rope_theta")
        words["rope_scaling"] = parameters if parameters["rope_type"] != "default" else None
        words.pop("layer_types", None)
    words["torch_dtype"] = words.pop("dtype")
    words["transformers_version"] = "4.53.0"
    return words


def randomize(model):
    """Matrices with a standard deviation of 1.3 / sqrt(inputs), embeddings of 0.7 (0.25 where they are the head too);
    norms around what leaves values alone; biases 0.3."""
    embedding_scale = 0.25 if model.config.tie_word_embeddings else 0.7
    generator = torch.Generator().manual_seed(SEED)
    zero_is_neutral = model.config.model_type.startswith("gemma")
    for name, parameter in model.named_parameters():
        values = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 2:
            if any(word in name for word in ("embed", "wte", "wpe")):
                values *= embedding_scale
            else:
                values *= 1.3 / parameter.shape[0 if model.config.model_type == "gpt2" else 1] ** 0.5
        elif name.endswith("bias"):
            values *= 0.3
        else:
            values = 0.2 * values + (0.0 if zero_is_neutral else 1.0)
        parameter.data.copy_(values)


@torch.no_grad()
def make(name, config):
    folder = HERE / f"tiny-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    config.architectures = None
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32).eval()
    randomize(model)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    words = legacy(json.loads((folder / "config.json").read_text()))
    if words is not None:
        (folder / "config.legacy.json").write_text(json.dumps(words, indent=2) + "\n")
    ids = torch.randint(3, 128, (TOKENS,), generator=torch.Generator().manual_seed(SEED + 1))
    output = model(ids[None], use_cache=False, output_hidden_states=True)
    expected = {"ids": ids.int().numpy(), "logits": output.logits[0].numpy().copy()}
    names = ["embedding"] + [f"layer.{i}" for i in range(config.num_hidden_layers - 1)] + ["final_norm"]
    for key, states in zip(names, output.hidden_states, strict=True):
        expected[key] = states[0].numpy().copy()
    save_file(
        expected,
        folder / "expected.safetensors",
        metadata=dict(transformers=transformers.__version__, torch=torch.__version__.split("+")[0], seed=str(SEED)),
    )
    top = output.logits[0].topk(2).values
    size = sum(file.stat().st_size for file in folder.iterdir())
    entropy = torch.distributions.Categorical(logits=output.logits[0]).entropy().mean()
    print(f"{name}: {size} bytes, mean entropy {entropy:.2f}, least margin {(top[:, 0] - top[:, 1]).min():.4f}")


for key, value in MODELS.items():
    make(key, value)

"""Tiny random encoders of every family, as transformers saves them, with what it computes; and sentences through a
real one.

    python make_tiny_encoders.py [MINILM_DIRECTORY]

Needs: transformers 5.23.0, torch 2.13.0 (CPU), safetensors, numpy. Seed 20261123 for every model.

Writes beside this script:
  tiny-<family>/config.json, model.safetensors    under Hugging Face's names
  tiny-<family>/expected.safetensors              ids.<i>, types.<i> I32 [tokens]; hidden.<i> F32 [tokens, hidden]
  embeddings-minilm.safetensors                   vectors F32 [sentences, 384]: mean of the last layer, length one; the
                                                  sentences are in EmbedderTests.swift and below
"""

import pathlib
import shutil
import sys

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20261123
MODELS = {
    # widths that are no multiple of 32
    "bert": transformers.BertConfig(
        vocab_size=96, hidden_size=48, num_hidden_layers=3, num_attention_heads=4, intermediate_size=80,
        max_position_embeddings=160, type_vocab_size=2,
    ),
    "roberta": transformers.RobertaConfig(
        vocab_size=96, hidden_size=64, num_hidden_layers=2, num_attention_heads=2, intermediate_size=96,
        max_position_embeddings=162, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5,
    ),
    "distilbert": transformers.DistilBertConfig(
        vocab_size=96, dim=64, n_layers=2, n_heads=4, hidden_dim=128, max_position_embeddings=160,
    ),
}
SENTENCES = [
    "The printer on the second floor is jammed again.",
    "Paper got stuck in tray two.",
    "Der Drucker im zweiten Stock hat wieder einen Papierstau.",
    "She sells sea shells by the sea shore.",
    "",
    "naïve café — 東京 🙂",
    "To be, or not to be, that is the question: whether 'tis nobler in the mind to suffer. " * 12,
]


def tiny(name, config):
    torch.manual_seed(SEED)
    model = transformers.AutoModel.from_config(config).eval().float()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    folder = HERE / f"tiny-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, safe_serialization=True)
    generator = np.random.default_rng(SEED)
    tensors = {}
    for index, count in enumerate([1, 7, 40, 150]):
        ids = generator.integers(4, config.vocab_size, count)
        types = generator.integers(0, 2, count) if name == "bert" else np.zeros(count, dtype=np.int64)
        inputs = dict(input_ids=torch.tensor(ids)[None])
        if name != "distilbert":
            inputs["token_type_ids"] = torch.tensor(types)[None]
        with torch.no_grad():
            hidden = model(**inputs, attention_mask=torch.ones(1, count)).last_hidden_state[0]
        tensors[f"ids.{index}"] = ids.astype(np.int32)
        tensors[f"types.{index}"] = types.astype(np.int32)
        tensors[f"hidden.{index}"] = hidden.numpy().astype(np.float32)
    save_file(tensors, folder / "expected.safetensors")


def minilm(directory):
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    model = transformers.AutoModel.from_pretrained(directory).eval().float()
    vectors = []
    for sentence in SENTENCES:
        inputs = tokenizer([sentence], truncation=True, max_length=256, return_tensors="pt")
        with torch.no_grad():
            pooled = model(**inputs).last_hidden_state[0].mean(0)
        vectors.append(torch.nn.functional.normalize(pooled, dim=0).numpy())
    save_file({"vectors": np.stack(vectors).astype(np.float32)}, HERE / "embeddings-minilm.safetensors")


for name, config in MODELS.items():
    tiny(name, config)
if len(sys.argv) > 1:
    minilm(sys.argv[1])

"""Losses and gradients of the tiny models of every family (Tests/LLMModelTests/Goldens/tiny-*), by transformers and peft.

    python make_model_gradients.py

Needs: transformers 5.23.0, torch 2.13.0 (CPU), peft 0.21.0, safetensors. Seed 20261124. Everything in float64 but where
transformers itself asks for float32 (norms, rotary angles); stored as float32.

Writes gradients-<family>.safetensors:
  tokens, targets [44] I32, starts [3] I32   three sequences packed end to end; targets -100 take no part
  loss [1]                                   sum of the losses of the scored tokens
  grad.<name>                                gradient of that sum, by the checkpoint's name
  curve [20]                                 mean loss before each of 20 AdamW steps on this batch: learning rate 1e-3,
                                             betas 0.9 and 0.95, epsilon 1e-8, weight decay 0.1 on matrices only
and lora-llama.safetensors, lora-qwen3.safetensors: rank 4, alpha 8 on all linear layers:
  <name> (lora_A, lora_B as PEFT names them, both drawn at random), grad.<name>, loss [1]
"""

import pathlib

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "LLMModelTests" / "Goldens"
SEED = 20261124
LENGTHS = [17, 4, 23]


def batch():
    generator = torch.Generator().manual_seed(SEED)
    sequences = [torch.randint(3, 128, (n,), generator=generator) for n in LENGTHS]
    targets = []
    for index, sequence in enumerate(sequences):
        target = torch.cat([sequence[1:], torch.tensor([-100])])
        if index == 0:
            target[:6] = -100  # a prompt that is not scored
        targets.append(target)
    starts = [sum(LENGTHS[:i]) for i in range(len(LENGTHS))]
    return sequences, targets, starts


def load(name):
    model = AutoModelForCausalLM.from_pretrained(MODELS / f"tiny-{name}", attn_implementation="eager", dtype=torch.float64)
    return model.train()


def loss_of(model, sequences, targets):
    total = 0
    for sequence, target in zip(sequences, targets):
        logits = model(sequence[None], use_cache=False).logits[0].double()
        total = total + torch.nn.functional.cross_entropy(logits, target, ignore_index=-100, reduction="sum")
    return total


def store(path, tensors, **metadata):
    tensors = {k: (v.float() if v.is_floating_point() else v.int()).contiguous().clone() for k, v in tensors.items()}
    save_file(tensors, path, metadata=dict(torch=torch.__version__.split("+")[0], seed=str(SEED), **metadata))
    print(path.name, path.stat().st_size)


def gradients(name):
    sequences, targets, starts = batch()
    model = load(name)
    loss = loss_of(model, sequences, targets)
    loss.backward()
    out = {"tokens": torch.cat(sequences), "targets": torch.cat(targets), "starts": torch.tensor(starts)}
    out["loss"] = loss.detach().reshape(1)
    for key, parameter in model.named_parameters():
        out[f"grad.{key}"] = parameter.grad
    count = sum(int((t != -100).sum()) for t in targets)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        [
            dict(params=[p for p in parameters if p.dim() > 1], weight_decay=0.1),
            dict(params=[p for p in parameters if p.dim() == 1], weight_decay=0.0),
        ],
        lr=1e-3,
        betas=(0.9, 0.95),
        eps=1e-8,
    )
    curve = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = loss_of(model, sequences, targets) / count
        loss.backward()
        curve.append(loss.item())
        optimizer.step()
    out["curve"] = torch.tensor(curve)
    store(HERE / f"gradients-{name}.safetensors", out)


def adapters(name):
    sequences, targets, _ = batch()
    config = LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")
    model = get_peft_model(load(name), config).double()
    generator = torch.Generator().manual_seed(SEED + 1)
    trained = {k: p for k, p in model.named_parameters() if p.requires_grad}
    for parameter in trained.values():
        parameter.data.copy_(0.1 * torch.randn(parameter.shape, generator=generator))
    loss = loss_of(model, sequences, targets)
    loss.backward()
    out = {"loss": loss.detach().reshape(1)}
    for key, parameter in trained.items():
        short = key.replace("base_model.model.", "", 1).replace(".default.", ".")
        out[short] = parameter.detach()
        out[f"grad.{short}"] = parameter.grad
    store(HERE / f"lora-{name}.safetensors", out)


if __name__ == "__main__":
    for family in ["gemma3", "gpt2", "llama", "llama3", "qwen3"]:
        gradients(family)
    for family in ["llama", "qwen3"]:
        adapters(family)

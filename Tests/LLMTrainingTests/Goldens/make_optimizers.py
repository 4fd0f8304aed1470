"""Goldens of optimizers, clipping and schedules. Made with torch 2.13.0 (cpu), transformers 5.23, safetensors; seed 7.

Writes optimizers.safetensors (initial weights, gradients and the weights after every step) and schedules.json.
"""
import json
import pathlib

import torch
import transformers.optimization as schedules
from safetensors.torch import save_file

folder = pathlib.Path(__file__).parent
generator = torch.Generator().manual_seed(7)
steps = 20
initial = {
    "matrix": torch.randn(5, 7, generator=generator),
    "vector": torch.randn(9, generator=generator),
}
gradients = {name: torch.randn(steps, *value.shape, generator=generator) for name, value in initial.items()}
# Some small ones, where epsilon counts.
gradients["vector"][:, :3] *= 1e-7

tensors = {f"initial.{n}": v for n, v in initial.items()} | {f"gradients.{n}": v for n, v in gradients.items()}


def rate(step):
    return 0.01 * (step + 1) / steps


def run(name, make, clip=None):
    parameters = {n: torch.nn.Parameter(v.clone()) for n, v in initial.items()}
    optimizer = make(
        [
            {"params": [parameters["matrix"]], "weight_decay": 0.1},
            {"params": [parameters["vector"]], "weight_decay": 0.0},
        ]
    )
    history = {n: [] for n in parameters}
    norms = []
    for step in range(steps):
        for n, parameter in parameters.items():
            parameter.grad = gradients[n][step].clone()
        if clip is not None:
            norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), clip).item())
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        optimizer.step()
        for n, parameter in parameters.items():
            history[n].append(parameter.detach().clone())
    for n, values in history.items():
        tensors[f"{name}.{n}"] = torch.stack(values)
    if norms:
        tensors[f"{name}.norms"] = torch.tensor(norms, dtype=torch.float64)


run("adamw", lambda g: torch.optim.AdamW(g, lr=0.0, betas=(0.9, 0.95), eps=1e-8, foreach=False))
run("adamw-clipped", lambda g: torch.optim.AdamW(g, lr=0.0, betas=(0.9, 0.999), eps=1e-6, foreach=False), clip=5.0)
run("sgd", lambda g: torch.optim.SGD(g, lr=0.0, momentum=0.9, foreach=False))
run("nesterov", lambda g: torch.optim.SGD(g, lr=0.0, momentum=0.9, nesterov=True, foreach=False))
run("plain", lambda g: torch.optim.SGD(g, lr=0.0, foreach=False))
save_file(tensors, str(folder / "optimizers.safetensors"))


def factors(make, count):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make(optimizer)
    values = []
    for _ in range(count):
        values.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return values


s = schedules
json.dump(
    {
        "cosine": factors(lambda o: s.get_cosine_schedule_with_warmup(o, 5, 40), 42),
        "cosine-minimum": factors(lambda o: s.get_cosine_with_min_lr_schedule_with_warmup(o, 5, 40, min_lr_rate=0.1), 40),
        "linear": factors(lambda o: s.get_linear_schedule_with_warmup(o, 4, 30), 33),
        "constant": factors(lambda o: s.get_constant_schedule_with_warmup(o, 6), 12),
        **{
            f"wsd-{shape}": factors(
                lambda o: s.get_wsd_schedule(
                    o, num_warmup_steps=5, num_decay_steps=12, num_training_steps=40, decay_type=shape, min_lr_ratio=0.05
                ),
                44,
            )
            for shape in ["linear", "cosine", "1-sqrt"]
        },
    },
    open(folder / "schedules.json", "w"),
)

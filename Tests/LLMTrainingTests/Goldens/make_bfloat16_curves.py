"""Twenty AdamW steps of the tiny Llama and GPT-2 in bfloat16, by PyTorch: what LLMTraining's bfloat16 is held against.

    python make_bfloat16_curves.py

Needs: transformers 5.23.0, torch 2.13.0 (CPU), safetensors. Batch, seed, optimizer and models are those of
make_model_gradients.py, whose "curve" is the same run in float64.

Writes bfloat16-<family>.safetensors:
  autocast [20]  mean loss before each step under torch.autocast(bfloat16): float32 parameters and moments, linear layers
                 and attention in bfloat16 with results in bfloat16
  rounded [20]   the same with our definition: inputs, weights and gradients of the results of linear layers and of the
                 head are rounded to bfloat16 as they enter a product, forward and backward; everything else in float64
  gradient.<name> of the first step of `rounded`, for the weight of every linear layer of the first block
"""

import torch
from make_model_gradients import HERE, batch, load, loss_of, store
from transformers.pytorch_utils import Conv1D


def rounded(x):
    return x.float().bfloat16().to(x.dtype)


class Product(torch.autograd.Function):
    """x W^T whose factors are rounded, forward and backward. x: [..., in], W: [out, in]."""

    @staticmethod
    def forward(ctx, x, weight):
        ctx.save_for_backward(x, weight)
        return rounded(x) @ rounded(weight).T

    @staticmethod
    def backward(ctx, dy):
        x, weight = ctx.saved_tensors
        dx = rounded(dy) @ rounded(weight)
        return dx, rounded(dy).reshape(-1, dy.shape[-1]).T @ rounded(x).reshape(-1, x.shape[-1])


def round_products(model):
    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            def forward(x, module=module):
                y = Product.apply(x, module.weight)
                return y if module.bias is None else y + module.bias
            module.forward = forward
        elif isinstance(module, Conv1D):  # [in, out]
            def forward(x, module=module):
                return Product.apply(x, module.weight.T) + module.bias
            module.forward = forward
    return model


def curve(model, context):
    sequences, targets, _ = batch()
    count = sum(int((t != -100).sum()) for t in targets)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        [
            dict(params=[p for p in parameters if p.dim() > 1], weight_decay=0.1),
            dict(params=[p for p in parameters if p.dim() == 1], weight_decay=0.0),
        ],
        lr=1e-3, betas=(0.9, 0.95), eps=1e-8)
    losses, first = [], {}
    for step in range(20):
        optimizer.zero_grad()
        with context():
            loss = loss_of(model, sequences, targets)
        # Of the sum, as ours: a factor that is no power of two would round everything otherwise.
        loss.backward()
        if step == 0:
            first = {
                name: parameter.grad.detach().clone() for name, parameter in model.named_parameters()
                if (".layers.0." in name or ".h.0." in name) and parameter.dim() == 2}
        losses.append(loss.item() / count)
        for parameter in parameters:
            parameter.grad /= count
        optimizer.step()
    return torch.tensor(losses), first


for family in ["llama", "gpt2"]:
    autocast, _ = curve(load(family).float(), lambda: torch.autocast("cpu", dtype=torch.bfloat16))
    ours, gradients = curve(round_products(load(family)), torch.enable_grad)
    out = {"autocast": autocast, "rounded": ours}
    out |= {f"gradient.{name}": gradient for name, gradient in gradients.items()}
    store(HERE / f"bfloat16-{family}.safetensors", out)
    print(family, "autocast to rounded:", float((autocast - ours).abs().max()))

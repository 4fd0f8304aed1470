"""Results and gradients of single operations, computed by PyTorch in float64 from float32 inputs.

    python make_operation_gradients.py

Needs: torch 2.13.0 (CPU), safetensors. Seed 20261125. Writes operations.safetensors: for every case its inputs, `<case>.y`,
the gradient `<case>.dy` that flows into y, and the gradient of each input as `<case>.d<input>`. Stored as float32.
"""

import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20261125
generator = torch.Generator().manual_seed(SEED)
out = {}


def draw(*shape, scale=1.0):
    """Numbers that float32 holds exactly, to be differentiated."""
    return (scale * torch.randn(*shape, generator=generator)).double().requires_grad_()


def case(name, y, **inputs):
    dy = torch.randn(y.shape, generator=generator).double()
    y.backward(dy)
    out[f"{name}.y"] = y
    out[f"{name}.dy"] = dy
    for key, value in inputs.items():
        out[f"{name}.{key}"] = value
        out[f"{name}.d{key}"] = value.grad


def rms(x, w, offset, epsilon=1e-6):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + epsilon) * (w + offset)


x, w = draw(7, 37), draw(37)
case("rms", rms(x, w, 0), x=x, w=w)
x, w = draw(7, 37, scale=3), draw(37, scale=0.2)
case("rmsOffset", rms(x, w, 1), x=x, w=w)
x, w, b = draw(7, 37), draw(37), draw(37)
case("layer", torch.nn.functional.layer_norm(x + 0.5, (37,), w, b, 1e-5), x=x, w=w, b=b)

functional = torch.nn.functional
activations = dict(
    silu=functional.silu,
    geluTanh=lambda x: functional.gelu(x, approximate="tanh"),
    gelu=functional.gelu,
    relu=functional.relu,
    reluSquared=lambda x: functional.relu(x) ** 2,
)
for key, function in activations.items():
    gate, up = draw(5, 37, scale=2), draw(5, 37)
    case(key, function(gate) * up, gate=gate, up=up)
    gate = draw(3, 21, scale=4)
    case(f"{key}Plain", function(gate), gate=gate)

x, w, b, down, up = draw(9, 37), draw(21, 37), draw(21), draw(3, 37), draw(21, 3)
case("linear", x @ w.T + b + 2.5 * (x @ down.T) @ up.T, x=x, w=w, b=b, down=down, up=up)

w, p = draw(11, 13), draw(8, 13)
tokens, positions = [3, 7, 3, 3, 10, 0], [0, 1, 2, 0, 1, 2]
case("embedding", 3.5 * w[tokens] + p[positions], w=w, p=p)

for key, interleaved in [("halves", False), ("interleaved", True)]:
    x = draw(6, 2 * 10)  # two heads of 10, 8 coordinates rotated, positions as above, base 100
    heads = x.reshape(6, 2, 10)
    frequency = 100.0 ** (-torch.arange(4).double() * 2 / 8)
    angle = torch.tensor(positions).double()[:, None, None] * frequency
    a, b = (heads[..., 0:8:2], heads[..., 1:8:2]) if interleaved else (heads[..., :4], heads[..., 4:8])
    first, second = a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()
    turned = torch.stack([first, second], -1).flatten(-2) if interleaved else torch.cat([first, second], -1)
    case(f"rotary.{key}", torch.cat([turned, heads[..., 8:]], -1).reshape(6, 20), x=x)


def attention(lengths, heads, groups, dimension, scale, window=None, cap=None):
    rows = sum(lengths)
    q, k, v = draw(rows, heads * dimension), draw(rows, groups * dimension), draw(rows, groups * dimension)
    parts, start = [], 0
    for n in lengths:
        rows = slice(start, start + n)
        start += n
        qs = q[rows].reshape(n, heads, dimension).transpose(0, 1)
        ks, vs = (
            t[rows].reshape(n, groups, dimension).transpose(0, 1).repeat_interleave(heads // groups, 0) for t in (k, v)
        )
        scores = scale * qs @ ks.transpose(1, 2)
        if cap:
            scores = cap * torch.tanh(scores / cap)
        place = torch.arange(n)
        mask = place[None] <= place[:, None]
        if window:
            mask &= place[None] > place[:, None] - window
        weights = torch.softmax(scores.masked_fill(~mask, -torch.inf), -1)
        parts.append((weights @ vs).transpose(0, 1).reshape(n, heads * dimension))
    return torch.cat(parts), dict(q=q, k=k, v=v)


for key, arguments in dict(
    grouped=([33, 5, 40], 4, 2, 10, 0.3),
    window=([40, 1, 64], 2, 1, 12, 0.5, 16, 3.0),
    long=([300], 1, 1, 4, 0.7),
    longWindow=([290], 1, 1, 4, 0.7, 270, 2.0),
).items():
    y, inputs = attention(*arguments)
    case(f"attention.{key}", y, **inputs)

for key, scale, cap in [("plain", 1.0, None), ("capped", 1.5, 4.0)]:
    x, w, b = draw(11, 13), draw(50, 13), draw(50)
    targets = torch.randint(0, 50, (11,), generator=generator)
    targets[[0, 4, 10]] = -100
    logits = scale * (x @ w.T + b)
    if cap:
        logits = cap * torch.tanh(logits / cap)
    loss = functional.cross_entropy(logits, targets, ignore_index=-100, reduction="sum")
    loss.backward()
    for name, value in dict(x=x, w=w, b=b).items():
        out[f"loss.{key}.{name}"] = value
        out[f"loss.{key}.d{name}"] = value.grad
    out[f"loss.{key}.targets"] = targets.double()
    out[f"loss.{key}.y"] = loss.reshape(1)

path = HERE / "operations.safetensors"
save_file(
    {k: v.detach().float().contiguous().clone() for k, v in out.items()},
    path,
    metadata=dict(torch=torch.__version__.split("+")[0], seed=str(SEED)),
)
print(path.stat().st_size)

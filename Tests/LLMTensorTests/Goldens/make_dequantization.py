"""Writes dequantization.bin and dequantization_real.json with the gguf package 0.19.0 and numpy; seed 11.

dequantization.bin: per type u32 identifier, u32 blocks, the blocks, the expected float32 numbers, little-endian. Block
contents are random; scales are random ones of ordinary size first, then zeros, subnormal and largest numbers,
infinities and NaNs. The gguf package cannot dequantize Q8_1 and Q8_K: for these two the expected numbers follow the
block structures of the format, d * q.

dequantization_real.json: per model and tensor two checksums, of the first 16 rows and of everything: the sum of
bits(i) * (2 i + 1) modulo 2^64. And under "F16" and "BF16" those of all 65536 bit patterns.
Usage: make_dequantization.py MODEL_FOLDER
"""
import json
import pathlib
import struct
import sys

import numpy as np
from gguf import GGMLQuantizationType as T, GGUFReader, dequantize
from gguf.constants import GGML_QUANT_SIZES

here = pathlib.Path(__file__).parent
generator = np.random.default_rng(11)
np.seterr(all="ignore")
# Where a block has half-precision scales.
halves = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
          "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0], "TQ1_0": [52], "TQ2_0": [64],
          "MXFP4": [], "IQ1_S": [0], "IQ1_M": [], "IQ2_XXS": [0], "IQ2_XS": [0], "IQ2_S": [0], "IQ3_XXS": [0],
          "IQ3_S": [0], "Q8_1": [0, 2], "Q8_K": []}
sizes = {name: GGML_QUANT_SIZES[T[name]] for name in halves}
sizes["Q8_1"] = (32, 36)
special = [0x0000, 0x8000, 0x0001, 0x83FF, 0x7BFF, 0x7C00, 0xFC00, 0x7E01, 0xFD23]


def half():
    return int(np.float16(generator.normal() * 0.01).view(np.uint16))


def blocks(name):
    elements, size = sizes[name]
    ordinary = 7 if elements == 32 else 3
    rows = []
    for index in range(ordinary + len(special)):
        block = bytearray(generator.bytes(size))
        scale = half() if index < ordinary else special[index - ordinary]
        for number, offset in enumerate(halves[name]):
            other = scale if number == 0 else (half() if index % 2 else scale)
            block[offset:offset + 2] = struct.pack("<H", other)
        if name == "IQ1_M":
            for part in range(4):
                high = block[48 + 2 * part + 1]
                block[48 + 2 * part + 1] = high & 0x0F | (scale >> (4 * part) & 15) << 4
        if name == "MXFP4" and index >= ordinary:
            block[0] = [0, 1, 2, 3, 126, 127, 128, 254, 255][index - ordinary]
        if name == "Q8_K":
            block[:4] = np.uint16(scale).view(np.float16).astype(np.float32).tobytes()
        rows.append(bytes(block))
    return np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), size)


def expected(name, data):
    if name == "Q8_1":
        return data[:, :2].copy().view(np.float16).astype(np.float32) * data[:, 4:].view(np.int8).astype(np.float32)
    if name == "Q8_K":
        return data[:, :4].copy().view(np.float32) * data[:, 4:260].view(np.int8).astype(np.float32)
    return dequantize(data, T[name])


def checksum(floats):
    bits = np.ascontiguousarray(floats, dtype=np.float32).reshape(-1).view(np.uint32).astype(np.uint64)
    return f"{int(np.sum(bits * (2 * np.arange(bits.size, dtype=np.uint64) + 1))):016x}"


with open(here / "dequantization.bin", "wb") as file:
    for name in halves:
        data = blocks(name)
        file.write(struct.pack("<II", T[name], len(data)) + data.tobytes())
        file.write(np.ascontiguousarray(expected(name, data), dtype="<f4").tobytes())

patterns = np.arange(65536, dtype=np.uint16)
result = {"F16": checksum(dequantize(patterns.view(np.uint8), T.F16)),
          "BF16": checksum(dequantize(patterns.view(np.uint8).reshape(1, -1), T.BF16))}
for model in ["SmolLM2-135M-Instruct.Q4_1.gguf", "gemma-3-270m.Q4_K_M.gguf"]:
    sums = result[model] = {}
    for tensor in GGUFReader(pathlib.Path(sys.argv[1]) / model).tensors:
        floats = dequantize(tensor.data, tensor.tensor_type)
        rows = floats.reshape(-1, floats.shape[-1])
        sums[tensor.name] = [checksum(rows[:16]), checksum(rows)]
(here / "dequantization_real.json").write_text(json.dumps(result, indent=0))

#!/usr/bin/env python3
"""Writes quantization.json: the root mean square errors of llama.cpp's quantizers on numbers that the test makes too.

Usage: make_quantization_goldens.py PATH/TO/libggml-base.so
Made with ggml as vendored by llama-cpp-python 0.3.36, gguf 0.19.0, numpy 2. The numbers: 64 rows of 1024, from a
linear congruential generator, see `numbers`; integers and exact halvings only, so every machine makes the same.
"""
import ctypes, json, os, sys
import gguf, numpy as np
from gguf.quants import dequantize

TYPES = ["Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"]
ROWS, COLUMNS = 64, 1024


def numbers():
    """Sums of four uniform numbers, near a normal distribution, with a scale and an offset per row and a few outliers."""
    state, result = 1, np.empty(ROWS * COLUMNS, np.float32)
    for i in range(ROWS * COLUMNS):
        total = 0
        for _ in range(4):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            total += state >> 40
        x = (total - 2 * 2**24) / 2**25
        row = i // COLUMNS
        x = x * (1 + row % 5) + (row % 3) / 8
        result[i] = x * 8 if i % 509 == 0 else x
    return result.reshape(ROWS, COLUMNS)


def main():
    library = ctypes.CDLL(sys.argv[1], mode=1)
    library.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p] + [ctypes.c_int64] * 3 + [ctypes.c_void_p]
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    x = numbers()
    importance = np.array([1 + (i % 7) for i in range(COLUMNS)], np.float32)
    result = {"plain": {}, "weighted": {}}
    for name in TYPES:
        kind = gguf.GGMLQuantizationType[name]
        block, size = gguf.GGML_QUANT_SIZES[kind]
        for key, weights in [("plain", None), ("weighted", importance)]:
            out = np.zeros((ROWS, COLUMNS // block * size), np.uint8)
            library.ggml_quantize_chunk(int(kind), x.ctypes.data, out.ctypes.data, 0, ROWS, COLUMNS,
                                        None if weights is None else weights.ctypes.data)
            error = (x.astype(np.float64) - dequantize(out, kind)) ** 2
            w = 1 if weights is None else weights / weights.mean()
            result[key][name] = float(np.sqrt((error * w).mean()))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "quantization.json")
    with open(path, "w") as f:
        json.dump(result, f, indent=1)
        f.write("\n")


main()

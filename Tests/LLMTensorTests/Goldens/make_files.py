"""Writes sample.gguf (gguf 0.19.0), sample.safetensors (safetensors, numpy) and sample.npy (numpy); no randomness.

The tests read these files, and write the same content with this library and compare the bytes, which shows that the
reference readers load what the library writes.
"""
import pathlib

import numpy as np
from gguf import GGMLQuantizationType, GGUFValueType, GGUFWriter
from safetensors.numpy import save_file

here = pathlib.Path(__file__).parent

writer = GGUFWriter(here / "sample.gguf", "test")
writer.add_custom_alignment(64)
writer.add_uint8("a.uint8", 255)
writer.add_int8("a.int8", -128)
writer.add_uint16("a.uint16", 65535)
writer.add_int16("a.int16", -32768)
writer.add_uint32("a.uint32", 4294967295)
writer.add_int32("a.int32", -2147483648)
writer.add_uint64("a.uint64", 18446744073709551615)
writer.add_int64("a.int64", -9223372036854775808)
writer.add_float32("a.float32", 1.5)
writer.add_float64("a.float64", 0.1)
writer.add_bool("a.true", True)
writer.add_bool("a.false", False)
writer.add_string("a.string", "héllo 日本")
writer.add_array("b.strings", ["a", "", "é", "日本"])
writer.add_array("b.int32", [1, -2, 3])
writer.add_array("b.float32", [0.5, -0.25])
writer.add_array("b.bool", [True, False])
writer.add_key_value("b.uint64", [1, 2 ** 64 - 1], GGUFValueType.ARRAY, sub_type=GGUFValueType.UINT64)
writer.add_key_value("b.int8", [-1, 7], GGUFValueType.ARRAY, sub_type=GGUFValueType.INT8)
writer.add_key_value("b.nested", [[1, 2], [3]], GGUFValueType.ARRAY, sub_type=GGUFValueType.ARRAY)
writer.add_tensor("f32", np.arange(6, dtype=np.float32).reshape(2, 3))
writer.add_tensor("f16", np.arange(5, dtype=np.float16))
writer.add_tensor("q4_0", np.arange(72, dtype=np.uint8).reshape(2, 36), raw_dtype=GGMLQuantizationType.Q4_0)
writer.add_tensor("i32.3d", np.arange(8, dtype=np.int32).reshape(2, 2, 2))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()

save_file({
    "b.f32": np.arange(6, dtype=np.float32).reshape(2, 3), "a.f32": np.array(7, dtype=np.float32),
    "f16": np.arange(3, dtype=np.float16), "f64": np.array([0.1], dtype=np.float64),
    "i64": np.array([[-1], [2]], dtype=np.int64), "i32": np.array([-5], dtype=np.int32),
    "i16": np.array([-300, 300], dtype=np.int16), "i8": np.array([-1, 1, 2], dtype=np.int8),
    "u8": np.array([255], dtype=np.uint8), "flags": np.array([True, False, True]),
    "empty": np.zeros((0, 4), dtype=np.float32),
}, here / "sample.safetensors", metadata={"format": "np \"é\""})

np.save(here / "sample.npy", np.arange(15, dtype=np.float32).reshape(3, 5) / 4)

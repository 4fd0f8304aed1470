"""Writes json_*.json: documents as Python's json module prints them. Standard library only; Python 3.11 or later, seed 7."""
import json
import pathlib
import random
import struct

here = pathlib.Path(__file__).parent
random.seed(7)
numbers = [0.0, -0.0, 1.0, 0.1, 1e15, 1e16, 1e17, 123456789012345680.0, 9007199254740993.0, 1e-4, 1e-5, 1.5e-7,
           1e22, 1e23, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 0.30000000000000004, 3.14, -2.5e-10]
while len(numbers) < 300:
    value = struct.unpack("<d", random.randbytes(8))[0]
    if value == value and abs(value) != float("inf"):
        numbers.append(value)
document = {
    "zeta": [1, -2, 9223372036854775807, -9223372036854775808, True, False, None],
    "text": "quote \" backslash \\ slash / tab \t newline \n return \r bell \b feed \f nul \u0000 unit \u001f delete \u007f",
    "unicode": "é e\u0301 日本語 😀 \u2028 \ufeff \uffff",
    "é": "composed key", "e\u0301": "decomposed key",
    "empty": [[], {}, ""],
    "nested": {"b": {"d": [1.5], "c": []}, "a": [{"x": 1}, {"y": [2, [3]]}]},
    "numbers": numbers,
}
for name, options in {
    "spaced": {}, "utf8": {"ensure_ascii": False}, "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "sorted": {"sort_keys": True}, "indented": {"indent": 2, "ensure_ascii": False},
}.items():
    (here / f"json_{name}.json").write_text(json.dumps(document, **options), encoding="utf-8")

"""Writes Sources/LLMTensor/Element/IQGridData.swift from the packed tables of the gguf package (0.19.0)."""
import pathlib

from gguf import quants

target = pathlib.Path(__file__).parents[3] / "Sources/LLMTensor/Element/IQGridData.swift"
tables = {"iq2XXS": quants.IQ2_XXS, "iq2XS": quants.IQ2_XS, "iq2S": quants.IQ2_S, "iq3XXS": quants.IQ3_XXS,
          "iq3S": quants.IQ3_S, "iq1": quants.IQ1_S}
lines = ["// Made by Tests/LLMTensorTests/Goldens/make_iq_grids.py; do not edit.", "",
         "/// Level numbers of the IQ tables, packed as ``IQGrid`` describes, in hexadecimal.", "enum IQGridData {"]
for name, table in tables.items():
    digits = table.grid_hex.decode().lower()
    entries, width = table.grid_shape
    assert len(digits) * 4 == entries * width * (4 if len(table.grid_map) > 4 else 2)
    lines.append(f'    static let {name}: StaticString = """')
    parts = [digits[start:start + 104] for start in range(0, len(digits), 104)]
    lines += [f"        {part}\\" for part in parts[:-1]] + [f"        {parts[-1]}", '        """', ""]
lines[-1] = "}"
target.write_text("\n".join(lines) + "\n")

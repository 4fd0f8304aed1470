#!/usr/bin/env python3
"""Makes schemas.json: JSON texts, and whether the Python package jsonschema finds them valid.

    pip install jsonschema==4.26.0
    make_schema_goldens.py > schemas.json

Values are drawn at random (seed below) near each schema: valid ones, and ones with a member changed, dropped or added, a
length or number out of bounds, another type. They are written in the order of `properties` and in json.dumps's three layouts, so
that a grammar made of the schema has to accept exactly the valid ones. Schemas say `additionalProperties` wherever they have
`properties`, because a grammar closes what JSON Schema leaves open.
"""

import importlib.metadata
import json
import random
import sys

import jsonschema

SEED = 20261130
TEXTS = 160
SCHEMAS = [
    {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0, "maximum": 150}},
     "required": ["name", "age"], "additionalProperties": False},
    {"type": "object", "properties": {"a": {"type": "boolean"}, "b": {"type": "null"}, "c": {"type": "number"}},
     "required": ["b"], "additionalProperties": False},
    {"type": "object", "properties": {"id": {"type": "integer"}, "idea": {"type": "string"}},
     "additionalProperties": {"type": "boolean"}},
    {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"], "additionalProperties": True},
    {"type": "array", "items": {"type": "integer", "minimum": -12, "maximum": 305}, "minItems": 1, "maxItems": 4},
    {"type": "array", "items": {"type": "string", "enum": ["red", "green", "blue"]}, "maxItems": 3},
    {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}], "items": {"type": "integer"}, "minItems": 2,
     "maxItems": 5},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "null"}], "items": False},
    {"type": "string", "minLength": 2, "maxLength": 5},
    {"type": "string", "pattern": "^[a-z]{2,4}-[0-9]+$"},
    {"type": "string", "pattern": "b(c|\\d\\d)\\s?x"},
    {"type": "string", "pattern": "^\"[^\"\\\\]*\\.$"},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "uuid"},
    {"type": "integer", "minimum": 17, "maximum": 2345},
    {"type": "integer", "exclusiveMinimum": -100, "exclusiveMaximum": -7},
    {"type": "integer", "minimum": -45, "maximum": 45},
    {"type": "integer", "minimum": 1000},
    {"type": "number", "minimum": 0, "maximum": 1},
    {"type": "number", "minimum": -3, "maximum": 12},
    {"enum": ["yes", "no", 3, None, {"a": [1, 2]}]},
    {"const": "só isto"},
    {"type": ["string", "null", "integer"]},
    {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "minimum": 0, "maximum": 9}]},
    {"allOf": [{"type": "object", "properties": {"k": {"type": "string"}}, "required": ["k"]},
               {"properties": {"n": {"type": "integer"}}, "required": ["n"]}], "additionalProperties": True},
    {"$defs": {"tree": {"type": "object", "properties": {"value": {"type": "integer"}, "children": {"type": "array", "items": {
        "$ref": "#/$defs/tree"}}}, "required": ["value"], "additionalProperties": False}}, "$ref": "#/$defs/tree"},
    {"type": "object", "properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}, "required": ["next"],
     "additionalProperties": False},
    {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "number"}}},
    {},
    True,
]
WORDS = ["", "a", "ab", "xyz", "Zürich", "日本語", "line\nbreak", "quote\"d", "back\\slash", "tab\t", "/", "emoji 😀", "abcdef"]


def text_near(generator, schema):
    pattern = schema.get("pattern")
    if pattern == "^[a-z]{2,4}-[0-9]+$":
        return generator.choice(["ab-1", "abcd-007", "a-1", "abcde-1", "ab-", "AB-1", "ab-1 ", "xyz-99"])
    if pattern == "b(c|\\d\\d)\\s?x":
        return generator.choice(["bcx", "aab12 xyy", "b1x", "bc x", "bc  x", "\"bcx\\", "b12x", "é bcx 😀"])
    if pattern == "^\"[^\"\\\\]*\\.$":
        return generator.choice(["\"hello.", "\"hel\"lo.", "hello.", "\".", "\"\n.", "\"a\\."])
    if schema.get("format") == "date":
        return generator.choice(["2024-02-29", "1999-12-31", "2024-13-01", "2024-1-01", "20240101", "2024-10-01"])
    if schema.get("format") == "uuid":
        return generator.choice(["123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000", "zz"])
    return "".join(generator.choice(WORDS) for _ in range(generator.randrange(3)))


def anything(generator, depth=0):
    kinds = 7 if depth < 2 else 5
    kind = generator.randrange(kinds)
    if kind == 0:
        return generator.choice(WORDS)
    if kind == 1:
        return generator.randrange(-500, 5000)
    if kind == 2:
        return generator.choice([0.5, -1.25, 12.75, 3.0625])
    if kind == 3:
        return generator.choice([True, False])
    if kind == 4:
        return None
    if kind == 5:
        return [anything(generator, depth + 1) for _ in range(generator.randrange(3))]
    return {generator.choice(["k", "n", "q", "id", "ide"]): anything(generator, depth + 1) for _ in range(generator.randrange(3))}


def near(generator, schema, document, depth=0):
    """A value that follows the schema, except now and then."""
    if isinstance(schema, bool) or not schema or generator.random() < 0.06:
        return anything(generator, depth)
    if "$ref" in schema:
        target = document
        for part in schema["$ref"].split("/")[1:]:
            target = target[part]
        return near(generator, target, document, depth + 1)
    if "enum" in schema:
        return generator.choice(schema["enum"])
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        options = schema["anyOf"]
        return near(generator, options[-1] if depth > 3 else generator.choice(options), document, depth + 1)
    if "allOf" in schema:
        result = {}
        for part in schema["allOf"]:
            member = near(generator, part, document, depth + 1)
            result.update(member if isinstance(member, dict) else {})
        return result
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        kind = generator.choice(kind)
    if kind == "object":
        result = {}
        for name, member in schema.get("properties", {}).items():
            if generator.random() < (0.92 if name in schema.get("required", []) else 0.5):
                result[name] = near(generator, member, document, depth + 1)
        if generator.random() < 0.3 and schema.get("additionalProperties") is not None:
            extra = schema["additionalProperties"]
            name = generator.choice(["ide", "ideas", "i", "zz", "x2", "extra"])
            if name not in schema.get("properties", {}):
                result[name] = near(generator, extra if isinstance(extra, dict) else {}, document, depth + 1)
        return result
    if kind == "array":
        if depth > 4:
            return []
        leading = schema.get("prefixItems", [])
        count = generator.randrange(0, 7)
        items = schema.get("items", {})
        return [near(generator, leading[i] if i < len(leading) else (items if isinstance(items, dict) else {}), document, depth + 1)
                for i in range(count)]
    if kind == "string":
        return text_near(generator, schema)
    if kind == "integer":
        edges = [schema[k] for k in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if k in schema]
        if edges and generator.random() < 0.6:
            return generator.choice(edges) + generator.randrange(-2, 3)
        return generator.randrange(-200, 4000)
    if kind == "number":
        edges = [schema[k] for k in ("minimum", "maximum") if k in schema]
        return generator.choice([generator.randrange(-20, 20) + generator.choice([0.5, 0.25, 0.0625])]
                                + [edge + step for edge in edges for step in (0, 0.5, -0.5)])
    return {"boolean": generator.choice([True, False]), "null": None}[kind]


def main():
    generator = random.Random(SEED)
    entries = []
    for schema in SCHEMAS:
        validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date", "uuid"]))
        texts = {}
        for _ in range(TEXTS):
            value = near(generator, schema, schema)
            layout = generator.choice([{}, {"separators": (",", ":")}, {"indent": 2}])
            texts[json.dumps(value, ensure_ascii=False, **layout)] = validator.is_valid(value)
        entries.append({"schema": schema, "texts": [[text, valid] for text, valid in sorted(texts.items())]})
    json.dump({"jsonschema": importlib.metadata.version("jsonschema"), "seed": SEED, "entries": entries}, sys.stdout, ensure_ascii=False,
              separators=(",", ":"))
    print()


main()

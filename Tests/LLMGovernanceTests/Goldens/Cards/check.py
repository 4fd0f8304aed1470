#!/usr/bin/env python3
"""check.py CARD.md BOM.json FACTS.json: reads a card with huggingface_hub 2.4 and a bill of materials with
cyclonedx-python-lib 11.12, and compares both with the facts.

    llmops govern card --facts facts.json --out card.md --bom bom.json && ./check.py card.md bom.json facts.json
"""
import json, sys
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from huggingface_hub import ModelCard

card_path, bom_path, facts_path = sys.argv[1:]
facts = json.load(open(facts_path))
card = ModelCard.load(card_path)
data = card.data
assert data.license == facts["licence"]["expression"].lower(), data.license
assert data.base_model == [b["name"] for b in facts["base_models"]]
assert data.datasets == [d["name"] for d in facts["datasets"]]
assert data.language == facts["languages"], data.language
assert data.tags == facts["tags"]
assert data.model_name == facts["name"]
found = sorted((e.task_type, e.dataset_name, e.dataset_split, e.metric_type, e.metric_value) for e in data.eval_results)
wanted = sorted((e.get("task", "text-generation"), e["dataset"], e.get("split"), e["metric"], e["value"]) for e in facts["evaluations"])
assert found == wanted, (found, wanted)
assert ModelCard(str(card)).data.to_dict() == data.to_dict()
text = open(bom_path).read()
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
assert error is None, error
bom = Bom.from_json(json.loads(text))
assert bom.metadata.component.name == facts["name"] and bom.metadata.component.version == facts["version"]
assert {c.name for c in bom.components} == {s["name"] for s in facts["base_models"] + facts["datasets"]}
print("card and bill of materials are valid:", len(data.eval_results), "results,", len(bom.components), "components")

"""Goldens for chat templates, made with transformers' own renderer (jinja2 underneath).

Run:  python make_goldens.py TEMPLATES_DIRECTORY
where TEMPLATES_DIRECTORY holds the model templates (*.jinja, see Scripts/fetch-models), with the GGUF model beside it.

Made with Python 3.11, transformers 5.23, jinja2 3.1.6, markupsafe 3.0.4, gguf 0.19. No randomness; strftime_now is fixed at
2026-03-07 09:05:03.

Writes beside this script:
  cases.json          conversations
  models.tsv          per template, for each case in order: bytes and 16 hex digits of the SHA-256, or "refused"
  language.json       our own small templates (language/*.jinja): source and text, or null if refused
"""

import datetime as datetime_module
import glob
import hashlib
import json
import os
import sys

import transformers.utils.chat_template_utils as chat
from gguf import GGUFReader

GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
HERE = os.path.dirname(os.path.abspath(__file__))


class FixedDateTime(datetime_module.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 3, 7, 9, 5, 3, 123456)


chat.datetime = FixedDateTime

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the current weather for a city.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "City name, e.g. \"Zürich\" <or> 'Bern'"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
                "days": {"type": "integer", "description": "How many days", "default": 3},
            },
            "required": ["city"],
        },
    },
}
SEARCH = {
    "type": "function",
    "function": {
        "name": "search",
        "description": "Search the web.\nReturns results & links.",
        "parameters": {
            "type": "object",
            "properties": {
                "query": {"type": "string", "description": "The query"},
                "filters": {
                    "type": "object",
                    "properties": {
                        "tags": {"type": "array", "items": {"type": "string"}, "description": "Tags"},
                        "limit": {"type": ["number", "null"], "minimum": 0.5},
                        "nested": {"type": "object", "properties": {"deep": {"type": "boolean", "nullable": True}}},
                    },
                    "required": ["tags"],
                },
                "either": {"oneOf": [{"type": "string"}, {"type": "number", "default": 1.5}]},
            },
            "required": [],
        },
        "return": {"type": "string", "description": "text"},
    },
}
PLAIN = {
    "type": "function",
    "function": {
        "name": "lookup",
        "description": "Look a word up.",
        "parameters": {
            "type": "object",
            "properties": {
                "word": {"type": "string", "description": "The word"},
                "languages": {"type": "array", "items": {"type": "string"}, "description": "Where"},
                "weights": {"type": "object", "additionalProperties": {"type": "number"}, "description": "How"},
                "any": {"type": ["integer", "string"], "description": "What"},
            },
            "required": ["word"],
        },
        "return": {"type": "string", "description": "The entry"},
    },
}
EMPTY_TOOL = {"type": "function", "function": {"name": "now", "description": "Time", "parameters": {}}}

SYSTEM = {"role": "system", "content": "You are a helpful assistant."}
USER = {"role": "user", "content": "Hello, how are you?"}
ASSISTANT = {"role": "assistant", "content": "I'm fine, thanks!"}
USER2 = {"role": "user", "content": "What is 2 + 2?\n"}


def call(name, arguments, identifier="call_000001", content=""):
    message = {"role": "assistant", "content": content}
    message["tool_calls"] = [
        {"id": identifier, "type": "function", "function": {"name": name, "arguments": arguments}}
    ]
    return message


CITY = {"city": "Zürich", "days": 2, "precise": True, "factor": 1.0, "nothing": None, "list": [1, "a"]}
RESULT = {"role": "tool", "name": "get_weather", "tool_call_id": "call_000001", "content": "{\"temp\": 21.5}"}
TOOL_TALK = [SYSTEM, {"role": "user", "content": "Weather in Zürich?"}, call("get_weather", CITY), RESULT]
PARTS = [
    {"type": "text", "text": "Describe "},
    {"type": "image", "image": "x.png"},
    {"type": "text", "text": "this, please."},
]
HARD_TEXT = "Ünïcode: 你好 🇨🇭 👩‍👩‍👧 e\u0301 \u0130 \t \"q\" 'q' \\ </s> <b>&amp;</b>\u2028\u00a0end\x7f"

CASES = [
    ("user", [USER], None, {}),
    ("system", [SYSTEM, USER], None, {}),
    ("turns", [SYSTEM, USER, ASSISTANT, USER2], None, {}),
    ("turns-no-system", [USER, ASSISTANT, USER2, {"role": "assistant", "content": "  4  "}], None, {}),
    ("unicode", [{"role": "system", "content": HARD_TEXT}, {"role": "user", "content": HARD_TEXT}], None, {}),
    ("empty-content", [{"role": "system", "content": ""}, {"role": "user", "content": ""}], None, {}),
    ("whitespace", [{"role": "user", "content": "  \n x \n\n"}, {"role": "assistant", "content": "\n\n y "}, USER2], None, {}),
    ("null-content", [USER, {"role": "assistant", "content": None}, USER2], None, {}),
    ("no-messages", [], None, {}),
    ("tools", [SYSTEM, USER], [WEATHER, SEARCH], {}),
    ("tools-no-system", [USER], [WEATHER, EMPTY_TOOL], {}),
    ("tool-call", TOOL_TALK, [WEATHER], {}),
    ("tool-call-open", TOOL_TALK[:3], [WEATHER], {}),
    ("tool-call-done", TOOL_TALK + [{"role": "assistant", "content": "It is 21.5 °C."}, USER2], [WEATHER, SEARCH], {}),
    ("tool-call-no-tools", TOOL_TALK, None, {}),
    (
        "tool-call-text-arguments",
        [USER, call("get_weather", json.dumps(CITY, ensure_ascii=False), "abcdefghi"), dict(RESULT, tool_call_id="abcdefghi")],
        [WEATHER],
        {},
    ),
    (
        "parallel-calls",
        [
            SYSTEM,
            USER,
            {
                "role": "assistant",
                "content": "Let me look.",
                "reasoning_content": "I need two tools.",
                "tool_calls": [
                    {"id": "call_000001", "type": "function", "function": {"name": "get_weather", "arguments": {"city": "Bern"}}},
                    {"id": "call_000002", "type": "function", "function": {"name": "search", "arguments": {"query": "Bern \"old\"", "filters": {"tags": []}}}},
                ],
            },
            RESULT,
            {"role": "tool", "name": "search", "tool_call_id": "call_000002", "content": "nothing found"},
            USER2,
        ],
        [WEATHER, SEARCH],
        {},
    ),
    (
        "reasoning",
        [SYSTEM, USER, {"role": "assistant", "reasoning_content": "The user greets.\n", "content": "Hi!"}, USER2,
         {"role": "assistant", "reasoning_content": "Sum.", "content": "4"}],
        None,
        {},
    ),
    ("thinking-name", [USER, {"role": "assistant", "thinking": "Hmm.", "content": "Hi!"}, USER2], None, {}),
    (
        "think-tags",
        [USER, {"role": "assistant", "content": "<think>\nLet me see.\n</think>\n\nFour."}, USER2],
        None,
        {"enable_thinking": False},
    ),
    ("enable-thinking", [SYSTEM, USER], None, {"enable_thinking": True, "thinking": True, "reasoning_effort": "high"}),
    ("disable-thinking", [SYSTEM, USER, ASSISTANT, USER2], None, {"enable_thinking": False, "thinking": False, "reasoning_effort": "none"}),
    ("parts", [{"role": "system", "content": [{"type": "text", "text": "Be kind."}]}, {"role": "user", "content": PARTS}], None, {}),
    (
        "parts-turns",
        [{"role": "user", "content": PARTS}, {"role": "assistant", "content": [{"type": "text", "text": "A cat."}]}, USER2],
        None,
        {},
    ),
    (
        "plain-tools",
        [SYSTEM, USER, call("lookup", {"word": "Fuß", "languages": ["de"]}), dict(RESULT, name="lookup"), ASSISTANT],
        [PLAIN],
        {"functions": json.dumps([PLAIN["function"]]), "datetime": "2026-03-07", "builtin_tools": ["browser", "python"]},
    ),
    ("plain-tools-open", [USER], [PLAIN], {"functions": "[]", "datetime": "2026-03-07", "builtin_tools": ["browser"]}),
    ("assistant-first", [ASSISTANT, USER], None, {}),
    ("two-users", [USER, USER2], None, {}),
    ("system-late", [USER, SYSTEM, USER2], None, {}),
    ("developer", [{"role": "developer", "content": "Be brief."}, USER], [WEATHER], {}),
    ("unknown-role", [USER, {"role": "narrator", "content": "Night fell."}], None, {}),
    ("no-content", [USER, {"role": "assistant"}], None, {}),
    ("wide-system", [{"role": "system", "content": "/no_think Be  brief. /system_override"}, USER], [SEARCH], {"custom_instructions": "None", "date_string": "1 Jan 2020", "xml_tools": [WEATHER], "documents": [{"title": "T", "text": "Body"}]}),
]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}


def render(source, messages, tools, add_generation_prompt, variables):
    """The text, or None if refused."""
    variables = dict(variables)
    documents = variables.pop("documents", None)
    try:
        rendered, _ = chat.render_jinja_template(
            [messages], tools=tools, documents=documents, chat_template=source,
            add_generation_prompt=add_generation_prompt, **variables,
        )
        rendered[0].encode()
        return rendered[0]
    except Exception as error:
        if "--errors" in sys.argv:
            print(f"    {type(error).__name__}: {error}", file=sys.stderr)
        return None


def assistant_ranges(source, messages, variables):
    """Byte ranges of generation blocks, from the reference's indices of characters."""
    rendered, indices = chat.render_jinja_template(
        [messages], chat_template=source, return_assistant_tokens_mask=True, **variables
    )
    text = rendered[0]
    return text, [[len(text[:start].encode()), len(text[:end].encode())] for start, end in indices[0]]


def summary(text):
    if text is None:
        return "refused"
    data = text.encode()
    return f"{len(data)} {hashlib.sha256(data).hexdigest()[:16]}"


def main():
    cases = []
    for name, messages, tools, variables in CASES:
        for prompt in (False, True):
            cases.append(
                {
                    "name": name + ("+prompt" if prompt else ""),
                    "messages": messages,
                    "tools": tools or [],
                    "add_generation_prompt": prompt,
                    "variables": {**TOKENS, **variables},
                }
            )
    # What is written is what Swift reads back: use the read-back form here too.
    text = json.dumps(cases, ensure_ascii=False, indent=1)
    cases = json.loads(text)
    with open(os.path.join(HERE, "cases.json"), "w", encoding="utf-8") as file:
        file.write(text + "\n")

    sources = []
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.jinja"))):
        with open(path, encoding="utf-8", newline="") as source_file:
            sources.append((os.path.basename(path), source_file.read()))
    # The template inside of a model file.
    reader = GGUFReader(os.path.join(sys.argv[1], "..", GGUF))
    sources.append((GGUF, reader.get_field("tokenizer.chat_template").contents()))
    with open(os.path.join(HERE, "models.tsv"), "w", encoding="utf-8") as file:
        for name, source in sources:
            summaries = []
            for case in cases:
                text = render(
                    source, case["messages"], case["tools"] or None, case["add_generation_prompt"], case["variables"]
                )
                if len(sys.argv) > 2 and sys.argv[2] == "--texts":
                    file_name = f"{name}--{case['name']}"
                    with open(os.path.join(sys.argv[3], file_name), "w", encoding="utf-8", newline="") as out:
                        out.write("REFUSED" if text is None else text)
                summaries.append(summary(text))
            file.write("\t".join([name] + summaries) + "\n")

    language = {}
    for path in sorted(glob.glob(os.path.join(HERE, "language", "*.jinja"))):
        with open(path, encoding="utf-8", newline="") as source_file:
            source = source_file.read()
        # One file holds many templates, separated by lines of equals signs.
        for number, part in enumerate(source.split("\n=====\n")):
            case = cases[[c["name"] for c in cases].index("tool-call-done")]
            text = render(part, case["messages"], case["tools"], True, {**case["variables"], **LANGUAGE_VARIABLES})
            language[f"{os.path.basename(path)[:-6]} {number + 1}"] = {"source": part, "text": text}
    case = cases[[c["name"] for c in cases].index("turns-no-system")]
    messages = case["messages"] + [{"role": "user", "content": HARD_TEXT}, {"role": "assistant", "content": HARD_TEXT}]
    text, ranges = assistant_ranges(GENERATION, messages, case["variables"])
    generation = {"source": GENERATION, "messages": messages, "text": text, "ranges": ranges}
    with open(os.path.join(HERE, "language.json"), "w", encoding="utf-8") as file:
        golden = {"variables": LANGUAGE_VARIABLES, "templates": language, "generation": generation}
        json.dump(golden, file, ensure_ascii=False, indent=1)
        file.write("\n")


GENERATION = """{%- for message in messages %}
    {{- '<|' ~ message.role ~ '|>' }}
    {%- if message.role == 'assistant' %}
        {%- generation %}{{ message.content ~ eos_token }}{% endgeneration %}
    {%- else %}
        {{- message.content ~ eos_token }}
    {%- endif %}
{%- endfor %}"""

LANGUAGE_VARIABLES = {
    "numbers": [3, 1, 2],
    "people": [
        {"name": "Zoë", "age": 31, "tags": ["x", "y"]},
        {"name": "adam", "age": 25, "tags": []},
        {"name": "Bob", "age": 31, "address": {"city": "Bern"}},
    ],
    "nested": {"b": 1, "a": {"c": [1, 2.5, None, True, "it's"]}, "C": "x"},
    "text": "The quick brown fox",
    "hard": HARD_TEXT,
    "tree": [{"n": "a", "kids": [{"n": "b", "kids": []}, {"n": "c", "kids": [{"n": "d", "kids": []}]}]}],
    "empty": "",
    "zero": 0,
    "pi": 3.14159,
    "big": 1e22,
    "small": 1.5e-7,
    "flag": True,
    "nothing": None,
}

if __name__ == "__main__":
    main()

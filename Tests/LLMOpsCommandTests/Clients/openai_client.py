"""Talks to `llmops serve` through the official client, unchanged.

    python openai_client.py http://127.0.0.1:8080 MODEL [EMBEDDING_MODEL]      made with openai 3.54, any 1.x or later works

Exits with 0 when everything is as the client expects; prints the versions and what was checked.
"""
import sys

import openai
from openai import OpenAI

base, model = sys.argv[1], sys.argv[2]
client = OpenAI(base_url=base + "/v1", api_key=sys.argv[4] if len(sys.argv) > 4 else "none", max_retries=0, timeout=120)
messages = [{"role": "user", "content": "Name one colour."}]


def chat():
    answer = client.chat.completions.create(model=model, messages=messages, max_tokens=8, temperature=0, seed=1,
                                            logprobs=True, top_logprobs=3)
    choice = answer.choices[0]
    assert choice.message.role == "assistant" and choice.message.content, answer
    assert choice.finish_reason in ("stop", "length"), answer
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert len(choice.logprobs.content) == answer.usage.completion_tokens
    assert all(len(t.top_logprobs) == 3 and t.logprob <= 0 for t in choice.logprobs.content)
    assert bytes(choice.logprobs.content[0].bytes).decode() == choice.logprobs.content[0].token
    again = client.chat.completions.create(model=model, messages=messages, max_tokens=8, temperature=0)
    assert again.choices[0].message.content == choice.message.content
    assert again.usage.prompt_tokens_details.cached_tokens >= 0
    return choice.message.content


def stream(expected):
    text, usage, reason = "", None, None
    for chunk in client.chat.completions.create(model=model, messages=messages, max_tokens=8, temperature=0, stream=True,
                                                stream_options={"include_usage": True}):
        if chunk.usage:
            usage = chunk.usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reason = choice.finish_reason or reason
    assert text == expected, (text, expected)
    assert usage.completion_tokens > 0 and reason in ("stop", "length")


def several():
    answer = client.chat.completions.create(model=model, messages=messages, max_completion_tokens=5, n=3, seed=7,
                                            temperature=1.0, top_p=0.9, presence_penalty=0.5, frequency_penalty=0.5,
                                            logit_bias={"5": -100}, user="somebody")
    assert [c.index for c in answer.choices] == [0, 1, 2]
    same = client.chat.completions.create(model=model, messages=messages, max_completion_tokens=5, n=3, seed=7,
                                          temperature=1.0, top_p=0.9, presence_penalty=0.5, frequency_penalty=0.5,
                                          logit_bias={"5": -100})
    assert [c.message.content for c in same.choices] == [c.message.content for c in answer.choices]


def completions():
    answer = client.completions.create(model=model, prompt=["One, two,", "Red, green,"], max_tokens=4, temperature=0,
                                       logprobs=2, stop=["\n"])
    assert len(answer.choices) == 2 and answer.choices[0].logprobs.tokens
    # One prompt alone: rounding differs from a step that computes two.
    answer = client.completions.create(model=model, prompt="One, two,", max_tokens=4, temperature=0, stop=["\n"])
    text = "".join(c.choices[0].text for c in client.completions.create(
        model=model, prompt="One, two,", max_tokens=4, temperature=0, stream=True, stop=["\n"]) if c.choices)
    assert text == answer.choices[0].text, (text, answer.choices[0].text)


def embeddings(name):
    one = client.embeddings.create(model=name, input=["A jammed printer.", "Paper stuck in tray two."])
    plain = client.embeddings.create(model=name, input="A jammed printer.", encoding_format="float")
    assert len(one.data) == 2 and one.usage.prompt_tokens > 0
    assert max(abs(a - b) for a, b in zip(one.data[0].embedding, plain.data[0].embedding)) < 1e-3


def models():
    names = [m.id for m in client.models.list()]
    assert model in names and client.models.retrieve(model).id == model


def fails(kind, param=None, code=None, **arguments):
    request = {"model": model, "messages": messages, "max_tokens": 2} | arguments
    try:
        client.chat.completions.create(**request)
    except kind as error:
        assert error.body["message"], error.body
        assert param is None or error.param == param, (error.param, param)
        assert code is None or error.code == code, (error.code, code)
        return
    raise AssertionError(f"no {kind.__name__} for {arguments}")


def errors():
    fails(openai.NotFoundError, "model", "model_not_found", model="no-such-model")
    fails(openai.BadRequestError, "messages", "empty_array", messages=[])
    fails(openai.BadRequestError, "temperature", "decimal_above_max_value", temperature=3)
    fails(openai.BadRequestError, "temperature", "invalid_type", temperature="hot")
    fails(openai.BadRequestError, "messages[0].role", "invalid_value", messages=[{"role": "king", "content": "x"}])
    fails(openai.BadRequestError, "n", "integer_below_min_value", n=0)
    fails(openai.BadRequestError, "response_format.type", response_format={"type": "json_object"})
    fails(openai.BadRequestError, "response_format.type", "unsupported_parameter",
          response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}})
    fails(openai.BadRequestError, "messages", "context_length_exceeded",
          messages=[{"role": "user", "content": "word " * 20000}])


models()
text = chat()
stream(text)
several()
completions()
if len(sys.argv) > 3 and sys.argv[3]:
    embeddings(sys.argv[3])
errors()
print("openai", openai.__version__, "ok:", repr(text))

"""Tokens and assistant masks of transformers 5.23 for conversations under SmolLM2's tokenizer: conversations.json.

SmolLM2's template has no generation markers; `marked` is the same template with them, which is what
return_assistant_tokens_mask needs. Usage: make_conversations.py DIRECTORY-OF-THE-GGUF-FILE
"""
import json
import pathlib
import sys

from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1], gguf_file="SmolLM2-135M-Instruct.Q4_1.gguf")
marked = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\\n' }}"
    "{% endif %}{% if message['role'] == 'assistant' %}{{ '<|im_start|>assistant\\n' }}{% generation %}"
    "{{ message['content'] + '<|im_end|>' + '\\n' }}{% endgeneration %}{% else %}"
    "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
conversations = [
    [("user", "Hi"), ("assistant", "Hello there! How can I help?")],
    [("system", "Be brief."), ("user", "2+2?"), ("assistant", "4"), ("user", "Sure?"), ("assistant", "Yes.\n\n  Very  sure.")],
    [("user", "naïve café 🙂"), ("assistant", " leading space, 世界 and 🙂🙂"), ("user", "ok")],
    [("user", "say assistant"), ("assistant", "assistant\nassistant"), ("assistant", "again")],
    [("user", "code"), ("assistant", "def f(x):\n    return x\n\n\n"), ("user", ""), ("assistant", "123 456")],
]
result = []
for conversation in conversations:
    messages = [{"role": role, "content": content} for role, content in conversation]
    output = tokenizer.apply_chat_template(
        messages, chat_template=marked, return_dict=True, return_assistant_tokens_mask=True
    )
    plain = tokenizer.apply_chat_template(messages, return_dict=True)
    assert plain["input_ids"] == output["input_ids"]
    result.append({"messages": messages, "ids": output["input_ids"], "mask": output["assistant_masks"]})
json.dump(
    {"marked": marked, "conversations": result},
    open(pathlib.Path(__file__).parent / "conversations.json", "w"),
    ensure_ascii=False,
)

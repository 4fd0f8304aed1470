"""An adapter saved by peft on the committed tiny Llama, and the logits of both together: peft-tiny-llama/.

Made with torch 2.13.0 (cpu), transformers 5.23, peft 0.21.2; seed 3.
"""
import pathlib

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

here = pathlib.Path(__file__).parent
model = AutoModelForCausalLM.from_pretrained(here / "../../LLMModelTests/Goldens/tiny-llama", dtype=torch.float32)
torch.manual_seed(3)
model = get_peft_model(
    model,
    LoraConfig(
        r=3, lora_alpha=7, task_type="CAUSAL_LM", use_rslora=True,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj"],
    ),
)
for name, parameter in model.named_parameters():
    if "lora_B" in name:
        torch.nn.init.normal_(parameter, std=0.05)
model.eval()
model.peft_config["default"].base_model_name_or_path = "tiny-llama"
model.save_pretrained(here / "peft-tiny-llama")
(here / "peft-tiny-llama" / "README.md").unlink(missing_ok=True)
tokens = torch.tensor([[1, 5, 9, 33, 70, 2, 14, 90, 101, 64]])
with torch.no_grad():
    logits = model(tokens).logits[0]
save_file({"tokens": tokens[0].int(), "logits": logits}, str(here / "peft-tiny-llama" / "expected.safetensors"))

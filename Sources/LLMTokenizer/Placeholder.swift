internal import LLMTensor

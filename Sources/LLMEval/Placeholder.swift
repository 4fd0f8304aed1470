internal import LLMModel

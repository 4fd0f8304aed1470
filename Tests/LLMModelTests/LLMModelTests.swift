import Testing

@testable import LLMModel

import Testing

@testable import LLMEval

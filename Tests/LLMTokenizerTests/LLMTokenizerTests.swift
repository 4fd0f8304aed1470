import Testing

@testable import LLMTokenizer

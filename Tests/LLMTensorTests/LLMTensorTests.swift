import Testing

@testable import LLMTensor

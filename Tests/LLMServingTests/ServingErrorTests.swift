import LLMServing
import Testing

@Suite struct ServingErrorTests {
    @Test func `Refusals for overload say when to come back`() {
        #expect(ServingError.overloaded(retryAfter: .seconds(2)) != .overloaded(retryAfter: .seconds(3)))
    }
}

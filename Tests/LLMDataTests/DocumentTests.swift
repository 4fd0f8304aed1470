import Testing

@testable import LLMData

@Suite struct DocumentTests {
    @Test func `a document starts without history`() {
        let document = Document(id: "a", text: "text", origin: DocumentOrigin(name: "file", record: 3))
        #expect(document.history.isEmpty)
        #expect(document.origin.record == 3)
    }
}

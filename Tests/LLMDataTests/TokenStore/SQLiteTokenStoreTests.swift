#if Storage
    import Foundation
    import LLMTensor
    import LLMTokenizer
    import Testing

    @testable import LLMData

    /// Every letter is a token.
    struct LetterTokenizer: Tokenizer {
        var vocabularySize: Int { size }
        var specialTokens: SpecialTokens { SpecialTokens() }
        var size = 256

        func encode(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] {
            bytes.map { TokenID($0) }
        }
        func decodeBytes(_ ids: [TokenID], skipSpecialTokens: Bool) -> [UInt8] {
            ids.map { UInt8(truncatingIfNeeded: $0) }
        }
        func bytes(of id: TokenID) -> [UInt8]? { [UInt8(truncatingIfNeeded: id)] }
        func token(for id: TokenID) -> String? { String(Unicode.Scalar(UInt8(truncatingIfNeeded: id))) }
        func id(of token: String) -> TokenID? { token.utf8.first.map { TokenID($0) } }
    }

    @Suite struct SQLiteTokenStoreTests {
        private let tokenizer = LetterTokenizer()

        private func document(_ id: String, _ text: String) -> TokenizedDocument {
            TokenizedDocument(id: id, tokens: tokenizer.encode(text))
        }

        @Test func `counts, documents and frequent tokens are found`() throws {
            let folder = try ScratchFolder()
            let store = try SQLiteTokenStore(path: folder.file("s.sqlite"))
            #expect(try store.add([document("x", "banana"), document("y", "nab")], tokenizer: tokenizer) == 2)
            #expect(try store.add([document("z", "n"), document("x", "again")], tokenizer: tokenizer) == 1)
            #expect(try store.totals() == TokenStoreTotals(documents: 3, tokens: 10, distinctTokens: 3))
            #expect(
                try store.mostFrequent(limit: 2) == [
                    TokenEntry(id: 97, token: "a", frequency: 4, documentCount: 2),
                    TokenEntry(id: 110, token: "n", frequency: 4, documentCount: 3),
                ])
            #expect(try store.entry(for: 98)?.frequency == 2)
            #expect(try store.entry(for: 122) == nil)
            #expect(try store.entries(token: "b").map(\.id) == [98])
            #expect(
                try store.documents(containing: 110) == [
                    TokenOccurrence(documentID: "x", count: 2), TokenOccurrence(documentID: "y", count: 1),
                    TokenOccurrence(documentID: "z", count: 1),
                ])
            #expect(try store.documents(containing: 110, limit: 2).count == 2)
        }

        @Test func `stores merged from parts hold what one store would, and merging again adds nothing`() throws {
            let folder = try ScratchFolder()
            var generator = CounterGenerator(seed: 4)
            let documents = (0..<120).map { number in
                document(
                    "d\(number)", String((0..<30).map { _ in "abcdefghij".randomElement(using: &generator) ?? "x" }))
            }
            let whole = try SQLiteTokenStore(path: folder.file("whole"), access: .exclusive)
            for start in stride(from: 0, to: 120, by: 7) {
                _ = try whole.add(Array(documents[start..<min(120, start + 7)]), tokenizer: tokenizer)
            }
            let first = try SQLiteTokenStore(path: folder.file("first"))
            let second = try SQLiteTokenStore(path: folder.file("second"))
            _ = try first.add(Array(documents[..<70]), tokenizer: tokenizer)
            _ = try second.add(Array(documents[50...]), tokenizer: tokenizer)
            #expect(try first.merge(second) == 50)
            #expect(try first.merge(second) == 0)
            #expect(try first.totals() == whole.totals())
            #expect(try first.mostFrequent(limit: 100) == whole.mostFrequent(limit: 100))
            for token in TokenID(97)..<107 {
                #expect(try first.documents(containing: token) == whole.documents(containing: token))
            }
        }

        @Test func `another tokenizer, another file and damage are refused`() throws {
            let folder = try ScratchFolder()
            let store = try SQLiteTokenStore(path: folder.file("s"), access: .exclusive)
            _ = try store.add([document("x", "abc")], tokenizer: tokenizer)
            #expect(throws: TokenStoreError.self) {
                try store.add([document("y", "abc")], tokenizer: LetterTokenizer(size: 255))
            }
            #expect(try store.totals().documents == 1)
            try folder.write(
                "text", "no database, and long enough to be read as one: \(String(repeating: "x", count: 500))")
            #expect(throws: TokenStoreError.self) { try SQLiteTokenStore(path: folder.file("text")) }
            #expect(throws: TokenStoreError.self) { try SQLiteTokenStore(path: folder.file("no"), access: .readOnly) }
            #expect(PostingList([0x80], from: 0) == nil)
            #expect(PostingList([1, 1, 0, 1], from: 0) == nil)
            #expect(PostingList([UInt8](repeating: 0xFF, count: 30), from: 0) == nil)
            let list = PostingList(entries: [(5, 1), (900, 300), (1 << 40, 7)])
            #expect(PostingList(list.encoded(from: 5), from: 5) == list)
        }

        @Test func `readers see whole batches while a writer adds`() async throws {
            let folder = try ScratchFolder()
            let path = folder.file("s")
            let store = try SQLiteTokenStore(path: path)
            _ = try store.add([document("start", "ab")], tokenizer: tokenizer)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let reader = try SQLiteTokenStore(path: path)
                        for _ in 0..<40 {
                            let entry = try #require(try reader.entry(for: 97))
                            // Every batch adds ten documents with one "a" each.
                            #expect((entry.frequency - 1) % 10 == 0 && entry.frequency == entry.documentCount)
                        }
                    }
                }
                for batch in 0..<20 {
                    _ = try store.add((0..<10).map { document("\(batch)-\($0)", "abc") }, tokenizer: tokenizer)
                }
                try await group.waitForAll()
            }
            #expect(try store.totals().documents == 201)
        }

        @Test func `the same calls give the same file`() throws {
            let folder = try ScratchFolder()
            for name in ["a", "b"] {
                let store = try SQLiteTokenStore(path: folder.file(name), access: .exclusive)
                for batch in 0..<5 {
                    _ = try store.add((0..<50).map { document("\(batch)-\($0)", "text \($0)") }, tokenizer: tokenizer)
                }
                try store.close()
            }
            #expect(try folder.bytes("a") == folder.bytes("b"))
            let before = try folder.bytes("a")
            let reader = try SQLiteTokenStore(path: folder.file("a"), access: .readOnly)
            #expect(try reader.totals().documents == 250)
            try reader.close()
            #expect(try folder.bytes("a") == before)
        }
    }
#endif

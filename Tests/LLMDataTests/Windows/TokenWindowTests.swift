import LLMTensor
import Testing

@testable import LLMData

@Suite struct TokenWindowTests {
    private func corpus(_ lengths: [Int], in folder: ScratchFolder) throws -> TokenCorpus {
        var writer = TokenCorpusWriter(
            folder: folder.path, prefix: "t", vocabularySize: 100, fingerprint: .none, shardTokenLimit: 10)
        for (index, length) in lengths.enumerated() {
            try writer.append(id: "\(index)", tokens: [Int32](repeating: Int32(index), count: length))
        }
        try writer.finish()
        return try TokenCorpus(paths: writer.paths)
    }

    private func ranges(_ windows: TokenWindows) -> [Range<Int>] { (0..<windows.count).map { windows[$0] } }

    @Test func `windows cross documents or respect them, and may overlap`() throws {
        let folder = try ScratchFolder()
        let corpus = try corpus([5, 0, 2, 9], in: folder)
        #expect(ranges(TokenWindows(corpus: corpus, length: 6)) == [0..<6, 6..<12])
        #expect(ranges(TokenWindows(corpus: corpus, length: 6, keepsShortWindows: true)) == [0..<6, 6..<12, 12..<16])
        #expect(ranges(TokenWindows(corpus: corpus, length: 6, stride: 4)) == [0..<6, 4..<10, 8..<14])
        #expect(
            ranges(TokenWindows(corpus: corpus, length: 6, stride: 4, keepsShortWindows: true)) == [
                0..<6, 4..<10, 8..<14, 12..<16,
            ])
        #expect(
            ranges(TokenWindows(corpus: corpus, length: 4, stride: 3, boundary: .respect)) == [0..<4, 7..<11, 10..<14])
        #expect(
            ranges(
                TokenWindows(corpus: corpus, length: 4, stride: 3, boundary: .respect, keepsShortWindows: true)) == [
                    0..<4, 3..<5, 5..<7, 7..<11, 10..<14, 13..<16,
                ])
        #expect(TokenWindows(corpus: corpus, length: 17).count == 0)
    }

    @Test func `short windows make every token part of some window`() throws {
        let folder = try ScratchFolder()
        let corpus = try corpus([7, 1, 13, 4, 0, 22], in: folder)
        for length in 1...9 {
            for stride in 1...length {
                for boundary in TokenWindows.Boundary.allCases {
                    let windows = TokenWindows(
                        corpus: corpus, length: length, stride: stride, boundary: boundary, keepsShortWindows: true)
                    var covered = Set<Int>()
                    for range in ranges(windows) {
                        #expect(!range.isEmpty && range.count <= length)
                        covered.formUnion(range)
                        if boundary == .respect {
                            #expect(
                                corpus.document(containing: range.lowerBound)
                                    == corpus.document(containing: range.upperBound - 1))
                        }
                    }
                    #expect(covered.count == corpus.tokenCount, "\(length) \(stride) \(boundary)")
                }
            }
        }
    }
}

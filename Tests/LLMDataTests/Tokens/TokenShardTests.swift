import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMData

@Suite struct TokenShardTests {
    private static let fingerprint = TokenizerFingerprint(bytes: Array(1...32)) ?? .none

    static func documents(_ count: Int, vocabularySize: Int) -> [(id: String, tokens: [TokenID])] {
        var generator = CounterGenerator(seed: 5)
        return (0..<count).map { number in
            let length = Int(generator.next(upperBound: UInt(40)))
            return (
                "doc-\(number)-é",
                (0..<length).map { _ in TokenID(generator.next(upperBound: UInt(vocabularySize))) }
            )
        }
    }

    static func shard(_ path: String, _ documents: [(id: String, tokens: [TokenID])], vocabularySize: Int) throws {
        var builder = TokenShardBuilder(vocabularySize: vocabularySize, fingerprint: fingerprint)
        for document in documents { try builder.append(id: document.id, tokens: document.tokens) }
        try builder.seal(path: path)
    }

    @Test(arguments: [(300, 2), (65536, 2), (65537, 4), (262_144, 4), (Int(Int32.max), 4)])
    func `a shard gives back documents, ids and tokens`(vocabularySize: Int, width: Int) throws {
        let folder = try ScratchFolder()
        let documents = Self.documents(200, vocabularySize: vocabularySize)
        try Self.shard(folder.file("a.tokens"), documents, vocabularySize: vocabularySize)
        let shard = try TokenShard(path: folder.file("a.tokens"))
        try shard.verify()
        #expect(shard.elementWidth == width)
        #expect(shard.fingerprint == Self.fingerprint)
        #expect(shard.documentCount == 200)
        #expect(shard.tokenCount == documents.reduce(0) { $0 + $1.tokens.count })
        for (number, document) in documents.enumerated() {
            #expect(shard.id(ofDocument: number) == document.id)
            #expect(try shard.tokens(ofDocument: number) == document.tokens)
            for place in shard.range(ofDocument: number) { #expect(shard.document(containing: place) == number) }
        }
    }

    @Test func `an empty shard is a shard, and ids outside the vocabulary are refused`() throws {
        let folder = try ScratchFolder()
        var builder = TokenShardBuilder(vocabularySize: 10, fingerprint: .none)
        #expect(throws: TensorFileError.self) { try builder.append(id: "a", tokens: [1, 10]) }
        #expect(throws: TensorFileError.self) { try builder.append(id: "a", tokens: [-1]) }
        try builder.seal(path: folder.file("e.tokens"))
        let shard = try TokenShard(path: folder.file("e.tokens"))
        try shard.verify()
        #expect(shard.documentCount == 0 && shard.tokenCount == 0)
    }

    @Test func `several shards are read as one corpus`() throws {
        let folder = try ScratchFolder()
        let documents = Self.documents(300, vocabularySize: 5000)
        var writer = TokenCorpusWriter(
            folder: folder.path, prefix: "train", vocabularySize: 5000, fingerprint: Self.fingerprint,
            shardTokenLimit: 700)
        for document in documents { try writer.append(id: document.id, tokens: document.tokens) }
        try writer.finish()
        #expect(writer.paths.count > 5)
        let corpus = try TokenCorpus(folder: folder.path, prefix: "train-")
        let all = documents.flatMap(\.tokens)
        #expect(corpus.documentCount == 300 && corpus.tokenCount == all.count)
        #expect(corpus.shards.allSatisfy { $0.tokenCount <= 700 })
        #expect(try corpus.tokens(0..<all.count) == all)
        for (number, document) in documents.enumerated() {
            #expect(corpus.id(ofDocument: number) == document.id)
            #expect(try corpus.tokens(ofDocument: number) == document.tokens)
            for place in corpus.range(ofDocument: number) { #expect(corpus.document(containing: place) == number) }
        }
        var generator = CounterGenerator(seed: 8)
        for _ in 0..<200 {
            let bounds = [0, 0].map { _ in Int(generator.next(upperBound: UInt(all.count + 1))) }.sorted()
            #expect(try corpus.tokens(bounds[0]..<bounds[1]) == Array(all[bounds[0]..<bounds[1]]))
        }
        try Self.shard(folder.file("train-99999.tokens"), [], vocabularySize: 4999)
        #expect(throws: TensorFileError.self) { try TokenCorpus(folder: folder.path, prefix: "train-") }
    }

    @Test func `every changed, missing or added byte of a shard is noticed`() throws {
        let folder = try ScratchFolder()
        try Self.shard(folder.file("a"), Self.documents(20, vocabularySize: 400), vocabularySize: 400)
        let original = try folder.bytes("a")
        let header = try original.withUnsafeBytes { try TokenShardHeader($0, path: "a") }
        let layout = try #require(header.layout)
        let meaningful = [0..<128] + layout.all
        for place in original.indices where meaningful.contains(where: { $0.contains(place) }) {
            var bytes = original
            bytes[place] ^= 0x11
            try folder.write("b", bytes)
            #expect(throws: TensorFileError.self, "byte \(place)") {
                try TokenShard(path: folder.file("b")).verify()
            }
        }
        for count in [0, 1, 127, 128, 200, original.count - 1] {
            try folder.write("b", Array(original.prefix(count)))
            #expect(throws: TensorFileError.self) { try TokenShard(path: folder.file("b")) }
        }
        try folder.write("b", original + [0])
        #expect(throws: TensorFileError.self) { try TokenShard(path: folder.file("b")) }
    }

    @Test func `headers with right checksums and wrong counts are refused without allocation`() throws {
        let folder = try ScratchFolder()
        try Self.shard(folder.file("a"), Self.documents(20, vocabularySize: 400), vocabularySize: 400)
        let original = try folder.bytes("a")
        var generator = CounterGenerator(seed: 3)
        for round in 0..<2000 {
            var bytes = original
            let place = 8 + Int(generator.next(upperBound: UInt(116)))
            if round % 2 == 0 {
                bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            } else {
                let start = [16, 24, 32, 40][round / 2 % 4]
                withUnsafeBytes(of: generator.next() >> (generator.next() % 64)) {
                    bytes.replaceSubrange(start..<(start + 8), with: $0)
                }
            }
            let checksum = bytes[..<124].withUnsafeBytes { CRC32C.checksum($0) }
            withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(124..<128, with: $0) }
            guard bytes != original else { continue }
            try folder.write("b", bytes)
            do throws(TensorFileError) {
                let shard = try TokenShard(path: folder.file("b"))
                try shard.verify()
                // What no check covers: fingerprint, reserved bytes, a vocabulary that is larger than it needs to be.
                #expect(shard.documentCount == 20)
            } catch {
                #expect(error.description.contains("/b"))
            }
        }
    }
}

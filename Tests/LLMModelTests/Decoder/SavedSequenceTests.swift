import Foundation
import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

@Suite struct SavedSequenceTests {
    static func file() -> String {
        FileManager.default.temporaryDirectory.appending(path: "sequence-\(UUID().uuidString)").path
    }

    @Test(arguments: ["llama", "gemma3", "gpt2"], [ComputeMode.fast, .exact])
    func `a restored sequence goes on with the same logits, bit for bit`(name: String, compute: ComputeMode) throws {
        let path = Self.file()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let decoder = try DecoderSessionTests.decoder(name, compute)
        let limit = decoder.configuration.contextLength
        for count in [1, 30, 64, 70] where count + 6 <= limit {
            let tokens = DecoderSessionTests.tokens(count)
            let session = try DecoderSession(model: decoder)
            _ = try DecoderSessionTests.logits(session, tokens)
            try session.save(tokens: tokens, to: path)
            let other = try DecoderSession(model: decoder)
            _ = try DecoderSessionTests.logits(other, [5, 6, 7])
            #expect(try other.restore(from: path) == tokens)
            #expect(other.position == count)
            let batch = try DecoderBatch(model: decoder)
            let restored = try batch.restore(from: path)
            #expect(restored.tokens == tokens && restored.sequence.position == count)
            for token: TokenID in [3, 9, 27, 1] {
                let expected = Array(try session.append(token))
                #expect(Array(try other.append(token)) == expected)
                try batch.advance([.init(restored.sequence, [token])]) { _, logits in
                    #expect(Array(logits) == expected)
                }
            }
        }
    }

    @Test func `files of another model, mode or content are refused and change nothing`() throws {
        let path = Self.file()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let session = try DecoderSession(model: DecoderSessionTests.decoder("llama"))
        let tokens = DecoderSessionTests.tokens(20)
        _ = try DecoderSessionTests.logits(session, tokens)
        #expect(throws: DecoderError.invalidPosition(19, length: 20)) {
            try session.save(tokens: Array(tokens.dropLast()), to: path)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        try session.save(tokens: tokens, to: path)
        for other in [
            try DecoderSessionTests.decoder("gemma3"), try DecoderSessionTests.decoder("llama", .precise),
        ] {
            #expect(throws: TensorFileError.self) { try DecoderSession(model: other).restore(from: path) }
        }
        #expect(throws: TensorFileError.self) {
            try DecoderSession(model: session.model, contextLength: 19).restore(from: path)
        }
        let whole = try Data(contentsOf: URL(filePath: path))
        for seed in 0..<120 {
            var damaged = whole
            var generator = CounterGenerator(seed: UInt64(seed))
            switch seed % 3 {
            case 0: damaged[Int(generator.next() % UInt64(whole.count))] ^= 1 << UInt8(generator.next() % 8)
            case 1: damaged = whole.prefix(Int(generator.next() % UInt64(whole.count)))
            default: damaged.append(contentsOf: [0, 1, 2])
            }
            try damaged.write(to: URL(filePath: path))
            #expect(throws: TensorFileError.self) { try session.restore(from: path) }
            #expect(session.position == 20)
        }
    }

    @Test func `tokens that were taken back do not reach the file`() throws {
        let path = Self.file()
        let second = Self.file()
        defer {
            for path in [path, second] { try? FileManager.default.removeItem(atPath: path) }
        }
        let decoder = try DecoderSessionTests.decoder("llama")
        let tokens = DecoderSessionTests.tokens(10)
        let session = try DecoderSession(model: decoder)
        _ = try DecoderSessionTests.logits(session, tokens)
        try session.save(tokens: tokens, to: path)
        for token: TokenID in [1, 2, 3, 4] { _ = try session.append(token) }
        try session.truncate(to: 10)
        try session.save(tokens: tokens, to: second)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(contentsOf: URL(filePath: second)))
    }
}

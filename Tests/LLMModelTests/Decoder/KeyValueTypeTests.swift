import Foundation
import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

/// Keys and values kept in fewer bits: how far the logits move, and that all that can be done with a sequence still works.
@Suite struct KeyValueTypeTests {
    private static let families = ["llama", "gemma3", "gpt2"]

    private static func decoder(_ name: String, _ type: KeyValueType?, threads: Int = 2) throws -> Decoder {
        let (configuration, weights, _) = try TinyModelTests.load(name)
        return try Decoder(
            configuration: configuration, weights: weights,
            options: DecoderOptions(compute: .exact, threadCount: threads, keyValueType: type))
    }

    /// More than a page where the model's context has room for it.
    private static func prompt(_ decoder: Decoder) -> [TokenID] {
        DecoderSessionTests.tokens(min(90, decoder.configuration.contextLength - 12))
    }

    /// Logits of a prompt of more than a page, and of steps behind it.
    private static func logits(_ decoder: Decoder) throws -> [[Float]] {
        let session = try DecoderSession(model: decoder)
        let prompt = Self.prompt(decoder)
        var rows = try DecoderSessionTests.logits(session, prompt)
        for token in DecoderSessionTests.tokens(12) { rows.append(Array(try session.append(token))) }
        return rows
    }

    /// The root mean square of the differences, as a share of that of the logits.
    private static func distance(_ rows: [[Float]], _ exact: [[Float]]) -> Double {
        var (difference, size) = (0.0, 0.0)
        for (row, expected) in zip(rows, exact) {
            let mean = expected.reduce(0.0) { $0 + Double($1) } / Double(expected.count)
            for (a, b) in zip(row, expected) {
                difference += Double((a - b) * (a - b))
                size += (Double(b) - mean) * (Double(b) - mean)
            }
        }
        return (difference / size).squareRoot()
    }

    @Test("Logits move by what the bits allow", arguments: families) func accuracy(name: String) throws {
        let exact = try Self.logits(Self.decoder(name, .float32))
        #expect(try Self.logits(Self.decoder(name, nil)) == exact)
        // A rounding of 2^-11, of 2^-8, and of half of 1/127 of the largest of 32.
        for (type, limit) in [(KeyValueType.float16, 1e-3), (.bfloat16, 8e-3), (.q8, 1.5e-2)] {
            let distance = Self.distance(try Self.logits(Self.decoder(name, type)), exact)
            #expect(distance > 1e-7 && distance < limit, "\(type) \(distance)")
        }
    }

    @Test("Neither threads nor the others of a batch change a bit", arguments: families, KeyValueType.allCases)
    func sameBits(name: String, type: KeyValueType) throws {
        let decoder = try Self.decoder(name, type, threads: 1)
        let alone = try Self.logits(decoder)
        #expect(try Self.logits(Self.decoder(name, type, threads: 4)) == alone)
        let batch = try DecoderBatch(model: decoder)
        let sequences = (0..<3).map { _ in batch.makeSequence() }
        let prompts = [Self.prompt(decoder), DecoderSessionTests.tokens(20), DecoderSessionTests.tokens(3)]
        try batch.advance(zip(sequences, prompts).map { .init($0, $1) }) { _, _ in }
        let step = DecoderSessionTests.tokens(1)
        var rows: [Int: [Float]] = [:]
        try batch.advance(sequences.map { .init($0, step) }) { rows[$0] = Array($1) }
        #expect(rows[0] == alone[prompts[0].count])
    }

    @Test("Sequences are forked, cut and saved", arguments: KeyValueType.allCases) func sequences(type: KeyValueType)
        throws
    {
        let decoder = try Self.decoder("llama", type)
        let session = try DecoderSession(model: decoder)
        let tokens = Self.prompt(decoder)
        _ = try DecoderSessionTests.logits(session, tokens)
        let next = Array(try session.append(5))
        try session.truncate(to: tokens.count)
        let path = SavedSequenceTests.file()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try session.save(tokens: tokens, to: path)
        let other = try DecoderSession(model: decoder)
        #expect(try other.restore(from: path) == tokens)
        #expect(Array(try other.append(5)) == next)
        for another in KeyValueType.allCases where another != type {
            let stranger = try DecoderSession(model: try Self.decoder("llama", another))
            #expect(throws: TensorFileError.self) { try stranger.restore(from: path) }
        }
        #expect(Array(try session.append(5)) == next)
    }

    @Test("Fewer bits take less memory") func memory() throws {
        let bytes = try KeyValueType.allCases.map { type in
            KeyValueLayout(try Self.decoder("llama", type).configuration, type: type).pageBytes
        }
        #expect(bytes[1] * 2 == bytes[0] && bytes[2] == bytes[1] && bytes[3] < bytes[1])
    }

    @Test("Codes are the nearest, whatever the values") func codes() {
        for size in [0, 1e-30, 1e-5, 1, 3e4, 1e9, Float.infinity] as [Float] {
            let values: [Float] = (0..<32).map { index in Float((index * 37 + 11) % 65 - 32) / 33 * size }
            var codes = [Int8](repeating: 0, count: 32)
            let scale = HalfPrecision.float(KeyValueType.quantize(values, count: 32, into: &codes))
            #expect(scale.isFinite)
            guard size > 1e-4, size < 1e6 else { continue }
            for (value, code) in zip(values, codes) {
                // The scale itself is rounded to eleven bits.
                let error: Float = abs(value - Float(code) * scale)
                let limit: Float = scale / 2 + abs(value) / 2000
                #expect(error <= limit)
            }
        }
    }
}

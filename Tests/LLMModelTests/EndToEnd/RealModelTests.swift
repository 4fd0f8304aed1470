import Foundation
import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

/// The real models against transformers on the same files (Goldens/make_model_goldens.py).
///
/// Unoptimized code would take hours over them, so they need a release build.
@Suite(.serialized, .enabled(if: TestFiles.isOptimized, "needs a release build")) struct RealModelTests {
    struct Generations: Decodable {
        struct Entry: Decodable {
            struct Message: Decodable { var role: String, content: String }
            var prompt: String
            var ids: [TokenID]
            var generated: [TokenID]
            var finish: String
            var text: String
            var messages: [Message]?
        }
        var entries: [Entry]
    }

    static let names = ["smollm2", "gemma3"].filter { TestFiles.isRequired(path($0)) }

    static func path(_ name: String) -> String { name == "gemma3" ? TestFiles.gemma : TestFiles.smolLM }

    static func generations(_ name: String) throws -> [Generations.Entry] {
        let data = try Data(contentsOf: URL(filePath: TestFiles.golden("generations-\(name).json")))
        return try JSONDecoder().decode(Generations.self, from: data).entries
    }

    @Test(arguments: names)
    func `greedy continuations are those of transformers token for token`(name: String) async throws {
        let model = try ModelBundle.load(path: Self.path(name), options: LoadOptions(compute: .exact))
        let parameters = GenerationParameters(sampling: .greedy, maximumTokens: 64)
        for entry in try Self.generations(name) {
            let chat = entry.messages?.map { ChatMessage(role: .init(name: $0.role), content: $0.content) }
            let prompt = try chat.map { try model.chatTokens($0) } ?? model.tokenizer.encode(entry.prompt)
            #expect(prompt == entry.ids)
            let result = try await model.generate(tokens: entry.ids, parameters: parameters).collect()
            #expect(result.tokens == entry.generated, "\(entry.prompt)")
            #expect(result.text == entry.text)
            #expect(result.summary.reason.rawValue == entry.finish)
        }
    }

    /// Reads the golden text's 512 tokens with both decoders, chunk by chunk, and calls `body` with every pair of rows.
    static func read(
        _ name: String, _ modes: [ComputeMode], _ golden: GoldenTensors, _ body: (Int, [[Float]]) throws -> Void
    ) throws {
        let files = try ModelFiles.open(path(name))
        let configuration = try files.configuration()
        let sessions = try modes.map { mode in
            try DecoderSession(
                model: Decoder(
                    configuration: configuration, weights: files.weights(configuration),
                    options: DecoderOptions(compute: mode)))
        }
        let ids = try golden.integers("ids")
        for start in stride(from: 0, to: ids.count, by: 256) {
            let chunk = Array(ids[start..<min(start + 256, ids.count)])
            var rows = chunk.map { _ in [[Float]]() }
            for session in sessions {
                try session.append(chunk, logits: .all) { index, logits in rows[index].append(Array(logits)) }
            }
            for (index, row) in rows.enumerated() { try body(start + index, row) }
        }
    }

    @Test(arguments: names)
    func `exact logits are within 2e-3 of transformers`(name: String) throws {
        let golden = try GoldenTensors("logits-\(name).safetensors")
        let (positions, samples) = (try golden.integers("positions"), try golden.integers("sample_ids"))
        let sampled = try golden.floats("sample_logits")
        let (topIDs, top) = (try golden.integers("top_ids"), try golden.floats("top_logits"))
        var worst: Float = 0
        try Self.read(name, [.exact], golden) { index, rows in
            for rank in (index * 16)..<(index * 16 + 16) {
                worst = max(worst, abs(rows[0][Int(topIDs[rank])] - top[rank]))
            }
            guard let place = positions.firstIndex(of: Int32(index)) else { return }
            for (column, id) in samples.enumerated() {
                worst = max(worst, abs(rows[0][Int(id)] - sampled[place * samples.count + column]))
            }
        }
        print("\(name): largest difference \(worst)")
        #expect(worst > 0)
        #expect(worst <= 2e-3)
    }

    @Test(arguments: names)
    func `fast logits choose as exact ones and diverge little`(name: String) throws {
        let golden = try GoldenTensors("logits-\(name).safetensors")
        var divergence = 0.0
        var agreement = 0.0
        var count = 0.0
        try Self.read(name, [.exact, .fast], golden) { _, rows in
            divergence += Distribution.divergence(of: rows[1], from: rows[0])
            let best = rows.map { row in row.firstIndex(of: row.max() ?? 0) }
            agreement += best[0] == best[1] ? 1 : 0
            count += 1
        }
        print("\(name): mean divergence \(divergence / count), top-1 agreement \(agreement / count)")
        #expect(count == 512)
        #expect(divergence / count <= 0.005)
        #expect(agreement / count >= 0.96)
    }

    @Test("Decode steps of the default mode and precise prompts diverge by 1e-4 at most", arguments: names)
    func precision(name: String) throws {
        let golden = try GoldenTensors("logits-\(name).safetensors")
        let files = try ModelFiles.open(Self.path(name))
        let configuration = try files.configuration()
        func session(_ mode: ComputeMode) throws -> DecoderSession {
            try DecoderSession(
                model: Decoder(
                    configuration: configuration, weights: files.weights(configuration),
                    options: DecoderOptions(compute: mode)))
        }
        let ids = try golden.integers("ids")
        let tokens = Array(ids[0..<192])
        var exact = tokens.map { _ in [Float]() }
        try session(.exact).append(tokens, logits: .all) { exact[$0] = Array($1) }
        var precise = 0.0
        try session(.precise).append(tokens, logits: .all) {
            precise += Distribution.divergence(of: Array($1), from: exact[$0])
        }
        precise /= Double(tokens.count)
        // One token at a time, so that nothing of a prompt's cheaper products is in the keys and values either.
        var decode = 0.0
        let steps = try session(.fast)
        for (index, token) in tokens.enumerated() {
            try steps.append([token], logits: .all) {
                decode += Distribution.divergence(of: Array($1), from: exact[index])
            }
        }
        decode /= Double(tokens.count)
        print("\(name): mean divergence of precise prompts \(precise), of decode steps \(decode)")
        #expect(precise > 0 && precise <= 1e-4)
        #expect(decode > 0 && decode <= 1e-4)
    }
}

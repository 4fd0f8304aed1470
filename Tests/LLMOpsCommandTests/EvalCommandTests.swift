import Foundation
import Testing

/// Expected figures come from sacrebleu 2.6.0 and rouge-score 0.1.2 on the same lines.
@Suite(.enabled(if: Command.isBuilt, "llmops was not built next to the tests"))
struct EvalCommandTests {
    private let folder: TemporaryFolder
    private let files: [String]

    init() throws {
        folder = try TemporaryFolder()
        let texts = [
            "The quick brown fox jumps over the lazy dog.\nIt's 3.5 kg, isn't it?\n\u{2028}A line\u{0B}with odd\u{85}breaks\n",
            "A quick brown fox jumped over the lazy dogs.\nIt is 3.5 kg, is it not?\nA line with odd breaks\n",
            "The fast brown fox jumps over lazy dogs.\nIt's 3.5 kg - isn't it?\nOne line with odd breaks\n",
        ]
        var files: [String] = []
        for (index, text) in texts.enumerated() {
            files.append(try folder.write("file\(index)", Data(text.utf8)).path)
        }
        self.files = files
    }

    private func run(_ arguments: [String]) throws -> [String: Any] {
        let result = try Command.run(
            ["eval", arguments[0], "--hyp", files[0], "--ref", files[1], "--ref", files[2], "--json"]
                + arguments.dropFirst())
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(result.error.isEmpty)
        return try result.json()
    }

    @Test(arguments: [
        (["bleu"], 57.41799827955758, "nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:"),
        (
            ["bleu", "--tokenize", "intl", "--lowercase"], 68.47037466962854,
            "nrefs:2|case:lc|eff:no|tok:intl|smooth:exp|version:"
        ),
        (
            ["bleu", "--smooth", "floor", "--smooth-value", "0.2"], 57.41799827955758,
            "nrefs:2|case:mixed|eff:no|tok:13a|smooth:floor[0.20]|version:"
        ),
        (["chrf"], 83.1060812439531, "nrefs:2|case:mixed|eff:yes|nc:6|nw:0|space:no|version:"),
        (["chrf", "--word-order", "2"], 80.45157050234282, "nrefs:2|case:mixed|eff:yes|nc:6|nw:2|space:no|version:"),
        (["ter"], 25.0, "nrefs:2|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:"),
    ])
    func `Scores and signatures are sacrebleu's`(arguments: [String], expected: Double, signature: String) throws {
        let object = try run(arguments)
        let score = try #require(object["score"] as? Double)
        #expect(abs(score - expected) < 1e-10)
        #expect((object["signature"] as? String)?.hasPrefix(signature) == true, "\(object)")
    }

    @Test func `BLEU prints its parts`() throws {
        let object = try run(["bleu"])
        #expect((object["precisions"] as? [Double])?.count == 4)
        #expect(object["bp"] is Double)
    }

    @Test func `ROUGE prints means per variant`() throws {
        let object = try run(["rouge", "--stemmer"])
        for (name, expected) in [
            "rouge1": [0.9629629629629629, 0.9629629629629629, 0.9629629629629629],
            "rouge2": [0.9583333333333334, 0.9583333333333334, 0.9583333333333334],
            "rougeL": [0.9629629629629629, 0.9629629629629629, 0.9629629629629629],
            "rougeLsum": [0.9629629629629629, 0.9629629629629629, 0.9629629629629629],
        ] {
            let value = try #require(object[name] as? [String: Double])
            for (key, expected) in zip(["p", "r", "f"], expected) {
                #expect(abs(try #require(value[key]) - expected) < 1e-12, "\(name) \(key)")
            }
        }
    }

    @Test func `A baseline brings a p-value and an interval`() throws {
        let object = try run(["bleu", "--baseline", files[1], "--samples", "200"])
        #expect(object["p_value"] is Double)
        #expect(object["confidence"] is Double)
        #expect((object["signature"] as? String)?.contains("bs:200|seed:12345") == true)
    }
}

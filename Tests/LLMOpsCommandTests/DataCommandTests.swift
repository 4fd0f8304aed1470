import Foundation
import Testing

@Suite(.enabled(if: Command.isBuilt, "llmops was not built next to the tests"))
struct DataCommandTests {
    private static let recipe = """
        # Long enough, split by thread.
        stages:
          - length: {minimum: 12}
        split:
          group: thread
          parts: {train: 8, test: 2}
        tokenizer:
          path: tokenizer.json
          endToken: "<end>"
        output: {excluded: true, tokenStore: true, shardTokens: 4000}
        chunk: {records: 20}
        """

    /// Bytes as tokens, and an end.
    private static let tokenizer: String = {
        // The byte-level alphabet of GPT-2: printable bytes are themselves, the others follow from U+0100.
        var letters: [String] = []
        var next = 256
        for byte in 0..<256 {
            let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
            letters.append(String(Unicode.Scalar(UInt32(isPrintable ? byte : next)) ?? " "))
            if !isPrintable { next += 1 }
        }
        var vocabulary: [String: Int] = ["<end>": 256]
        for (byte, letter) in letters.enumerated() { vocabulary[letter] = byte }
        let object: [String: Any] = [
            "added_tokens": [
                [
                    "id": 256, "content": "<end>", "special": true, "single_word": false, "lstrip": false,
                    "rstrip": false, "normalized": false,
                ]
            ],
            "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
            "decoder": ["type": "ByteLevel"],
            "model": ["type": "BPE", "vocab": vocabulary, "merges": [String]()],
        ]
        let data = (try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }()

    private static func lines(_ count: Int) -> [String] {
        (0..<count).map { number in
            switch number % 10 {
            case 3: "{\"id\": \"\(number)\", \"text\": \"short\"}"
            case 7: "{\"id\": \"\(number)\", \"text\": 7}"
            default:
                "{\"id\": \"\(number)\", \"text\": \"text number \(number), said \(number % 13) times é\", "
                    + "\"thread\": \(number % 40)}"
            }
        }
    }

    private func prepared(_ count: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("recipe.yaml", Data(Self.recipe.utf8))
        try folder.write("tokenizer.json", Data(Self.tokenizer.utf8))
        try folder.write("in.jsonl", Data((Self.lines(count).joined(separator: "\n") + "\n").utf8))
        return folder
    }

    private func arguments(_ folder: TemporaryFolder, _ out: String, _ more: [String] = []) -> [String] {
        let path = folder.url.path
        return [
            "data", "prepare", "--recipe", "\(path)/recipe.yaml", "--input", "\(path)/in.jsonl", "--out",
            "\(path)/\(out)",
        ]
            + more
    }

    private func contents(_ folder: TemporaryFolder, _ name: String) throws -> [String: Data] {
        let url = folder.url.appending(path: name)
        var contents: [String: Data] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: url.path) {
            contents[file] = try? Data(contentsOf: url.appending(path: file))
        }
        return contents
    }

    @Test func `a corpus is prepared, and one or two threads give the same bytes`() throws {
        let folder = try prepared(400)
        let first = try Command.run(arguments(folder, "one", ["--threads", "1", "--json"]))
        #expect(first.exitCode == 0, "\(first.error)")
        let json = try first.json()
        #expect(json["records"] as? Int == 400)
        #expect(json["dropped"] as? Int == 40)
        #expect(json["malformed"] as? Int == 40)
        #expect((json["tokens"] as? Int ?? 0) > 8000)
        let files = try #require(json["files"] as? [String])
        #expect(files.contains("train-00001.tokens") && files.contains("tokens.sqlite"))
        let second = try Command.run(arguments(folder, "two", ["--threads", "2"]))
        #expect(second.exitCode == 0, "\(second.error)")
        #expect(try contents(folder, "one") == contents(folder, "two"))
        let manifest = try #require(
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: folder.url.appending(path: "one/manifest.json"))) as? [String: Any])
        #expect((manifest["files"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == files)
    }

    @Test func `a run that is killed again and again ends with the same bytes`() throws {
        let folder = try prepared(3000)
        #expect(try Command.run(arguments(folder, "whole")).exitCode == 0)
        let whole = try contents(folder, "whole")
        var generator = SystemRandomNumberGenerator()
        var kills = 0
        var delay = 0.004
        for _ in 0..<200 {
            let process = Process()
            process.executableURL = Command.executable
            process.arguments = arguments(folder, "killed")
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: delay * Double.random(in: 0.5...1.5, using: &generator))
            // Later attempts live longer, so that every step is hit and the work ends.
            delay *= 1.12
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { kills += 1 } else { break }
        }
        #expect(kills > 3)
        #expect(try Command.run(arguments(folder, "killed")).exitCode == 0)
        #expect(try contents(folder, "killed") == whole)
    }

    @Test func `the worker answers every line in order, with any number of threads`() throws {
        let folder = try prepared(0)
        let recipe = folder.url.appending(path: "recipe.yaml").path
        let input = Self.lines(500).joined(separator: "\n") + "\n\nno JSON"
        let one = try Command.run(["data", "worker", "--recipe", recipe, "--tokens"], input: input)
        #expect(one.exitCode == 0, "\(one.error)")
        let results = try one.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(results.count == 502)
        for (number, result) in results.prefix(500).enumerated() {
            switch number % 10 {
            case 3: #expect(result["status"] as? String == "dropped" && result["reason"] as? String == "too_short")
            case 7: #expect(result["status"] as? String == "malformed" && result["record"] as? Int == number)
            default:
                #expect(result["id"] as? String == "\(number)")
                #expect((result["tokens"] as? [Int])?.last == 256)
            }
        }
        #expect(results[500]["status"] as? String == "malformed" && results[501]["record"] as? Int == 501)
        let statistics = try JSONSerialization.jsonObject(with: Data(one.error.utf8)) as? [String: Any]
        #expect(statistics?["records"] as? Int == 502 && statistics?["malformed"] as? Int == 52)
        let four = try Command.run(["data", "worker", "--recipe", recipe, "--tokens", "--threads", "4"], input: input)
        #expect(four.output == one.output)
    }

    @Test func `mistakes end with the codes of the contract and name their place`() throws {
        let folder = try prepared(30)
        let missing = try Command.run(
            ["data", "prepare", "--recipe", "/no/r.yaml", "--input", "x", "--out", folder.url.path])
        #expect(missing.exitCode == 66 && missing.error.contains("/no/r.yaml"))
        let input = try Command.run(
            ["data", "prepare", "--recipe", folder.url.appending(path: "recipe.yaml").path, "--input", "/no/in.jsonl"]
                + ["--out", folder.url.path])
        #expect(input.exitCode == 66 && input.error.contains("/no/in.jsonl"))
        try folder.write("recipe.yaml", Data("stages:\n  - length: {minimun: 3}\n".utf8))
        let wrong = try Command.run(arguments(folder, "out"))
        #expect(wrong.exitCode == 65)
        #expect(
            wrong.error.contains("recipe.yaml:2:14: stages[0].length.minimun") && wrong.error.contains("'minimum'?"))
        #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "out").path))
        try folder.write("recipe.yaml", Data("stages: []\n".utf8))
        #expect(try Command.run(arguments(folder, "out")).exitCode == 0)
        try folder.write("recipe.yaml", Data("stages: [length]\n".utf8))
        let refused = try Command.run(arguments(folder, "out"))
        #expect(refused.exitCode == 64 && refused.error.contains("another recipe"))
        #expect(try Command.run(arguments(folder, "out", ["--overwrite"])).exitCode == 0)
    }
}

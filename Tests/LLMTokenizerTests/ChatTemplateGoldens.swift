import LLMTensor
import LLMTokenizer
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Goldens of chat templates and the files they speak of.
enum ChatTemplateGoldens {
    static let directory = "\(#filePath)".prefix { _ in true }
        .replacingLastComponent(with: "Goldens/chat-templates")

    /// Where the model templates of other projects lie once fetched.
    static let templatesDirectory: String = {
        let root =
            environment("LLMOPS_CACHE")
            ?? (environment("XDG_CACHE_HOME") ?? (environment("HOME") ?? "") + "/.cache") + "/swift-llmops"
        return root + "/models/llama-templates"
    }()

    static let templatesAreThere =
        access(templatesDirectory + "/google-gemma-2-2b-it.jinja", R_OK) == 0
        && access(templatesDirectory + "/../SmolLM2-135M-Instruct.Q4_1.gguf", R_OK) == 0
    static let advice: Comment = "the models' templates are not here: run Scripts/fetch-models"
    static let isContinuousIntegration = environment("CI") != nil

    /// `strftime_now` of the goldens.
    static let clock = ChatTemplateClock.fixed(
        ChatTemplateDate(year: 2026, month: 3, day: 7, hour: 9, minute: 5, second: 3, microsecond: 123_456))

    struct Case {
        let name: String
        let messages: [JSONValue]
        let tools: [JSONValue]
        let addGenerationPrompt: Bool
        let variables: [String: JSONValue]
    }

    static func cases() throws -> [Case] {
        let file = try JSONValue.parse(bytes(directory + "/cases.json") ?? [], source: "cases.json")
        return (file.arrayValue ?? []).map { item in
            Case(
                name: item["name"]?.stringValue ?? "", messages: item["messages"]?.arrayValue ?? [],
                tools: item["tools"]?.arrayValue ?? [],
                addGenerationPrompt: item["add_generation_prompt"]?.boolValue ?? false,
                variables: dictionary(item["variables"]))
        }
    }

    /// Summaries of the reference's texts, in the order of ``cases()``, by template.
    static func modelSummaries() -> [(template: String, summaries: [String])] {
        let text = String(decoding: bytes(directory + "/models.tsv") ?? [], as: UTF8.self)
        return text.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t").map(String.init)
            return (fields[0], Array(fields.dropFirst()))
        }
    }

    static func dictionary(_ value: JSONValue?) -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for (key, value) in (value?.objectValue ?? JSONObject()).members { result[key] = value }
        return result
    }

    static func summary(_ text: String) -> String {
        "\(text.utf8.count) \(SHA256.hexadecimal(Array(text.utf8)).prefix(16))"
    }

    static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { result += buffer[..<count] }
        return result
    }

    /// A template file, or the template inside of a model file.
    static func template(_ name: String) throws -> String {
        if name.hasSuffix(".gguf") {
            let file = try GGUFFile(path: templatesDirectory + "/../" + name)
            return file.metadata["tokenizer.chat_template"]?.string ?? ""
        }
        return String(decoding: bytes(templatesDirectory + "/" + name) ?? [], as: UTF8.self)
    }

    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

extension Substring {
    fileprivate func replacingLastComponent(with name: String) -> String {
        split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/" + name
    }
}

/// SHA-256 (FIPS 180-4), for comparing with summaries of long texts.
enum SHA256 {
    static func hexadecimal(_ message: [UInt8]) -> String {
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            padded.append(UInt8(truncatingIfNeeded: (UInt64(message.count) * 8) >> UInt64(shift)))
        }
        for start in stride(from: 0, to: padded.count, by: 64) { compress(&state, padded[start..<start + 64]) }
        return state.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = {
        var primes: [UInt64] = []
        var candidate: UInt64 = 2
        while primes.count < 64 {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes.map { prime in
            // floor(cbrt(prime) * 2^32) by bisection over exact 128-bit products.
            var low: UInt64 = 0
            var high: UInt64 = 8 << 32
            while high - low > 1 {
                let middle = (low + high) / 2
                let cube = UInt128(middle) * UInt128(middle) * UInt128(middle)
                if cube <= UInt128(prime) << 96 { low = middle } else { high = middle }
            }
            return UInt32(truncatingIfNeeded: low)
        }
    }()

    private static func compress(_ state: inout [UInt32], _ block: ArraySlice<UInt8>) {
        func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }
        var words = [UInt32](repeating: 0, count: 64)
        for index in 0..<16 {
            for byte in 0..<4 { words[index] = words[index] << 8 | UInt32(block[block.startIndex + index * 4 + byte]) }
        }
        for index in 16..<64 {
            let one = words[index - 15]
            let two = words[index - 2]
            words[index] =
                words[index - 16] &+ (rotate(one, 7) ^ rotate(one, 18) ^ one >> 3)
                &+ words[index - 7] &+ (rotate(two, 17) ^ rotate(two, 19) ^ two >> 10)
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let first =
                h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ (e & f ^ ~e & g) &+ constants[index]
                &+ words[index]
            let second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
    }
}

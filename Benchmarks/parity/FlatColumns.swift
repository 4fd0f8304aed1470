import LLMTensor
import LLMTokenizer

extension Output {
    /// All texts at once: how many tokens each has, then every column for all of them, one behind the other.
    mutating func writeColumns(
        _ mode: String, _ texts: [[UInt8]], _ tokenizer: any Tokenizer, _ options: EncodingOptions
    ) throws {
        switch mode {
        case "flat-ids":
            write(
                texts.map {
                    tokenizer.encode(
                        bytes: $0, addSpecialTokens: options.addsSpecialTokens,
                        parseSpecialTokens: options.parsesSpecialTokens)
                })
        case "flat-batch":
            let rows = Self.withBuffers(texts) { buffers in
                tokenizer.encodeBatch(
                    buffers, addSpecialTokens: options.addsSpecialTokens,
                    parseSpecialTokens: options.parsesSpecialTokens, threadCount: 2)
            }
            write((0..<rows.count).map { Int32(rows[$0].count) })
            write(rows.ids)
        case "flat-full":
            write(encodings: texts.map { tokenizer.encoding(TokenizerParity.lossy($0), options: options) })
        default:
            for skips in [true, false] {
                let decoded = texts.map { text in
                    let ids = stride(from: 0, to: text.count - 3, by: 4).map { Output.number(text, $0) }
                    return tokenizer.decodeBytes(ids, skipSpecialTokens: skips)
                }
                write(decoded.map { Int32($0.count) })
                write(decoded.flatMap { $0 })
            }
        }
    }

    private mutating func write(_ rows: [[TokenID]]) {
        write(rows.map { Int32($0.count) })
        write(rows.flatMap { $0 })
    }

    private mutating func write(encodings: [Encoding]) {
        write(encodings.map { Int32($0.count) })
        write(encodings.flatMap(\.ids))
        write(encodings.flatMap(\.typeIDs))
        write(encodings.flatMap(\.words))
        write(encodings.flatMap(\.starts))
        write(encodings.flatMap(\.ends))
        write(encodings.flatMap { $0.specialTokensMask.map(Int32.init) })
        write(encodings.flatMap { $0.attentionMask.map(Int32.init) })
    }

    /// The texts in one piece of memory.
    private static func withBuffers<R>(_ texts: [[UInt8]], _ body: ([UnsafeRawBufferPointer]) -> R) -> R {
        let all = texts.flatMap { $0 }
        return all.withUnsafeBytes { memory in
            var start = 0
            return body(
                texts.map { text in
                    defer { start += text.count }
                    return UnsafeRawBufferPointer(rebasing: memory[start..<(start + text.count)])
                })
        }
    }
}

/// The tokenizer of the last job: many jobs in a row are about the same.
struct LoadedTokenizer {
    private var key: [String?] = []
    private var last: (any Tokenizer)?

    /// The tokenizer of a job: `tokenizer` is its file, with `merges` the vocabulary of a pair of files, with `pattern`
    /// and `special_tokens` a rank file.
    mutating func tokenizer(for job: JSONNode) throws -> any Tokenizer {
        let path = try job["tokenizer"].string()
        let merges = try job["merges"].ifPresent?.string()
        let pattern = try job["pattern"].ifPresent?.string()
        // Other jobs write their files anew.
        let isKept = try job["mode"].string().hasPrefix("flat")
        if let last, isKept, key == [path, merges, pattern] { return last }
        let made: any Tokenizer
        if let merges {
            made = try TokenizerLoader.load(vocabulary: path, merges: merges)
        } else if let pattern {
            var special: [String: TokenID] = [:]
            for (name, id) in (job["special_tokens"].value?.objectValue ?? JSONObject()).members {
                special[name] = id.integerValue.flatMap { TokenID(exactly: $0) }
            }
            made = try TokenizerLoader.load(
                tiktoken: path, encoding: TiktokenEncoding(pattern: pattern, specialTokens: special))
        } else {
            made = try TokenizerLoader.load(path: path)
        }
        (key, last) = ([path, merges, pattern], made)
        return made
    }
}

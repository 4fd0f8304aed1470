import LLMTensor
import LLMTokenizer

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes down what tokenizers make of texts, for `Benchmarks/peers/tokenizer-parity` and `tokenizer-vocabularies` to
/// compare.
///
/// Standard input holds one job a line: `{"tokenizer", "texts", "out", "mode", ...}`. A file of texts is, for each, its
/// length as a 32-bit little-endian number and its bytes; so is every array of the output, of 32-bit numbers.
/// For every job one line comes out: `ok`, or what the tokenizer's error says.
@main
enum TokenizerParity {
    static func main() {
        var loaded = LoadedTokenizer()
        while let line = readLine() {
            do {
                try run(line, &loaded)
                print("ok")
            } catch {
                print("error: \(error)")
            }
            fflush(nil)
        }
    }

    private static func run(_ line: String, _ loaded: inout LoadedTokenizer) throws {
        let value = try Array(line.utf8).withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "job") }
        let job = JSONNode(value, source: "job")
        if try job["mode"].string() == "templates" { return try TemplateParity.run(job) }
        let tokenizer = try loaded.tokenizer(for: job)
        let texts = try records(of: try job["texts"].string())
        var options = tokenizer.fileOptions
        options.addsSpecialTokens = try job["special"].ifPresent?.bool() ?? true
        if try job["plain"].ifPresent?.bool() ?? false {
            options.truncation = nil
            options.padding = nil
        }
        options.parsesSpecialTokens = try job["parse"].ifPresent?.bool() ?? true
        let mode = try job["mode"].string()
        var out = Output()
        switch mode {
        case "flat-ids", "flat-batch", "flat-full", "flat-decode":
            try out.writeColumns(mode, texts, tokenizer, options)
        case "ids":
            for text in texts { out.write(tokenizer.encode(bytes: text, addSpecialTokens: options.addsSpecialTokens)) }
        case "decode":
            for ids in texts {
                let ids = stride(from: 0, to: ids.count - 3, by: 4).map { Output.number(ids, $0) }
                for skips in [true, false] { out.write(tokenizer.decodeBytes(ids, skipSpecialTokens: skips)) }
            }
        case "full":
            for text in texts { out.write(tokenizer.encoding(lossy(text), options: options), tokenizer) }
        case "batch":
            for encoding in tokenizer.encodings(texts.map(lossy), options: options) { out.write(encoding, tokenizer) }
        case "pairs":
            for index in stride(from: 0, to: texts.count - 1, by: 2) {
                let encoding = tokenizer.encoding(
                    lossy(texts[index]), pair: lossy(texts[index + 1]), options: options)
                out.write(encoding, tokenizer)
            }
        case "words":
            for text in texts {
                out.write(tokenizer.encoding(words: words(text), options: options), tokenizer)
            }
        case "word-pairs":
            for index in stride(from: 0, to: texts.count - 1, by: 2) {
                let encoding = tokenizer.encoding(
                    words: words(texts[index]), pair: words(texts[index + 1]), options: options)
                out.write(encoding, tokenizer)
            }
        default: throw job["mode"].error(expected: "a mode")
        }
        try out.save(try job["out"].string())
    }

    static func lossy(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }

    /// Words are divided by U+0001 in the file.
    private static func words(_ text: [UInt8]) -> [String] {
        text.isEmpty ? [] : text.split(separator: 1, omittingEmptySubsequences: false).map { lossy(Array($0)) }
    }

    static func records(of path: String) throws -> [[UInt8]] {
        guard let file = fopen(path, "rb") else { throw Failure(path: path) }
        defer { fclose(file) }
        var result: [[UInt8]] = []
        var length = UInt32(0)
        while fread(&length, 4, 1, file) == 1 {
            let count = Int(length)
            let text = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                initialized = fread(buffer.baseAddress, 1, count, file)
            }
            result.append(text)
        }
        return result
    }

    static func contents(of path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw Failure(path: path) }
        defer { fclose(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { result += buffer[..<count] }
        return result
    }

    struct Failure: Error { let path: String }
}

/// Arrays of numbers, each behind its length.
struct Output {
    private var bytes: [UInt8] = []

    static func number(_ bytes: [UInt8], _ offset: Int) -> Int32 {
        (0..<4).reduce(Int32(0)) { $0 | Int32(truncatingIfNeeded: UInt32(bytes[offset + $1]) << UInt32(8 * $1)) }
    }

    mutating func write(_ numbers: [Int32]) {
        withUnsafeBytes(of: UInt32(numbers.count)) { bytes += $0 }
        numbers.withUnsafeBytes { bytes += $0 }
    }

    mutating func write(_ text: [UInt8]) {
        withUnsafeBytes(of: UInt32(text.count)) { bytes += $0 }
        bytes += text
    }

    /// Eight columns, what decoding gives, and how many parts overflow, followed by these.
    mutating func write(_ encoding: Encoding, _ tokenizer: any Tokenizer) {
        write(encoding.ids)
        write(encoding.typeIDs)
        write(encoding.words)
        write(encoding.starts)
        write(encoding.ends)
        write(encoding.specialTokensMask.map(Int32.init))
        write(encoding.attentionMask.map(Int32.init))
        write(encoding.sequences.map(Int32.init))
        write(tokenizer.decodeBytes(encoding.ids, skipSpecialTokens: true))
        write([Int32(encoding.overflowing.count)])
        for part in encoding.overflowing { write(part, tokenizer) }
    }

    func save(_ path: String) throws {
        guard let file = fopen(path, "wb") else { throw TokenizerParity.Failure(path: path) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw TokenizerParity.Failure(path: path) }
    }
}

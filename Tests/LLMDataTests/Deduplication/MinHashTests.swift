import LLMTensor
import Testing

@testable import LLMData

@Suite struct MinHashTests {
    @Test func `hash functions give the published values`() {
        func hash<R>(_ text: String, _ function: (UnsafeBufferPointer<UInt8>) -> R) -> R {
            [UInt8](text.utf8).withUnsafeBufferPointer(function)
        }
        #expect(hash("", XXHash.hash64) == 0xEF46_DB37_51D8_E999)
        #expect(hash("abc", XXHash.hash64) == 0x44BC_2CF5_AD77_0999)
        #expect(hash("", XXHash.hash32) == 0x02CC_5D05)
        #expect(hash("abc", XXHash.hash32) == 0x32D1_53FF)
        #expect(hash("abc", SHA1.hash64) == 0x6A81_0647_363E_99A9)
        #expect(
            hash("abc", SHA1.digest).map { String($0, radix: 16) }.joined() == "a9993e36476816aba3e25717850c26c9cd0d89d"
        )
    }

    @Test func `draws equal numpy's RandomState`() {
        // RandomState(1).randint(0, 2**32, size=3, dtype=uint64)
        var plain = MersenneTwister(seed: 1)
        #expect([plain.next32(), plain.next32(), plain.next32()] == [1_791_095_845, 4_282_876_139, 3_093_770_124])
    }

    @Test func `simplified text is what datatrove makes`() {
        let simplify = TextSimplification()
        #expect(simplify("Hello,  WORLD! 3.14 and 1,000.5") == "hello world 0 and 0 0")
        #expect(simplify("Crème brûlée — ÀÉ ΟΔΟΣ ١٢٣") == "creme brulee ae οδος 0")
        #expect(simplify("..") == "")
    }

    @Test(.enabled(if: Corpora.has("quality.jsonl"), "run Scripts/fetch-corpora to fetch the documents"))
    func `signatures equal those of datatrove byte for byte, and so do the sets of duplicates`() throws {
        let golden = try JSONValue.parse(try Goldens.bytes("minhash.json"), source: "minhash.json")
        let texts = try Self.texts()
        #expect(texts.count == golden["documents"]?.integerValue)
        #expect(texts.count >= 500)
        let simplified = texts.map { TextSimplification()($0) }.joined(separator: "\n")
        #expect(Self.digest([UInt8](simplified.utf8)) == golden["simplified"]?.stringValue)
        for (name, setting) in try #require(golden["settings"]?.objectValue).members {
            let stage = try MinHashDeduplication(Self.configuration(name), words: WhitespaceWords())
            let signatures = try texts.enumerated().map { index, text in
                try stage.signature(of: Document(id: "\(index)", text: text))
            }
            let files = try MinHashSignatureFiles.buckets(signatures, stage.configuration)
            #expect(files[0].count == setting["bytes"]?.integerValue)
            #expect(files.map(Self.digest) == setting["files"]?.arrayValue?.compactMap(\.stringValue), "\(name)")

            var clusters: [Int: [Int]] = [:]
            for removal in try stage.removals(signatures: signatures) {
                let first = try #require(removal.duplicateOf)
                clusters[first, default: [first]].append(removal.index)
            }
            let expected = setting["clusters"]?.arrayValue?.map { $0.arrayValue?.compactMap(\.integerValue) ?? [] }
            #expect(clusters.values.sorted { $0[0] < $1[0] } == expected, "\(name)")
        }
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBufferPointer { SHA1.digest($0) }
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func configuration(_ name: String) -> MinHashDeduplication.Configuration {
        var result = MinHashDeduplication.Configuration()
        result.hashFunction = name.hasPrefix("xxhash") ? .xxHash : .sha1
        result.precision = name.hasSuffix("32") ? .bits32 : .bits64
        if name == "sha1_32" {
            result.gramLength = 3
            result.bucketCount = 9
            result.hashesPerBucket = 13
            result.seed = 42
        }
        return result
    }

    /// The documents that Goldens/make_minhash.py chooses.
    static func texts() throws -> [String] {
        var taken: [String: Int] = [:]
        var texts: [String] = []
        for line in try linesOfFile(Corpora.path("quality.jsonl")) {
            let entry = try JSONValue.parse(line)
            let id = entry["id"]?.stringValue ?? ""
            let source = String(id.prefix { $0 != "-" })
            if id.utf8.contains(UInt8(ascii: "+")) || taken[source, default: 0] >= 70 { continue }
            taken[source, default: 0] += 1
            texts.append(entry["text"]?.stringValue ?? "")
        }
        let rates = [3, 5, 8, 12, 20, 40]
        for (number, index) in stride(from: 0, to: texts.count, by: 5).enumerated() {
            var words = texts[index].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let rate = rates[number % 6]
            for place in words.indices where place % rate == rate - 1 { words[place] = "changed" }
            texts.append(words.joined(separator: " "))
        }
        return texts
    }
}

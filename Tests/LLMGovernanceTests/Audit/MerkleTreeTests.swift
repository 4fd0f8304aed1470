#if Governance
    import Foundation
    import LLMTensor
    import Testing

    @testable import LLMGovernance

    struct MerkleTreeTests {
        private static let golden: JSONValue? = {
            let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Goldens/merkle.json")
            return try? JSONValue.parse(Array(Data(contentsOf: file)))
        }()

        private static func path(_ value: JSONValue?) -> [MerkleTree.Digest] {
            (value?.arrayValue ?? []).compactMap { $0.stringValue.flatMap(Hexadecimal.bytes) }
        }

        @Test func `Roots and proofs are those of pymerkle`() throws {
            let golden = try #require(Self.golden)
            let count = try #require(golden["leaves"]?.integerValue)
            var memory = MemoryHashes()
            var leaves: [MerkleTree.Digest] = []
            for index in 0..<count {
                leaves.append(MerkleTree.leaf(Array("entry \(index)".utf8)))
                memory.append(leaves[index])
            }
            let history = MerkleHistory(memory)
            let roots = Self.path(golden["roots"])
            #expect(roots.count == count)
            for size in 1...count { #expect(try history.root(size: size) == roots[size - 1]) }
            var proofs = 0
            for proof in golden["inclusion"]?.arrayValue ?? [] {
                let index = try #require(proof["index"]?.integerValue)
                let size = try #require(proof["size"]?.integerValue)
                let expected = InclusionProof(index: index, size: size, path: Self.path(proof["path"]))
                #expect(expected.verifies(leaf: leaves[index], root: roots[size - 1]))
                #expect(try history.inclusion(index: index, size: size) == expected)
                #expect(!expected.verifies(leaf: leaves[(index + 1) % count], root: roots[size - 1]))
                proofs += 1
            }
            for proof in golden["consistency"]?.arrayValue ?? [] {
                let old = try #require(proof["old"]?.integerValue)
                let new = try #require(proof["new"]?.integerValue)
                let expected = ConsistencyProof(oldSize: old, newSize: new, path: Self.path(proof["path"]))
                #expect(expected.verifies(oldRoot: roots[old - 1], newRoot: roots[new - 1]))
                #expect(try history.consistency(from: old, to: new) == expected)
                #expect(!expected.verifies(oldRoot: roots[new - 1], newRoot: roots[old - 1]))
                proofs += 1
            }
            #expect(proofs > 100)
        }

        @Test func `Every proof of every tree up to 40 leaves verifies, and no changed one does`() throws {
            var memory = MemoryHashes()
            let leaves = (0..<40).map { MerkleTree.leaf([UInt8($0)]) }
            for leaf in leaves { memory.append(leaf) }
            let history = MerkleHistory(memory)
            for size in 1...40 {
                let root = try history.root(size: size)
                for index in 0..<size {
                    var proof = try history.inclusion(index: index, size: size)
                    #expect(proof.verifies(leaf: leaves[index], root: root))
                    guard !proof.path.isEmpty else { continue }
                    proof.path[index % proof.path.count][index % 32] ^= 1
                    #expect(!proof.verifies(leaf: leaves[index], root: root))
                    proof.path.removeLast()
                    #expect(!proof.verifies(leaf: leaves[index], root: root))
                }
                for old in 0...size {
                    var proof = try history.consistency(from: old, to: size)
                    let oldRoot = try history.root(size: old)
                    #expect(proof.verifies(oldRoot: oldRoot, newRoot: root))
                    guard !proof.path.isEmpty else { continue }
                    proof.path[old % proof.path.count][old % 32] ^= 1
                    #expect(!proof.verifies(oldRoot: oldRoot, newRoot: root))
                }
            }
        }

        /// Values from RFC 8785, section 3.2.3 and appendix B.
        @Test func `Canonical JSON follows RFC 8785`() throws {
            func canonical(_ text: String) throws -> String {
                String(decoding: try CanonicalJSON.bytes(of: JSONValue.parse(text)), as: UTF8.self)
            }
            #expect(
                try canonical(
                    #"{"b": [1, 2.50, -0.0, true, null], "a": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}"#)
                    == #"{"a":"€$\u000f\nA'B\"\\\\\"/","b":[1,2.5,0,true,null]}"#)
            #expect(
                try canonical(#"{"\ufb33":1,"\ud83d\ude00":2,"\u20ac":3,"\r":4,"1":5,"\u0080":6,"\u00f6":7}"#)
                    == "{\"\\r\":4,\"1\":5,\"\u{80}\":6,\"ö\":7,\"€\":3,\"😀\":2,\"\u{FB33}\":1}")
            for (bits, text) in [
                (0x0000_0000_0000_0001, "5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
                (0x4340_0000_0000_0000, "9007199254740992"), (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"),
                (0x44B5_2D02_C7E1_4AF6, "1e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
                (0x444B_1AE4_D6E2_EF50, "1e+21"), (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"),
                (0x3EB0_C6F7_A0B5_ED8D, "0.000001"), (0x41B3_DE43_5555_5553, "333333333.3333332"),
                (0xBECB_F647_612F_3696, "-0.0000033333333333333333"), (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
            ] as [(UInt64, String)] {
                let bytes = try CanonicalJSON.bytes(of: .number(Double(bitPattern: bits)))
                #expect(String(decoding: bytes, as: UTF8.self) == text)
            }
            #expect(throws: GovernanceError.self) { try CanonicalJSON.bytes(of: .number(.nan)) }
            #expect(throws: GovernanceError.self) { try CanonicalJSON.bytes(of: JSONValue.parse(#"{"a":1,"a":1}"#)) }
        }

        @Test(arguments: [
            "1970-01-01T00:00:00.000000Z", "2000-02-29T23:59:59.999999Z", "2026-11-23T21:04:05.000120Z",
            "1969-12-31T23:59:59.000001Z", "2100-03-01T00:00:00.000000Z",
        ])
        func `Times are written as they are read`(text: String) throws {
            #expect(UTCTime(text)?.description == text)
        }

        @Test(arguments: ["2100-02-29", "2026-13-01", "2026-11-23T25:00:00Z", "2026-11-23T21:04:05+01:00", "today"])
        func `What is no moment is refused`(text: String) { #expect(UTCTime(text) == nil) }
    }
#endif

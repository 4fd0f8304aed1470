import LLMTensor
import Testing

@Suite("GGUF structure")
struct GGUFDirectoryTests {
    /// The bytes of a small file, field by field.
    struct Builder {
        var version: UInt32 = 3
        var metadata: [(String, GGUFValue)] = []
        var tensors: [(name: String, extents: [UInt64], type: UInt32, offset: UInt64)] = []
        var data = 64

        private static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
        }

        private static func bytes(_ text: String) -> [UInt8] { bytes(UInt64(text.utf8.count)) + [UInt8](text.utf8) }

        func open() throws(TensorFileError) -> GGUFFile {
            var result: [UInt8] = Array("GGUF".utf8) + Self.bytes(version)
            result += Self.bytes(UInt64(tensors.count)) + Self.bytes(UInt64(metadata.count))
            for (key, value) in metadata {
                result += Self.bytes(key) + Self.bytes(value.type.rawValue)
                if let integer = value.integer { result += Self.bytes(UInt32(integer)) }
            }
            for tensor in tensors {
                result += Self.bytes(tensor.name) + Self.bytes(UInt32(tensor.extents.count))
                for extent in tensor.extents { result += Self.bytes(extent) }
                result += Self.bytes(tensor.type) + Self.bytes(tensor.offset)
            }
            while result.count % 32 != 0 { result.append(0) }
            result += [UInt8](repeating: 1, count: data)
            do {
                return try GGUFFile(storage: TensorStorage(copying: result), path: "built.gguf")
            } catch let error as TensorFileError {
                throw error
            } catch {
                throw .notFound(path: "\(error)")
            }
        }
    }

    private func message(_ builder: Builder) -> String {
        do throws(TensorFileError) {
            _ = try builder.open()
            return "opened"
        } catch {
            return error.description
        }
    }

    @Test("Versions 2 and 3 open", arguments: [2, 3] as [UInt32])
    func versions(version: UInt32) throws {
        let builder = Builder(version: version, tensors: [("t", [16], 0, 0)])
        #expect(try builder.open().version == Int(version))
    }

    @Test("Extents are given outermost first, scalars and empty tensors are allowed")
    func shapes() throws {
        let file = try Builder(
            tensors: [("a", [4, 2], 0, 0), ("s", [], 0, 32), ("e", [32, 0], 2, 32), ("q", [32, 2], 2, 0)]
        ).open()
        #expect(file.tensorInfo(named: "a")?.shape == [2, 4])
        #expect(try file.tensor(named: "s").elementCount == 1)
        #expect(try file.tensor(named: "e").floats().isEmpty)
        #expect(try file.tensor(named: "q").shape == [2, 32])
    }

    @Test("A duplicate key and a duplicate tensor are refused by name")
    func duplicates() {
        let keys = Builder(metadata: [("k", .uint32(1)), ("k", .uint32(2))])
        #expect(message(keys).contains("'k'") && message(keys).contains("every key once"))
        let tensors = Builder(tensors: [("t", [1], 0, 0), ("t", [1], 0, 32)])
        #expect(message(tensors).contains("'t'") && message(tensors).contains("every tensor once"))
    }

    @Test("Tensors that are misplaced or misshaped are refused by name")
    func misplaced() {
        let cases: [(extents: [UInt64], type: UInt32, offset: UInt64, reason: String)] = [
            ([1], 0, 4, "multiple of 32"), ([17], 0, 0, "68 bytes at data offset 0"), ([1], 0, 64, "data offset 64"),
            ([1], 0, .max - 31, "data offset"), ([1, 1, 1, 1, 1], 0, 0, "at most 4 dimensions"),
            ([33], 2, 0, "not a whole number of Q4_0 blocks"), ([1 << 62, 4], 0, 0, "more elements than"),
            ([1 << 63], 0, 0, "an extent below 2^63"), ([1], 5, 0, "element type 5"),
            ([1], 0x8000_0001, 0, "element type"),
        ]
        for (extents, type, offset, reason) in cases {
            let text = message(Builder(tensors: [("bad", extents, type, offset)]))
            #expect(text.contains("'bad'") && text.contains(reason), "\(text)")
        }
    }

    @Test("An alignment that is no power of two is refused", arguments: [0, 3, 48])
    func alignment(value: UInt32) {
        #expect(message(Builder(metadata: [("general.alignment", .uint32(value))])).contains("a power of two"))
    }
}

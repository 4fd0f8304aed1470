import LLMTensor
import Testing

/// Damaged files: whatever the damage, reading succeeds or throws a typed error.
@Suite("Hostile input")
struct HostileInputTests {
    /// Reads everything a GGUF file offers.
    private func readGGUF(_ bytes: [UInt8]) throws(TensorFileError) {
        let file = try GGUFFile(storage: storage(bytes), path: "damaged.gguf")
        for key in file.keys {
            guard let value = file.metadata[key] else { continue }
            _ = (value.integer, value.float, value.string, value.boolean, value.stringBytes)
            guard let array = value.array else { continue }
            _ = (array.strings(), array.integers(), array.floats(), array.booleans(), array.values())
        }
        for name in file.tensorNames {
            let tensor = try file.tensor(named: name)
            // Packed types hold at most 5.2 elements a byte, so this is bounded by the file's size.
            #expect(tensor.elementCount <= bytes.count * 6)
            _ = try? tensor.floats()
        }
    }

    private func readSafetensors(_ bytes: [UInt8]) throws(TensorFileError) {
        let file = try SafetensorsFile(storage: storage(bytes), path: "damaged.safetensors")
        for name in file.tensorNames { _ = try? file.tensor(named: name).floats() }
    }

    private func storage(_ bytes: [UInt8]) -> TensorStorage {
        do {
            return try TensorStorage(copying: bytes)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Bit flips, overwritten bytes and runs, and cuts.
    private func mutate(_ original: [UInt8], _ generator: inout CounterGenerator) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 2:
                let value: UInt8 = Bool.random(using: &generator) ? 0 : 255
                for index in position..<min(position + 8, bytes.count) { bytes[index] = value }
            case 3: bytes.removeSubrange(position..<bytes.count)
            case 4: bytes.remove(at: position)
            default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
            }
        }
        return bytes
    }

    @Test("Randomly damaged GGUF files are read or refused", arguments: 0..<8)
    func damagedGGUF(stream: UInt64) throws {
        let original = try golden("sample.gguf")
        var generator = CounterGenerator(seed: 1, stream: stream)
        for _ in 0..<250 { try? readGGUF(mutate(original, &generator)) }
    }

    @Test("A GGUF file cut anywhere is refused, and the error names the file")
    func cutGGUF() throws {
        let original = try golden("sample.gguf")
        let end =
            try GGUFFile(storage: storage(original), path: "x").tensors.map { $0.offset + $0.byteCount }.max() ?? 0
        for count in 0..<end {
            do throws(TensorFileError) {
                try readGGUF(Array(original.prefix(count)))
                Issue.record("\(count) bytes were enough")
            } catch {
                #expect(error.description.hasPrefix("damaged.gguf"))
            }
        }
    }

    @Test("Every aligned and unaligned field set to extreme values is read or refused")
    func extremeGGUF() throws {
        let original = try golden("sample.gguf")
        let extremes: [[UInt8]] = [
            Array(repeating: 0, count: 8), Array(repeating: 255, count: 8),
            [255, 255, 255, 255, 255, 255, 255, 127], [0, 0, 0, 0, 0, 0, 0, 128], [0, 0, 0, 0, 0, 0, 0, 64],
            [1, 0, 0, 0, 0, 0, 0, 0x20], [255, 255, 255, 255], [255, 255, 255, 127], [0, 0, 0, 0],
        ]
        for start in 0..<(original.count - 8) {
            for extreme in extremes {
                var bytes = original
                bytes.replaceSubrange(start..<(start + extreme.count), with: extreme)
                try? readGGUF(bytes)
            }
        }
    }

    @Test("Counts that no file could hold are refused before memory is taken")
    func hugeCounts() {
        let magic: [UInt8] = Array("GGUF".utf8) + [3, 0, 0, 0]
        let huge: [UInt8] = [255, 255, 255, 255, 255, 255, 255, 127]
        let zero = [UInt8](repeating: 0, count: 8)
        let key: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 97]
        let one: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0]
        for bytes in [
            magic + huge + zero, magic + zero + huge, magic + zero + one + huge,
            magic + zero + one + key + [8, 0, 0, 0] + huge,
            magic + zero + one + key + [9, 0, 0, 0] + [4, 0, 0, 0] + huge,
            magic + zero + one + key + [9, 0, 0, 0] + [8, 0, 0, 0] + huge,
            magic + one + zero + key + [5, 0, 0, 0] + huge,
            magic + one + zero + key + [2, 0, 0, 0] + huge + huge + zero + zero,
        ] {
            #expect(throws: TensorFileError.self) { try readGGUF(bytes) }
        }
    }

    @Test("Arrays nested without end are refused")
    func nestedArrays() {
        var bytes: [UInt8] = Array("GGUF".utf8) + [3, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        bytes += [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 97, 9, 0, 0, 0]
        for _ in 0..<10_000 { bytes += [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] }
        #expect(throws: TensorFileError.self) { try readGGUF(bytes) }
    }

    @Test("Unknown element types, big-endian files and old versions are named")
    func namedErrors() throws {
        func message(_ bytes: [UInt8]) -> String {
            do throws(TensorFileError) {
                try readGGUF(bytes)
                return ""
            } catch {
                return error.description
            }
        }
        let zeros = [UInt8](repeating: 0, count: 16)
        #expect(message(Array("GGUF".utf8) + [0, 0, 0, 3] + zeros).contains("big-endian (version 3)"))
        #expect(message(Array("GGUF".utf8) + [1, 0, 0, 0] + zeros).contains("version 1 is not supported"))
        #expect(message(Array("GGML".utf8) + zeros).contains("expected the letters GGUF"))
        var bytes: [UInt8] = Array("GGUF".utf8) + [3, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 15)
        bytes += [1, 0, 0, 0, 0, 0, 0, 0, 116, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0] + zeros
        #expect(message(bytes).contains("tensor 't' has element type 99"))
    }

    @Test("Randomly damaged safetensors files are read or refused", arguments: 0..<8)
    func damagedSafetensors(stream: UInt64) throws {
        let original = try golden("sample.safetensors")
        var generator = CounterGenerator(seed: 2, stream: stream)
        for _ in 0..<250 { try? readSafetensors(mutate(original, &generator)) }
        for count in 0..<original.count where stream == 0 {
            #expect(throws: TensorFileError.self) { try readSafetensors(Array(original.prefix(count))) }
        }
    }

    @Test("Randomly damaged JSON is read or refused, alike by tree and pull reader", arguments: 0..<8)
    func damagedJSON(stream: UInt64) throws {
        let original = Array(try golden("json_utf8.json").prefix(700)) + Array("]}}".utf8)
        var generator = CounterGenerator(seed: 3, stream: stream)
        for _ in 0..<400 {
            let bytes = mutate(original, &generator)
            let tree = try? JSONValue.parse(bytes)
            let skipped: Bool = bytes.withUnsafeBytes { raw in
                var reader = JSONReader(bytes: raw)
                do {
                    try reader.skipValue()
                    try reader.finish()
                    return true
                } catch {
                    return false
                }
            }
            #expect(skipped == (tree != nil))
        }
    }

    @Test("Blocks of any bytes dequantize", arguments: ElementType.allCases)
    func anyBlocks(type: ElementType) throws {
        var generator = CounterGenerator(seed: 4, stream: UInt64(type.rawValue))
        for fill in 0..<12 {
            let bytes = (0..<(type.bytesPerBlock * 3)).map { _ in
                fill == 0 ? 0 : fill == 1 ? 255 : UInt8(truncatingIfNeeded: generator.next())
            }
            let tensor = try Tensor(
                shape: [3, type.elementsPerBlock], elementType: type, storage: storage(bytes))
            #expect(try tensor.floats().count == 3 * type.elementsPerBlock)
        }
    }
}

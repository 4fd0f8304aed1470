import LLMTensor
import Testing

/// sample.gguf was written by the gguf Python package; see Goldens/make_files.py.
@Suite("GGUF writing")
struct GGUFWriterTests {
    static func sampleWriter() throws -> GGUFWriter {
        var writer = GGUFWriter(alignment: 64)
        writer["general.alignment"] = nil
        writer["general.architecture"] = .string("test")
        writer["general.alignment"] = .uint32(64)
        writer["a.uint8"] = .uint8(.max)
        writer["a.int8"] = .int8(.min)
        writer["a.uint16"] = .uint16(.max)
        writer["a.int16"] = .int16(.min)
        writer["a.uint32"] = .uint32(.max)
        writer["a.int32"] = .int32(.min)
        writer["a.uint64"] = .uint64(.max)
        writer["a.int64"] = .int64(.min)
        writer["a.float32"] = .float32(1.5)
        writer["a.float64"] = .float64(0.1)
        writer["a.true"] = .bool(true)
        writer["a.false"] = .bool(false)
        writer["a.string"] = .string("héllo 日本")
        writer["b.strings"] = .array(GGUFArray(["a", "", "é", "日本"]))
        writer["b.int32"] = .array(GGUFArray([1, -2, 3] as [Int32]))
        writer["b.float32"] = .array(GGUFArray([0.5, -0.25] as [Float]))
        writer["b.bool"] = .array(GGUFArray([true, false]))
        writer["b.uint64"] = try .array(
            #require(GGUFArray(elementType: .uint64, values: [.uint64(1), .uint64(.max)])))
        writer["b.int8"] = try .array(#require(GGUFArray(elementType: .int8, values: [.int8(-1), .int8(7)])))
        writer["b.nested"] = try .array(
            #require(
                GGUFArray(
                    elementType: .array,
                    values: [.array(GGUFArray([1, 2] as [Int32])), .array(GGUFArray([3] as [Int32]))])))
        try writer.addTensor(named: "f32", Tensor(shape: [2, 3], floats: [0, 1, 2, 3, 4, 5]))
        let halves = (0..<5).map { HalfPrecision.binary16(Float($0)) }.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        try writer.addTensor(
            named: "f16", Tensor(shape: [5], elementType: .f16, storage: TensorStorage(copying: halves)))
        try writer.addTensor(named: "q4_0", shape: [2, 64], elementType: .q4_0) { write in
            for start in [0, 36] {
                try (0..<36).map { UInt8(start + $0) }.withUnsafeBytes { try write($0) }
            }
        }
        let integers: [UInt8] = (0..<8).flatMap { [UInt8($0), 0, 0, 0] }
        try writer.addTensor(
            named: "i32.3d", Tensor(shape: [2, 2, 2], elementType: .i32, storage: TensorStorage(copying: integers)))
        return writer
    }

    @Test("The same content gives the same bytes as the reference writer")
    func matchesReference() throws {
        let folder = TemporaryFolder()
        var total = 0
        try Self.sampleWriter().write(to: folder.file("a.gguf")) { written, all in
            #expect(written <= all)
            total = written
        }
        #expect(total == 24 + 10 + 72 + 32)
        let written = try MappedFile(path: folder.file("a.gguf")).withUnsafeBytes { [UInt8]($0) }
        #expect(try written == golden("sample.gguf"))
        #expect(folder.names == ["a.gguf"])
    }

    @Test("A file of the reference writer reads with its values")
    func readsReference() throws {
        let file = try GGUFFile(storage: TensorStorage(copying: golden("sample.gguf")), path: "sample.gguf")
        let metadata = file.metadata
        #expect(file.alignment == 64)
        #expect(file.keys.first == "general.architecture")
        #expect(metadata["a.uint8"]?.integer == 255)
        #expect(metadata["a.int16"]?.integer == -32768)
        #expect(metadata["a.uint64"]?.integer == nil)
        #expect(metadata["a.int64"]?.integer == .min)
        #expect(metadata["a.float32"]?.float == 1.5)
        #expect(metadata["a.float64"]?.float == 0.1)
        #expect(metadata["a.true"]?.boolean == true)
        #expect(metadata["a.string"]?.string == "héllo 日本")
        #expect(metadata["b.strings"]?.array?.strings() == ["a", "", "é", "日本"])
        #expect(metadata["b.int32"]?.array?.integers() == [1, -2, 3])
        #expect(metadata["b.int8"]?.array?.integers() == [-1, 7])
        #expect(metadata["b.float32"]?.array?.floats() == [0.5, -0.25])
        #expect(metadata["b.bool"]?.array?.booleans() == [true, false])
        #expect(metadata["b.uint64"]?.array?.integers() == nil)
        #expect(metadata["b.nested"]?.array?.values().map { $0.array?.integers() } == [[1, 2], [3]])
        #expect(file.tensorNames == ["f32", "f16", "q4_0", "i32.3d"])
        #expect(try file.tensor(named: "f32").floats() == [0, 1, 2, 3, 4, 5])
        #expect(try file.tensor(named: "f16").floats() == [0, 1, 2, 3, 4])
        #expect(try file.tensor(named: "i32.3d").shape == [2, 2, 2])
        #expect(try file.tensor(named: "q4_0").shape == [2, 64])
        #expect(file.split == nil)
    }

    @Test("Strings of an array are visited without copies and in order")
    func lazyStrings() throws {
        let file = try GGUFFile(storage: TensorStorage(copying: golden("sample.gguf")), path: "sample.gguf")
        var seen: [(Int, [UInt8])] = []
        try #require(file.metadata["b.strings"]?.array).withStringBytes { index, bytes in
            seen.append((index, [UInt8](bytes)))
        }
        #expect(seen.map(\.0) == [0, 1, 2, 3])
        #expect(seen.map(\.1) == ["a", "", "é", "日本"].map { [UInt8]($0.utf8) })
    }

    @Test("A part of a split model says so")
    func split() throws {
        var writer = GGUFWriter()
        writer["split.no"] = .uint16(1)
        writer["split.count"] = .uint16(3)
        writer["split.tensors.count"] = .int32(9)
        let folder = TemporaryFolder()
        try writer.write(to: folder.file("part.gguf"))
        #expect(try GGUFFile(path: folder.file("part.gguf")).split == GGUFSplit(index: 1, count: 3, tensorCount: 9))
    }

    @Test("What GGUF cannot hold is refused before anything is written")
    func refusals() throws {
        var writer = GGUFWriter()
        let tensor = Tensor(shape: [1], floats: [1])
        try writer.addTensor(named: "once", tensor)
        #expect(throws: TensorFileError.self) { try writer.addTensor(named: "once", tensor) }
        #expect(throws: TensorFileError.self) {
            try writer.addTensor(named: String(repeating: "n", count: 64), tensor)
        }
        #expect(throws: TensorFileError.self) {
            try writer.addTensor(named: "deep", Tensor(shape: [1, 1, 1, 1, 1], floats: [1]))
        }
        #expect(throws: TensorFileError.self) {
            try writer.addTensor(named: "b", Tensor(shape: [1], elementType: .bool, storage: tensor.storage))
        }
    }

    @Test("A producer with too few or too many bytes, or that throws, leaves no file", arguments: [0, 3, 5])
    func badProducers(count: Int) throws {
        var writer = GGUFWriter()
        try writer.addTensor(named: "t", shape: [4], elementType: .i8) { write in
            if count == 0 { throw CancellationError() }
            try [UInt8](repeating: 0, count: count).withUnsafeBytes { try write($0) }
        }
        let folder = TemporaryFolder()
        #expect(throws: (any Error).self) { try writer.write(to: folder.file("x.gguf")) }
        #expect(folder.names.isEmpty)
    }
}

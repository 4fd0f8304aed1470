import LLMTensor
import Testing

/// sample.safetensors was written by the safetensors Python package; see Goldens/make_files.py.
@Suite("Safetensors")
struct SafetensorsTests {
    private func file(header: String, data: [UInt8] = []) throws -> SafetensorsFile {
        let bytes = Self.encode(header, data)
        return try SafetensorsFile(storage: TensorStorage(copying: bytes), path: "test.safetensors")
    }

    static func encode(_ header: String, _ data: [UInt8]) -> [UInt8] {
        let text = [UInt8](header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text + data
    }

    @Test("A file of the reference writer reads with its values")
    func readsReference() throws {
        let file = try SafetensorsFile(
            storage: TensorStorage(copying: golden("sample.safetensors")), path: "sample.safetensors")
        #expect(file.metadata == ["format": "np \"é\""])
        #expect(file.tensorNames.count == 11)
        #expect(try file.tensor(named: "b.f32").floats() == [0, 1, 2, 3, 4, 5])
        #expect(try file.tensor(named: "b.f32").shape == [2, 3])
        #expect(try file.tensor(named: "a.f32").shape == [])
        #expect(try file.tensor(named: "a.f32").floats() == [7])
        #expect(try file.tensor(named: "f16").floats() == [0, 1, 2])
        #expect(try file.tensor(named: "f64").floats() == [0.1])
        #expect(try file.tensor(named: "i64").floats() == [-1, 2])
        #expect(try file.tensor(named: "i16").floats() == [-300, 300])
        #expect(try file.tensor(named: "u8").floats() == [255])
        #expect(try file.tensor(named: "flags").floats() == [1, 0, 1])
        #expect(try file.tensor(named: "empty").floats() == [])
        #expect(throws: TensorFileError.noSuchTensor(path: "sample.safetensors", name: "no")) {
            try file.tensor(named: "no")
        }
    }

    @Test("The same content gives the same bytes as the reference writer")
    func matchesReference() throws {
        let expected = try golden("sample.safetensors")
        let file = try SafetensorsFile(storage: TensorStorage(copying: expected), path: "sample.safetensors")
        var writer = SafetensorsWriter(metadata: file.metadata)
        for name in file.tensorNames.reversed() { try writer.addTensor(named: name, file.tensor(named: name)) }
        let folder = TemporaryFolder()
        try writer.write(to: folder.file("a.safetensors"))
        #expect(try MappedFile(path: folder.file("a.safetensors")).withUnsafeBytes { [UInt8]($0) } == expected)
    }

    @Test("An element type the library lacks is an error that names it, for this tensor only")
    func unknownType() throws {
        let file = try file(
            header:
                #"{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"I8","shape":[1],"data_offsets":[2,3]}}"#,
            data: [1, 2, 3])
        #expect(try file.tensor(named: "b").floats() == [3])
        #expect(file.tensorInfo(named: "a")?.typeName == "F8_E4M3")
        do throws(TensorFileError) {
            _ = try file.tensor(named: "a")
            Issue.record("read")
        } catch {
            #expect(error.description.contains("'a'"))
            #expect(error.description.contains("F8_E4M3"))
        }
    }

    @Test(
        "Headers that do not describe the data are refused",
        arguments: [
            "", "[]", "{", "null", #"{"a":1}"#, #"{"a":{"dtype":"I8","shape":[2]}}"#,
            #"{"a":{"dtype":"I8","shape":[2],"data_offsets":[0]}}"#,
            #"{"a":{"dtype":"I8","shape":[2],"data_offsets":[0,3]}}"#,
            #"{"a":{"dtype":"I8","shape":[2],"data_offsets":[2,0]}}"#,
            #"{"a":{"dtype":"I8","shape":[3],"data_offsets":[0,2]}}"#,
            #"{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}"#,
            #"{"a":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}}"#,
            #"{"a":{"dtype":"I8","shape":[-2],"data_offsets":[0,2]}}"#,
            #"{"a":{"dtype":"F64","shape":[4611686018427387904,2],"data_offsets":[0,2]}}"#,
            #"{"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}}"#,
            #"{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}}"#,
            #"{"__metadata__":{"k":1},"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}}"#,
        ])
    func badHeaders(header: String) {
        #expect(throws: TensorFileError.self) { try file(header: header, data: [1, 2]) }
    }

    @Test("A checkpoint of shards gives every tensor")
    func shards() throws {
        let folder = TemporaryFolder()
        for (name, tensor) in [("one", "a"), ("two", "b")] {
            var writer = SafetensorsWriter(metadata: ["format": "pt"])
            try writer.addTensor(named: tensor, Tensor(shape: [1], floats: [tensor == "a" ? 1 : 2]))
            try writer.write(to: folder.file("\(name).safetensors"))
        }
        let index = #"{"metadata":{"total_size":8},"weight_map":{"b":"two.safetensors","a":"one.safetensors"}}"#
        try folder.write([UInt8](index.utf8), to: "model.safetensors.index.json")
        let checkpoint = try SafetensorsCheckpoint(directory: folder.path)
        #expect(checkpoint.tensorNames == ["b", "a"])
        #expect(try checkpoint.tensor(named: "a").floats() == [1])
        #expect(try checkpoint.tensor(named: "b").floats() == [2])
        #expect(checkpoint.metadata == ["format": "pt"])
        #expect(!checkpoint.hasTensor("c"))
        #expect(throws: TensorFileError.self) { try checkpoint.tensor(named: "c") }
    }

    @Test(
        "An index that names other places, other types or missing tensors is refused",
        arguments: [
            #"{"weight_map":{"a":"../x.safetensors"}}"#, #"{"weight_map":{"a":"/etc/x.safetensors"}}"#,
            #"{"weight_map":{"a":"sub\\x.safetensors"}}"#, #"{"weight_map":{"a":"x.bin"}}"#,
            #"{"weight_map":{"a":1}}"#, #"{"weight_map":[]}"#, "{}", "nonsense",
            #"{"weight_map":{"a":"missing.safetensors"}}"#, #"{"weight_map":{"z":"one.safetensors"}}"#,
        ])
    func badIndexes(index: String) throws {
        let folder = TemporaryFolder()
        var writer = SafetensorsWriter()
        try writer.addTensor(named: "a", Tensor(shape: [1], floats: [1]))
        try writer.write(to: folder.file("one.safetensors"))
        try folder.write([UInt8](index.utf8), to: "model.safetensors.index.json")
        #expect(throws: TensorFileError.self) { try SafetensorsCheckpoint(directory: folder.path) }
    }

    @Test(
        "A real checkpoint directory opens",
        .enabled(if: RealModel.miniLM.isExpected, "the MiniLM model is not in the model cache"))
    func realCheckpoint() throws {
        let folder = String(RealModel.miniLM.path.dropLast("/model.safetensors".count))
        let checkpoint = try SafetensorsCheckpoint(directory: folder)
        #expect(try checkpoint.tensor(named: "embeddings.word_embeddings.weight").shape == [30522, 384])
    }
}

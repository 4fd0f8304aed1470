import LLMTensor
import Testing

@Suite("NumPy files")
struct NumpyFileTests {
    @Test("The same matrix gives the same bytes as numpy.save")
    func matchesReference() throws {
        let folder = TemporaryFolder()
        let file = try NumpyFile(path: folder.file("a.npy"), rows: 3, columns: 5)
        for row in 0..<3 {
            try (0..<5).map { Float(row * 5 + $0) / 4 }.withUnsafeBufferPointer { try file.append($0) }
        }
        try file.finish()
        let written = try MappedFile(path: folder.file("a.npy")).withUnsafeBytes { [UInt8]($0) }
        #expect(try written == golden("sample.npy"))
    }

    @Test("A file with rows missing is not left behind")
    func incomplete() throws {
        let folder = TemporaryFolder()
        do {
            let file = try NumpyFile(path: folder.file("a.npy"), rows: 2, columns: 2)
            try [1, 2].withUnsafeBufferPointer { try file.append($0) }
            #expect(throws: TensorFileError.self) { try file.finish() }
        }
        #expect(folder.names.isEmpty)
    }
}

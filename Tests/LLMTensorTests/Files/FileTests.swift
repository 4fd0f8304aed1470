import LLMTensor
import Testing

@Suite("Files")
struct FileTests {
    @Test("A mapped file shows the bytes that were written")
    func mapping() throws {
        let folder = TemporaryFolder()
        let path = try folder.write([1, 2, 3, 250], to: "a.bin")
        let file = try MappedFile(path: path)
        #expect(file.withUnsafeBytes { [UInt8]($0) } == [1, 2, 3, 250])
        #expect(file.path == path)
    }

    @Test("An empty file maps to no bytes")
    func emptyFile() throws {
        let folder = TemporaryFolder()
        #expect(try MappedFile(path: folder.write([], to: "empty")).bytes.isEmpty)
    }

    @Test("A missing file and a folder are typed errors that name the path")
    func missing() {
        let folder = TemporaryFolder()
        #expect(throws: TensorFileError.notFound(path: folder.file("no"))) { try MappedFile(path: folder.file("no")) }
        #expect(throws: TensorFileError.self) { try MappedFile(path: folder.path) }
    }

    @Test("A writer that is dropped leaves the old file and no temporary file")
    func abandonedWriter() throws {
        let folder = TemporaryFolder()
        let path = try folder.write([7], to: "kept")
        do {
            let writer = try AtomicFileWriter(path: path)
            try writer.write([UInt8](repeating: 1, count: 1 << 20))
            #expect(folder.names.count == 2)
        }
        #expect(folder.names == ["kept"])
        #expect(try MappedFile(path: path).withUnsafeBytes { [UInt8]($0) } == [7])
    }

    @Test("A committed writer replaces the file, counts bytes and pads")
    func committedWriter() throws {
        let folder = TemporaryFolder()
        let path = try folder.write([7], to: "replaced")
        let writer = try AtomicFileWriter(path: path)
        try writer.write("abc")
        try writer.pad(to: 8)
        #expect(writer.position == 8)
        try writer.commit()
        let file = try MappedFile(path: path)
        #expect(file.withUnsafeBytes { [UInt8]($0) } == [97, 98, 99, 0, 0, 0, 0, 0])
        #expect(folder.names == ["replaced"])
    }

    @Test("Writing to a device writes to it and does not replace it")
    func device() throws {
        let writer = try AtomicFileWriter(path: "/dev/null")
        try writer.write([1])
        try writer.commit()
        #expect(SystemCall.kind(of: "/dev/null") == .other)
    }
}

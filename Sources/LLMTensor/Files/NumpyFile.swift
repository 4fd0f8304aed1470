/// Writes a matrix of float32 as a NumPy array file (format version 1.0, C order), row after row.
///
/// The file appears under its name when ``finish()`` returns. One owner at a time.
public final class NumpyFile {
    /// Extents: rows and columns.
    public let shape: (rows: Int, columns: Int)
    private let writer: AtomicFileWriter
    private let dataStart: Int

    /// Starts a file for exactly `rows` rows of `columns` numbers.
    ///
    /// - Throws: ``TensorFileError`` when the file cannot be created or the shape is not valid.
    public init(path: String, rows: Int, columns: Int) throws(TensorFileError) {
        do {
            _ = try ElementType.f32.byteCount(shape: [rows, columns])
        } catch {
            throw .tensor(at: FileLocation(path: path), error: error)
        }
        shape = (rows, columns)
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
        let unpadded = 10 + header.utf8.count + 1
        header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        var prefix: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        prefix.appendLittleEndian(UInt16(truncatingIfNeeded: header.utf8.count))
        writer = try AtomicFileWriter(path: path)
        try writer.write(prefix)
        try writer.write(header)
        dataStart = writer.position
    }

    /// Appends numbers; any count, rows may be split over calls.
    public func append(_ values: UnsafeBufferPointer<Float>) throws(TensorFileError) {
        #if _endian(little)
            try writer.write(UnsafeRawBufferPointer(values))
        #else
            var bytes: [UInt8] = []
            for value in values { bytes.appendLittleEndian(value.bitPattern) }
            try writer.write(bytes)
        #endif
    }

    /// Completes the file.
    ///
    /// - Throws: ``TensorFileError/cannotWrite(path:reason:)`` when not all rows were given; no file is left then.
    public func finish() throws(TensorFileError) {
        let given = (writer.position - dataStart) / 4
        guard given == shape.rows * shape.columns else {
            throw .cannotWrite(
                path: writer.path,
                reason: "\(given) numbers were given for \(shape.rows) rows of \(shape.columns)")
        }
        try writer.commit()
    }
}

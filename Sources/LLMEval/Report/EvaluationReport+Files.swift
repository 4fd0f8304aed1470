public import LLMTensor

extension EvaluationReport {
    /// Writes the HTML file; a file that is there is replaced at once and whole.
    ///
    /// - Throws: `TensorFileError` naming the path and what the system said.
    public func save(html path: String) throws(TensorFileError) {
        try Self.write(Array(html().utf8), path)
    }

    /// Writes the canonical JSON; a file that is there is replaced at once and whole.
    ///
    /// - Throws: `TensorFileError` naming the path and what the system said.
    public func save(json path: String) throws(TensorFileError) {
        try Self.write(jsonBytes() + [0x0A], path)
    }

    private static func write(_ bytes: [UInt8], _ path: String) throws(TensorFileError) {
        let writer = try AtomicFileWriter(path: path)
        try writer.write(bytes)
        try writer.commit()
    }
}

internal import LLMTensor

/// Files of one JSON record a line.
enum ExampleFile {
    /// Encodes the records of a file, in order; empty lines are passed over.
    ///
    /// - Parameter limit: The most records that are read; nil for all.
    /// - Throws: ``TrainingError/badRecord(source:line:reason:)``, `TensorFileError`, or `CancellationError`.
    static func read(path: String, encoder: ExampleEncoder, limit: Int? = nil) throws -> [TrainingExample] {
        var examples: [TrainingExample] = []
        try forEachRecord(path: path, limit: limit) { line, record in
            do throws(RecordProblem) { examples.append(try encoder.encode(record)) } catch {
                throw TrainingError.badRecord(source: path, line: line, reason: error.description)
            }
        }
        return examples
    }

    /// Calls `body` with every record and its line.
    static func forEachRecord(path: String, limit: Int? = nil, _ body: (Int, JSONValue) throws -> Void) throws {
        let file = try MappedFile(path: path)
        try file.withUnsafeBytes { bytes in
            var start = 0
            var line = 0
            var count = 0
            while start < bytes.count, count < limit ?? .max {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
                let length = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
                let text = UnsafeRawBufferPointer(rebasing: rest[..<length])
                start += length + 1
                line += 1
                if line % 256 == 0 { try Task.checkCancellation() }
                guard text.contains(where: { $0 > 0x20 }) else { continue }
                let record: JSONValue
                do throws(JSONError) { record = try JSONValue.parse(bytes: text, source: path) } catch {
                    throw TrainingError.badRecord(
                        source: path, line: line,
                        reason: "\(error.path): expected \(error.expected), found \(error.found)")
                }
                try body(line, record)
                count += 1
            }
        }
    }
}

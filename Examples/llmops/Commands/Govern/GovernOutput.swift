#if CommandLine
    import LLMTensor

    /// What the govern commands read and print.
    enum GovernOutput {
        static func print(_ value: JSONValue) throws {
            try StandardStreams.write(JSONWriter(layout: .spaced).bytes(of: value) + [UInt8(ascii: "\n")])
        }

        static func write(_ bytes: [UInt8], to path: String) throws {
            let writer = try AtomicFileWriter(path: path)
            try writer.write(bytes)
            try writer.commit()
        }

        /// The texts of a file: of JSON Lines the member named, of other files one text per line.
        static func texts(path: String, field: String) throws -> [String] {
            let lines = try InputText.lines(path: path)
            guard path.hasSuffix(".jsonl") else { return lines }
            return try lines.enumerated().map { index, line in
                let object = try JSONNode(JSONValue.parse(line, source: path), source: "\(path): line \(index + 1)")
                return try object[field].string()
            }
        }
    }
#endif

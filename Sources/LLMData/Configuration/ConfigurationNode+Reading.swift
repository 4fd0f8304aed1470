internal import LLMTensor

extension ConfigurationNode {
    /// Reads a file of YAML or JSON.
    ///
    /// - Throws: ``ConfigurationError``.
    public static func read(path: String) throws(ConfigurationError) -> ConfigurationNode {
        let file: MappedFile
        do throws(TensorFileError) {
            file = try MappedFile(path: path)
        } catch {
            if case .notFound = error {
                throw ConfigurationError(
                    .notFound, source: path, expected: "a configuration file", found: "no such file")
            }
            throw ConfigurationError(.unreadable, source: path, expected: "a readable file", found: "\(error)")
        }
        return try parse(bytes: file.withUnsafeBytes { Array($0.prefix(maximumByteCount + 1)) }, source: path)
    }

    /// Reads a text of YAML or JSON.
    ///
    /// - Parameter source: Name of the text in errors.
    public static func parse(_ text: String, source: String = "configuration") throws(ConfigurationError)
        -> ConfigurationNode
    {
        try parse(bytes: Array(text.utf8), source: source)
    }

    /// Reads bytes of YAML or JSON in UTF-8.
    static func parse(bytes: [UInt8], source: String) throws(ConfigurationError) -> ConfigurationNode {
        guard bytes.count <= maximumByteCount else {
            throw ConfigurationError(
                .limit, source: source, expected: "at most \(maximumByteCount) bytes", found: "more")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let start = bytes.withUnsafeBytes { raw in position(of: validPrefix(bytes), in: raw) }
            throw ConfigurationError(
                .syntax, source: source, position: start, expected: "UTF-8", found: "bytes that are not")
        }
        // Every JSON document is YAML in theory, but not its escapes and tabs to a YAML 1.1 parser. A flow mapping of
        // YAML may look like JSON, so that only a name that says JSON makes the error a JSON error.
        let first = bytes.first { $0 > 0x20 }
        let namesJSON = source.hasSuffix(".json")
        if namesJSON || first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            let result = bytes.withUnsafeBytes { raw -> Result<ConfigurationNode, ConfigurationError> in
                do throws(ConfigurationError) {
                    return .success(try parseJSON(raw, source: source))
                } catch {
                    return .failure(error)
                }
            }
            switch result {
            case .success(let node): return node
            case .failure(let error) where namesJSON || error.kind == .limit: throw error
            case .failure: break
            }
        }
        #if Storage
            return try parseYAML(text, source: source)
        #else
            _ = text
            throw ConfigurationError(
                .syntax, source: source, position: ConfigurationPosition(line: 1, column: 1),
                expected: "JSON (YAML needs the package trait Storage)", found: "something else")
        #endif
    }

    private static func validPrefix(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var count = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            count += UTF8.width(scalar)
        }
        return count
    }
}

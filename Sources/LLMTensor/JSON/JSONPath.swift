/// Finds the path of a place in a document, for error messages.
enum JSONPath {
    private struct Level {
        let isObject: Bool
        var index = 0
        var key: String?
    }

    /// The path of the value at `end`, from the bytes before it, which need not be well-formed after that.
    static func path(in bytes: UnsafeRawBufferPointer, upTo end: Int) -> String {
        var levels: [Level] = []
        var position = 0
        var expectsKey = false
        while position < min(end, bytes.count) {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                expectsKey = byte == UInt8(ascii: "{")
                levels.append(Level(isObject: expectsKey))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if !levels.isEmpty { levels.removeLast() }
                expectsKey = false
            case UInt8(ascii: ","):
                guard let level = levels.last else { break }
                expectsKey = level.isObject
                if level.isObject {
                    levels[levels.count - 1].key = nil
                } else {
                    levels[levels.count - 1].index += 1
                }
            case UInt8(ascii: "\""):
                let start = position
                skipString(bytes, &position, end: min(end, bytes.count))
                if expectsKey, position < end, !levels.isEmpty {
                    levels[levels.count - 1].key = String(decoding: bytes[start..<(position - 1)], as: UTF8.self)
                    expectsKey = false
                }
            default: break
            }
        }
        return levels.reduce(into: "$") { path, level in
            if !level.isObject {
                path += "[\(level.index)]"
            } else if let key = level.key {
                path += "." + key
            }
        }
    }

    private static func skipString(_ bytes: UnsafeRawBufferPointer, _ position: inout Int, end: Int) {
        while position < end {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") { position += 1 }
        }
    }
}

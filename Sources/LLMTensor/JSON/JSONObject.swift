/// The members of a JSON object in the order of the document.
///
/// Keys are compared by their bytes, not by canonical equivalence. Of members with the same key the last one counts,
/// as in most readers; ``duplicateKeys`` tells that there were others.
public struct JSONObject: Sendable {
    /// Keys in order, each once, at the place where it came first.
    public private(set) var keys: [String] = []
    /// Keys that the document gave more than once.
    public private(set) var duplicateKeys: [String] = []
    private var values: [JSONValue] = []
    /// Positions by key, kept only for objects too large to search.
    private var positions: [ByteKey: Int] = [:]
    private static let largestSearched = 8

    /// Makes an empty object.
    public init() {}

    /// Number of members.
    public var count: Int { keys.count }

    /// Whether there are no members.
    public var isEmpty: Bool { keys.isEmpty }

    /// Key and value pairs in order.
    public var members: Zip2Sequence<[String], [JSONValue]> { zip(keys, values) }

    /// The value of a key; setting nil removes the member.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { values[$0] } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): values[position] = value
            case (nil, let value?): add(key, value)
            case (let position?, nil): remove(at: position)
            case (nil, nil): break
            }
        }
    }

    /// Adds a member as a document does: a key that is there already gets the new value and counts as duplicate.
    mutating func append(key: String, value: JSONValue) {
        guard let position = position(of: key) else { return add(key, value) }
        values[position] = value
        duplicateKeys.append(key)
    }

    private mutating func add(_ key: String, _ value: JSONValue) {
        keys.append(key)
        values.append(value)
        if keys.count == Self.largestSearched + 1 {
            for (index, key) in keys.enumerated() { positions[ByteKey(key)] = index }
        } else if keys.count > Self.largestSearched {
            positions[ByteKey(key)] = keys.count - 1
        }
    }

    private mutating func remove(at position: Int) {
        keys.remove(at: position)
        values.remove(at: position)
        positions = [:]
        if keys.count > Self.largestSearched {
            for (index, key) in keys.enumerated() { positions[ByteKey(key)] = index }
        }
    }

    private func position(of key: String) -> Int? {
        if keys.count > Self.largestSearched { return positions[ByteKey(key)] }
        return keys.firstIndex { ByteKey($0) == ByteKey(key) }
    }
}

extension JSONObject: Equatable {
    /// Whether both have the same keys with the same values, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { key, value in right[key] == value }
    }
}

/// A string compared by its UTF-8 bytes.
package struct ByteKey: Hashable, Sendable {
    package let string: String

    package init(_ string: String) { self.string = string }

    package static func == (left: ByteKey, right: ByteKey) -> Bool {
        left.string.utf8.elementsEqual(right.string.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var copy = string
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// A string of a GGUF file: raw bytes, not necessarily valid UTF-8, that stay in the mapped file.
public struct GGUFString: Sendable {
    let storage: TensorStorage
    let offset: Int
    /// Number of bytes.
    public let count: Int

    init(storage: TensorStorage, offset: Int, count: Int) {
        self.storage = storage
        self.offset = offset
        self.count = count
    }

    /// Makes a string with a copy of `text` in UTF-8.
    public init(_ text: String) {
        self.init(bytes: [UInt8](text.utf8))
    }

    /// Makes a string with a copy of `bytes`.
    public init(bytes: [UInt8]) {
        self.init(storage: .ownedCopy(bytes), offset: 0, count: bytes.count)
    }

    /// Calls `body` with the bytes; the pointer is valid during the call.
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) {
            try body(UnsafeRawBufferPointer(rebasing: storage.bytes[offset..<(offset + count)]))
        }
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// The text if the bytes are valid UTF-8, nil otherwise.
    public var text: String? { withUnsafeBytes { String(validating: $0, as: UTF8.self) } }
}

extension GGUFString: Equatable {
    /// Whether both have the same bytes.
    public static func == (left: GGUFString, right: GGUFString) -> Bool {
        left.withUnsafeBytes { leftBytes in right.withUnsafeBytes { leftBytes.elementsEqual($0) } }
    }
}

extension TensorStorage {
    /// Owned memory for small values made by the program itself.
    static func ownedCopy(_ bytes: [UInt8]) -> TensorStorage {
        do {
            return try TensorStorage(copying: bytes)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}

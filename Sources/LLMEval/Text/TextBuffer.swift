/// The UTF-8 of one segment while it is rewritten step by step, in storage that is kept for the next segment.
struct TextBuffer: Sendable {
    private var storage: [UInt8] = []
    private var spare: [UInt8] = []
    private(set) var count = 0

    /// Takes the bytes of `text`.
    mutating func load(_ text: String) {
        if text.utf8.withContiguousStorageIfAvailable({ load($0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { load($0) }
        }
    }

    /// Takes bytes, which have to be UTF-8.
    mutating func load(_ bytes: UnsafeBufferPointer<UInt8>) {
        Self.grow(&storage, to: bytes.count)
        storage.withUnsafeMutableBufferPointer { _ = $0.update(fromContentsOf: bytes) }
        count = bytes.count
    }

    /// Replaces the content by what `body` writes.
    ///
    /// - Parameters:
    ///   - limit: most bytes that `body` may write.
    ///   - body: source, destination; returns how many bytes it wrote.
    mutating func rewrite(
        limit: Int, _ body: (UnsafeBufferPointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Int
    ) {
        Self.grow(&spare, to: limit)
        let count = count
        self.count = storage.withUnsafeBufferPointer { source in
            spare.withUnsafeMutableBufferPointer { target in
                guard let base = target.baseAddress else { return 0 }
                return body(UnsafeBufferPointer(rebasing: source[..<count]), base)
            }
        }
        swap(&storage, &spare)
    }

    func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        storage.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
    }

    /// Cuts white space off the end, as Python's `str.rstrip()`.
    mutating func trimEnd() {
        count = withBytes { bytes in
            var end = bytes.count
            while let length = Whitespace.length(endingAt: end, in: bytes) { end -= length }
            return end
        }
    }

    /// Cuts white space off the front, as Python's `str.lstrip()`.
    mutating func trimStart() {
        let start = withBytes { bytes in
            var start = 0
            while let length = Whitespace.length(startingAt: start, in: bytes) { start += length }
            return start
        }
        guard start > 0 else { return }
        rewrite(limit: count - start) { source, target in
            for index in start..<source.count { target[index - start] = source[index] }
            return source.count - start
        }
    }

    /// Puts one space between words and none at the ends, as Python's `" ".join(text.split())`.
    mutating func collapseWhitespace() {
        rewrite(limit: count) { source, target in
            var length = 0
            Whitespace.forEachWord(in: source) { start, end in
                if length > 0 {
                    target[length] = UInt8(ascii: " ")
                    length += 1
                }
                for index in start..<end {
                    target[length] = source[index]
                    length += 1
                }
            }
            return length
        }
    }

    private static func grow(_ array: inout [UInt8], to count: Int) {
        if array.count < count || array.isEmpty {
            array = [UInt8](repeating: 0, count: max(256, count + count / 2))
        }
    }
}

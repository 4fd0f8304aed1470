internal import CLLMKernels

/// Finds added tokens in a text: the leftmost, the longest of those that begin there.
final class AddedTokenMatcher: Sendable {
    private let tokens: [AddedToken]
    /// Whether a token begins with this byte.
    private let begins: ConstantBuffer<Bool>
    /// The byte with which all of them begin, if it is one.
    private let onlyBeginning: UInt8?
    /// Open addressing over (node, byte), see ``key(_:_:)``.
    private let edges: ConstantBuffer<Edge>
    private let shift: UInt64
    private let mask: Int
    /// Index of the token that ends at a node, -1 for none.
    private let ends: ConstantBuffer<Int32>

    private struct Edge: BitwiseCopyable {
        var key: UInt64
        var node: Int32
    }

    init(_ tokens: [AddedToken]) {
        self.tokens = tokens.filter { !$0.content.isEmpty }
        var children: [UInt64: Int32] = [:]
        var ends: [Int32] = [-1]
        var begins = [Bool](repeating: false, count: 256)
        for (index, token) in self.tokens.enumerated() {
            var node: Int32 = 0
            begins[Int(token.content[0])] = true
            for byte in token.content {
                let key = Self.key(node, byte)
                if let child = children[key] {
                    node = child
                } else {
                    let child = Int32(ends.count)
                    children[key] = child
                    ends.append(-1)
                    node = child
                }
            }
            ends[Int(node)] = Int32(index)
        }
        var bits: UInt64 = 4
        while 1 << bits < children.count * 2 { bits += 1 }
        shift = 64 - bits
        mask = 1 << Int(bits) - 1
        var table = [Edge](repeating: Edge(key: .max, node: -1), count: 1 << Int(bits))
        for (key, node) in children {
            var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
            while table[slot].node >= 0 { slot = (slot + 1) & mask }
            table[slot] = Edge(key: key, node: node)
        }
        edges = ConstantBuffer(table)
        self.ends = ConstantBuffer(ends)
        let bytes = Set(self.tokens.map { $0.content[0] })
        onlyBeginning = bytes.count == 1 ? bytes.first : nil
        self.begins = ConstantBuffer(begins)
    }

    var isEmpty: Bool { tokens.isEmpty }

    private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 { UInt64(node) << 8 | UInt64(byte) }

    @inline(__always)
    private func child(_ node: Int32, _ byte: UInt8) -> Int32 {
        let key = Self.key(node, byte)
        var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
        while true {
            let edge = edges.pointer[slot]
            if edge.key == key { return edge.node }
            if edge.node < 0 { return -1 }
            slot = (slot + 1) & mask
        }
    }

    /// The longest token at a position: its index and where it ends.
    private func longest(_ text: Bytes, at position: Int, _ end: Int) -> (index: Int, end: Int)? {
        var node: Int32 = 0
        var best: (Int, Int)?
        var at = position
        while at < end {
            node = child(node, text[at])
            if node < 0 { break }
            at += 1
            let token = ends.pointer[Int(node)]
            if token >= 0 { best = (Int(token), at) }
        }
        return best
    }

    /// Where the next byte is with which some token begins.
    @inline(__always)
    private func candidate(_ text: Bytes, from start: Int, _ end: Int) -> Int {
        if let onlyBeginning {
            return start + Int(llmk_find_byte(text + start, Int64(end - start), onlyBeginning))
        }
        var position = start
        while position < end, !begins.pointer[Int(text[position])] { position += 1 }
        return position
    }

    /// The parts of a text, in order; an empty text has none.
    ///
    /// - Parameter parseSpecial: with false, special tokens in the text are text.
    func forEachSection(_ text: Bytes, _ span: Span, parseSpecial: Bool, _ body: (TextSection) -> Void) {
        var done = span.start
        var position = span.start
        while true {
            position = candidate(text, from: position, span.end)
            guard position < span.end else { break }
            guard let (index, end) = longest(text, at: position, span.end) else {
                position += 1
                continue
            }
            let token = tokens[index]
            if token.isSpecial && !parseSpecial || token.isSingleWord && !isAlone(text, position, end, span) {
                position = end
                continue
            }
            var start = position
            var stop = end
            if token.stripsLeft { start = max(Self.spaceBefore(text, start, span, token), done) }
            if token.stripsRight { stop = Self.spaceBehind(text, stop, span, token) }
            if done < start { body(TextSection(id: -1, span: Span(start: done, end: start))) }
            // A token in the white space that the one before took along is no more.
            if start < stop { body(TextSection(id: token.id, span: Span(start: start, end: stop))) }
            done = stop
            position = end
        }
        if done < span.end { body(TextSection(id: -1, span: Span(start: done, end: span.end))) }
    }

    private func isAlone(_ text: Bytes, _ start: Int, _ end: Int, _ span: Span) -> Bool {
        if start > span.start {
            let before = UTF8Text.scalar(text, at: UTF8Text.start(text, before: start)).value
            if PreTokenizer.Step.isRustWord(before, UnicodeData.shared) { return false }
        }
        if end < span.end {
            let behind = UTF8Text.scalar(text, at: end).value
            if PreTokenizer.Step.isRustWord(behind, UnicodeData.shared) { return false }
        }
        return true
    }

    private static func isSpace(_ scalar: UInt32, _ token: AddedToken) -> Bool {
        token.stripsASCII
            ? scalar == 0x20 || (0x09...0x0D).contains(scalar) : UnicodeData.shared.contains(scalar, .whiteSpace)
    }

    private static func spaceBefore(_ text: Bytes, _ position: Int, _ span: Span, _ token: AddedToken) -> Int {
        var start = position
        while start > span.start {
            let before = UTF8Text.start(text, before: start)
            guard isSpace(UTF8Text.scalar(text, at: before).value, token) else { break }
            start = before
        }
        return start
    }

    private static func spaceBehind(_ text: Bytes, _ position: Int, _ span: Span, _ token: AddedToken) -> Int {
        var end = position
        while end < span.end {
            let (scalar, length) = UTF8Text.scalar(text, at: end)
            guard isSpace(scalar, token) else { break }
            end += length
        }
        return end
    }
}

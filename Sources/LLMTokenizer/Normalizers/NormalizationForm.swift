/// The four normalization forms of Unicode (UAX #15).
enum NormalizationForm: Sendable {
    case nfc, nfd, nfkc, nfkd

    var isCompatible: Bool { self == .nfkc || self == .nfkd }
    var composes: Bool { self == .nfc || self == .nfkc }

    /// Rewrites the text; where nothing can change, nothing is done.
    func apply(_ text: inout TextBuffer, spare: inout TextBuffer) {
        let hasChanged = text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            return self == .nfc
                ? applyComposed(text, base, &spare) : applyWhole(text, base, &spare)
        }
        if hasChanged { swap(&text, &spare) }
    }

    private func applyWhole(_ text: TextBuffer, _ base: Bytes, _ out: inout TextBuffer) -> Bool {
        guard let first = Self.firstTouched(base, text.count) else { return false }
        out.reset(tracksOrigins: text.tracksOrigins)
        // What is before it closes with the first that is touched, which may combine with it.
        var start = first
        if start > 0 { repeat { start -= 1 } while start > 0 && base[start] & 0xC0 == 0x80 }
        out.append(0..<start, of: text)
        var pass = NormalizationPass(form: self, position: start)
        pass.run(text, base, start..<text.count, &out)
        return true
    }

    /// Nearly all text is composed: only what may change is taken apart.
    private func applyComposed(_ text: TextBuffer, _ base: Bytes, _ out: inout TextBuffer) -> Bool {
        let check = ComposedCheck.shared
        guard var change = check.nextChange(base, from: 0, to: text.count) else { return false }
        out.reset(tracksOrigins: text.tracksOrigins)
        var position = 0
        var pass = NormalizationPass(form: self, position: 0)
        while true {
            out.append(position..<change.start, of: text)
            pass.run(text, base, change.start..<change.end, &out)
            position = change.end
            guard let next = check.nextChange(base, from: position, to: text.count) else { break }
            change = next
        }
        out.append(position..<text.count, of: text)
        return true
    }

    private static func firstTouched(_ base: Bytes, _ count: Int) -> Int? {
        let mappings = UnicodeMappings.shared
        var position = 0
        while position < count {
            let (scalar, length) = UTF8Text.scalar(base, at: position)
            if mappings.isTouched(scalar) { return position }
            position += length
        }
        return nil
    }
}

/// Takes a part of a text apart and puts it together again, in the order that a normalization form asks for.
struct NormalizationPass {
    private struct Piece {
        var scalar: UInt32
        var order: UInt8
        /// How many scalars more (or, negative, fewer) there are than in the original by this one.
        var change: Int
    }

    private let mappings = UnicodeMappings.shared
    private let isCompatible: Bool
    private let composes: Bool
    private var pieces: [Piece] = []
    /// The piece behind the last one of order 0.
    private var firstMark = 0
    private var isInOrder = true
    /// Where the original of the next piece is.
    private var cursor: Int

    init(form: NormalizationForm, position: Int) {
        isCompatible = form.isCompatible
        composes = form.composes
        cursor = position
    }

    /// Appends the normalized form of a range that nothing before or behind it combines with.
    mutating func run(_ text: TextBuffer, _ base: Bytes, _ range: Range<Int>, _ out: inout TextBuffer) {
        cursor = range.lowerBound
        var position = range.lowerBound
        while position < range.upperBound {
            let (scalar, length) = UTF8Text.scalar(base, at: position)
            // A starter that nothing combines with backwards closes what came before.
            if scalar < 0xA0 || !mappings.isTouched(scalar) { flush(text, base, &out) }
            decompose(scalar)
            position += length
        }
        flush(text, base, &out)
    }

    private mutating func decompose(_ scalar: UInt32) {
        var change = 0
        let isWhole = !mappings.decompose(scalar, compatible: isCompatible) { part in
            append(part, change)
            change = 1
        }
        if isWhole { append(scalar, 0) }
    }

    private mutating func append(_ scalar: UInt32, _ change: Int) {
        let order = mappings.combiningClass(scalar)
        if order == 0 {
            sortMarks()
            firstMark = pieces.count + 1
        } else if pieces.count > firstMark, pieces[pieces.count - 1].order > order {
            isInOrder = false
        }
        pieces.append(Piece(scalar: scalar, order: order, change: change))
    }

    /// Canonical ordering: the marks behind a starter by their class, equal ones as they were. Few are moved past one
    /// another, many are sorted, so that no text takes longer than n log n.
    private mutating func sortMarks() {
        guard !isInOrder else { return }
        isInOrder = true
        guard pieces.count - firstMark <= 16 else {
            let marks = pieces[firstMark...].enumerated()
                .sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
            pieces.replaceSubrange(firstMark..., with: marks.map(\.element))
            return
        }
        for index in firstMark..<pieces.count {
            let piece = pieces[index]
            var place = index
            while place > firstMark, pieces[place - 1].order > piece.order {
                pieces[place] = pieces[place - 1]
                place -= 1
            }
            pieces[place] = piece
        }
    }

    /// Writes the pieces. Their origins are counted off in order, as the reference does, whatever moved past what.
    private mutating func flush(_ text: TextBuffer, _ base: Bytes, _ out: inout TextBuffer) {
        sortMarks()
        firstMark = 0
        guard !pieces.isEmpty else { return }
        if composes { compose() }
        for piece in pieces { out.append(piece.scalar, change: piece.change, of: text, base, &cursor) }
        pieces.removeAll(keepingCapacity: true)
    }

    /// Puts together what has a composite, in place.
    private mutating func compose() {
        var count = 0
        var starter = -1
        for index in 0..<pieces.count {
            let piece = pieces[index]
            if starter >= 0 {
                let last = pieces[count - 1].order
                let isBlocked = count - 1 > starter && (last >= piece.order || last == 0)
                if !isBlocked, let composite = mappings.composite(pieces[starter].scalar, piece.scalar) {
                    pieces[starter].scalar = composite
                    pieces[starter].change += piece.change - 1
                    continue
                }
            }
            if piece.order == 0 { starter = count }
            pieces[count] = piece
            count += 1
        }
        pieces.removeLast(pieces.count - count)
    }
}

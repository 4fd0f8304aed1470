/// The four normalization forms of Unicode (UAX #15).
enum NormalizationForm: Sendable {
    case nfc, nfd, nfkc, nfkd

    private var isCompatible: Bool { self == .nfkc || self == .nfkd }
    private var composes: Bool { self == .nfc || self == .nfkc }

    private struct Piece {
        var scalar: UInt32
        var order: UInt8
        /// How many scalars more (or, negative, fewer) there are than in the original by this one.
        var change: Int
    }

    /// Rewrites the text; where nothing can change, nothing is done.
    func apply(_ text: inout TextBuffer, spare: inout TextBuffer) {
        let mappings = UnicodeMappings.shared
        guard Self.mayChange(text.bytes, mappings) else { return }
        spare.reset(tracksOrigins: text.tracksOrigins)
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var pieces: [Piece] = []
            var position = 0
            var cursor = 0
            while position < buffer.count {
                let (scalar, length) = UTF8Text.scalar(base, at: position)
                let isPlain = scalar < 0xA0 || !mappings.isTouched(scalar)
                // A starter that nothing combines with backwards closes what came before.
                if isPlain { flush(&pieces, text, base, &cursor, &spare, mappings) }
                decompose(scalar, &pieces, mappings)
                position += length
            }
            flush(&pieces, text, base, &cursor, &spare, mappings)
        }
        swap(&text, &spare)
    }

    private static func mayChange(_ bytes: [UInt8], _ mappings: UnicodeMappings) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            var position = 0
            while position < buffer.count {
                let (scalar, length) = UTF8Text.scalar(base, at: position)
                if mappings.isTouched(scalar) { return true }
                position += length
            }
            return false
        }
    }

    private func decompose(_ scalar: UInt32, _ pieces: inout [Piece], _ mappings: UnicodeMappings) {
        guard let parts = mappings.decomposition(scalar, compatible: isCompatible) else {
            insert(scalar, 0, &pieces, mappings)
            return
        }
        for (index, part) in parts.enumerated() { insert(part, index == 0 ? 0 : 1, &pieces, mappings) }
    }

    /// Puts a scalar behind those that may not come after it (canonical ordering).
    private func insert(_ scalar: UInt32, _ change: Int, _ pieces: inout [Piece], _ mappings: UnicodeMappings) {
        let order = mappings.combiningClass(scalar)
        var index = pieces.count
        if order > 0 { while index > 0, pieces[index - 1].order > order { index -= 1 } }
        pieces.insert(Piece(scalar: scalar, order: order, change: change), at: index)
    }

    /// Writes the pieces. Their origins are counted off in order, as the reference does, whatever moved past what.
    private func flush(
        _ pieces: inout [Piece], _ text: TextBuffer, _ base: Bytes, _ cursor: inout Int, _ out: inout TextBuffer,
        _ mappings: UnicodeMappings
    ) {
        guard !pieces.isEmpty else { return }
        if composes { compose(&pieces, mappings) }
        for piece in pieces {
            if piece.change > 0 {
                out.append(piece.scalar, from: text, at: max(cursor - 1, 0))
                continue
            }
            out.append(piece.scalar, from: text, at: cursor)
            for _ in 0...(-piece.change) where cursor < text.count { cursor += UTF8Text.length(base[cursor]) }
        }
        pieces.removeAll(keepingCapacity: true)
    }

    private func compose(_ pieces: inout [Piece], _ mappings: UnicodeMappings) {
        var result: [Piece] = []
        var starter = -1
        for piece in pieces {
            if starter >= 0 {
                let last = result[result.count - 1]
                let isBlocked = result.count - 1 > starter && (last.order >= piece.order || last.order == 0)
                if !isBlocked, let composite = mappings.composite(result[starter].scalar, piece.scalar) {
                    result[starter].scalar = composite
                    result[starter].change += piece.change - 1
                    continue
                }
            }
            if piece.order == 0 { starter = result.count }
            result.append(piece)
        }
        pieces = result
    }
}

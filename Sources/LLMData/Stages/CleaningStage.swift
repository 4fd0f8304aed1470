internal import LLMTokenizer

/// Removes what nobody sees and folds white space. Drops what is then empty: reason `empty`. Pure; may be called from
/// many threads.
///
/// Joiners (U+200C, U+200D) and directional marks stay, as Persian, Indic scripts and emoji need them, unless asked.
public struct CleaningStage: DocumentStage {
    /// What is done.
    public struct Configuration: Sendable, Hashable {
        /// Control characters other than tab and newline go, and so do U+FFFE-like noncharacters.
        public var removesControls = true
        /// Zero-width spaces, byte order marks, soft hyphens and word joiners go.
        public var removesInvisible = true
        /// Joiners, directional marks and variation selectors go, too.
        public var removesFormatting = false
        /// "\r\n", "\r", U+0085, U+2028, U+2029 become "\n"; other white space characters become spaces.
        public var unifiesWhitespace = true
        /// Runs of spaces and tabs become one space; none stay at the ends of lines.
        public var foldsSpaces = true
        /// Most empty lines in a row; nil leaves them.
        public var maximumEmptyLines: Int? = 1
        /// The text begins and ends without white space.
        public var strips = true
        /// Whether documents without text are dropped.
        public var dropsEmpty = true

        /// All but the removal of formatting characters.
        public init() {}
    }

    /// `cleaning`.
    public var name: String { "cleaning" }
    /// What is done.
    public let configuration: Configuration

    /// Makes a stage.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Changes the text.
    public func process(_ document: inout Document) -> StageDecision {
        document.rewrite(by: name) { bytes in
            filter(&bytes)
            if configuration.foldsSpaces || configuration.maximumEmptyLines != nil { foldLines(&bytes) }
            guard configuration.strips else { return }
            let (start, end) = bytes.withUnsafeBufferPointer { text in
                let start = TextScan.skipSpaces(text, from: 0, to: text.count)
                return (start, TextScan.skipSpacesBack(text, from: start, to: text.count))
            }
            bytes.removeSubrange(end...)
            bytes.removeSubrange(..<start)
        }
        return document.text.isEmpty && configuration.dropsEmpty ? .drop(reason: "empty") : .keep
    }

    private func filter(_ bytes: inout [UInt8]) {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        bytes.withUnsafeBufferPointer { text in
            var index = 0
            while index < text.count {
                let byte = text[index]
                if byte >= 0x20, byte < 0x7F {
                    output.append(byte)
                    index += 1
                    continue
                }
                let (scalar, length) = TextScan.scalar(text, at: index)
                index += length
                if configuration.unifiesWhitespace, scalar == 0x0D {
                    if index < text.count, text[index] == 0x0A { index += 1 }
                    output.append(0x0A)
                } else if configuration.unifiesWhitespace, Self.isLineEnd(scalar) {
                    output.append(0x0A)
                } else if configuration.unifiesWhitespace, Self.isWideSpace(scalar) {
                    output.append(0x20)
                } else if !isRemoved(scalar) {
                    output.append(contentsOf: text[(index - length)..<index])
                }
            }
        }
        bytes = output
    }

    private static func isLineEnd(_ scalar: UInt32) -> Bool {
        scalar == 0x0B || scalar == 0x0C || scalar == 0x85 || scalar == 0x2028 || scalar == 0x2029
    }

    private static func isWideSpace(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    private func isRemoved(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0: configuration.removesControls
        case 0xFDD0...0xFDEF: configuration.removesControls
        case 0xAD, 0x200B, 0x2060, 0xFEFF, 0x180E: configuration.removesInvisible
        case 0xFE00...0xFE0F, 0xE0100...0xE01EF: configuration.removesFormatting
        default:
            if scalar & 0xFFFE == 0xFFFE {
                configuration.removesControls
            } else {
                configuration.removesFormatting && UnicodeText.isFormat(scalar)
            }
        }
    }

    private func foldLines(_ bytes: inout [UInt8]) {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var pending = false
        var newlines = 0
        for byte in bytes {
            if byte == 0x0A {
                if !configuration.foldsSpaces, pending { newlines = 0 }
                pending = false
                newlines += 1
                if let limit = configuration.maximumEmptyLines, newlines > limit + 1 { continue }
                output.append(byte)
            } else if configuration.foldsSpaces, byte == 0x20 || byte == 0x09 {
                pending = true
            } else {
                if pending { output.append(0x20) }
                pending = false
                newlines = 0
                output.append(byte)
            }
        }
        bytes = output
    }
}

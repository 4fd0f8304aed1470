/// Which script a scalar is of, as the UnicodeScripts pre-tokenizer counts scripts.
enum UnicodeScripts {
    private static let runs: (starts: [UInt32], numbers: [UInt8]) = {
        let text = UnicodeScriptTable.runs
        var starts: [UInt32] = []
        var numbers: [UInt8] = []
        var start: UInt32 = 0
        var value: UInt32 = 0
        func close() {
            starts.append(start)
            start += value
            value = 0
        }
        for byte in UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount) {
            switch byte {
            case UInt8(ascii: "*"):
                numbers.append(UInt8(truncatingIfNeeded: value))
                value = 0
            case UInt8(ascii: ","): close()
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
            default: break
            }
        }
        close()
        return (starts, numbers)
    }()

    /// A number for each script, 0 for scalars that are of any.
    static func script(of scalar: UInt32) -> UInt8 {
        let (starts, numbers) = runs
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= scalar { low = middle } else { high = middle }
        }
        return low < numbers.count ? numbers[low] : 0
    }

    /// Puts a word's beginning wherever the script changes; what comes before the first script is dropped, as by the
    /// reference.
    static func split(_ text: Bytes, _ span: Span, into words: inout [Span]) {
        var start = -1
        var script: UInt8 = 0
        var position = span.start
        while position < span.end {
            let (scalar, length) = UTF8Text.scalar(text, at: position)
            let next = self.script(of: scalar)
            if next != 0, next != script {
                if start >= 0 { words.append(Span(start: start, end: position)) }
                start = position
                script = next
            }
            position += length
        }
        if start >= 0 { words.append(Span(start: start, end: span.end)) }
    }
}

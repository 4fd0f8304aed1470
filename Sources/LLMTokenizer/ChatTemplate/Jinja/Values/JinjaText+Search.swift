/// Finding, splitting, stripping and replacing: the parts of Python's `str` that look for other text.
extension JinjaText {
    /// First byte offset of `needle` at or after `start`, in linear time.
    func firstIndex(of needle: JinjaText, from start: Int = 0, to end: Int? = nil) -> Int? {
        let limit = end ?? bytes.count
        let count = needle.bytes.count
        if count == 0 { return start <= limit ? start : nil }
        guard limit - start >= count else { return nil }
        return bytes.withUnsafeBufferPointer { text in
            needle.bytes.withUnsafeBufferPointer { pattern in
                if count <= 8 {
                    let first = pattern[0]
                    var index = start
                    while index <= limit - count {
                        if text[index] == first {
                            var matched = 1
                            while matched < count, text[index + matched] == pattern[matched] { matched += 1 }
                            if matched == count { return index }
                        }
                        index += 1
                    }
                    return nil
                }
                let fallback = Self.fallbackTable(pattern)
                var matched = 0
                for index in start..<limit {
                    while matched > 0, text[index] != pattern[matched] { matched = fallback[matched - 1] }
                    if text[index] == pattern[matched] { matched += 1 }
                    if matched == count { return index - count + 1 }
                }
                return nil
            }
        }
    }

    /// Knuth-Morris-Pratt: length of the longest border of each prefix.
    private static func fallbackTable(_ pattern: UnsafeBufferPointer<UInt8>) -> [Int] {
        var table = [Int](repeating: 0, count: pattern.count)
        var length = 0
        for index in 1..<max(1, pattern.count) {
            while length > 0, pattern[index] != pattern[length] { length = table[length - 1] }
            if pattern[index] == pattern[length] { length += 1 }
            table[index] = length
        }
        return table
    }

    /// Last byte offset of `needle`, by searching both reversed.
    func lastIndex(of needle: JinjaText) -> Int? {
        if needle.isEmpty { return bytes.count }
        let reversedText = JinjaText(bytes: bytes.reversed())
        let reversedNeedle = JinjaText(bytes: needle.bytes.reversed())
        guard let index = reversedText.firstIndex(of: reversedNeedle) else { return nil }
        return bytes.count - index - needle.bytes.count
    }

    func contains(_ needle: JinjaText) -> Bool { firstIndex(of: needle) != nil }
    func hasPrefix(_ prefix: JinjaText) -> Bool { bytes.starts(with: prefix.bytes) }
    func hasSuffix(_ suffix: JinjaText) -> Bool {
        bytes.count >= suffix.bytes.count && bytes[(bytes.count - suffix.bytes.count)...].elementsEqual(suffix.bytes)
    }

    /// Byte offsets of every non-overlapping occurrence, at most `limit` of them.
    func occurrences(of needle: JinjaText, limit: Int) -> [Int] {
        var result: [Int] = []
        var start = 0
        while result.count < limit, let index = firstIndex(of: needle, from: start) {
            result.append(index)
            start = index + needle.bytes.count
        }
        return result
    }

    /// `str.strip`, `lstrip`, `rstrip`; `characters` nil means whitespace.
    func stripped(leading: Bool = true, trailing: Bool = true, characters: JinjaText? = nil) -> JinjaText {
        let set = characters.map { Set($0.scalars) }
        func isStripped(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? scalar.isPythonWhitespace }
        var start = 0
        var end = bytes.count
        if leading {
            while start < end {
                let (scalar, length) = scalar(at: start)
                guard isStripped(scalar) else { break }
                start += length
            }
        }
        if trailing {
            while end > start {
                let (scalar, length) = scalar(before: end)
                guard isStripped(scalar) else { break }
                end -= length
            }
        }
        return start == 0 && end == bytes.count ? self : JinjaText(bytes[start..<end])
    }

    /// `str.replace` with a non-empty `old`; `limit` nil means all.
    func replacing(_ old: JinjaText, with new: JinjaText, limit: Int?) -> JinjaText {
        let limit = limit ?? Int.max
        if old.isEmpty { return interleaving(new, limit: limit) }
        let places = occurrences(of: old, limit: limit)
        if places.isEmpty { return self }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + places.count * (new.bytes.count - old.bytes.count))
        var start = 0
        for place in places {
            result += bytes[start..<place]
            result += new.bytes
            start = place + old.bytes.count
        }
        result += bytes[start...]
        return JinjaText(bytes: result)
    }

    /// What replacing the empty string does: `new` before every scalar and at the end.
    private func interleaving(_ new: JinjaText, limit: Int) -> JinjaText {
        var result = JinjaText("")
        var used = 0
        for scalar in scalars {
            if used < limit {
                result.append(new)
                used += 1
            }
            result.append(scalar)
        }
        if used < limit { result.append(new) }
        return result
    }

    /// `str.split(separator, maximum)` for a non-empty separator; `maximum` is the number of cuts.
    func split(separator: JinjaText, maximum: Int, fromEnd: Bool) -> [JinjaText] {
        if fromEnd, maximum != Int.max {
            let text = JinjaText(bytes: bytes.reversed())
            let pieces = text.split(
                separator: JinjaText(bytes: separator.bytes.reversed()), maximum: maximum, fromEnd: false)
            return pieces.reversed().map { JinjaText(bytes: $0.bytes.reversed()) }
        }
        if fromEnd, maximum == Int.max {
            // Overlapping separators are cut from the end: reverse as well.
            let text = JinjaText(bytes: bytes.reversed())
            let reversedSeparator = JinjaText(bytes: separator.bytes.reversed())
            let places = text.occurrences(of: reversedSeparator, limit: Int.max)
            return text.cut(at: places, length: separator.bytes.count).reversed()
                .map { JinjaText(bytes: $0.bytes.reversed()) }
        }
        return cut(at: occurrences(of: separator, limit: maximum), length: separator.bytes.count)
    }

    private func cut(at places: [Int], length: Int) -> [JinjaText] {
        var result: [JinjaText] = []
        var start = 0
        for place in places {
            result.append(JinjaText(bytes[start..<place]))
            start = place + length
        }
        result.append(JinjaText(bytes[start...]))
        return result
    }

    /// `str.split()` at runs of whitespace.
    func splitAtWhitespace(maximum: Int, fromEnd: Bool) -> [JinjaText] {
        fromEnd ? splitAtWhitespaceFromEnd(maximum: maximum) : splitAtWhitespaceFromStart(maximum: maximum)
    }

    private func splitAtWhitespaceFromStart(maximum: Int) -> [JinjaText] {
        var result: [JinjaText] = []
        var index = 0
        while true {
            while index < bytes.count {
                let (scalar, length) = scalar(at: index)
                guard scalar.isPythonWhitespace else { break }
                index += length
            }
            guard index < bytes.count else { return result }
            if result.count == maximum {
                result.append(JinjaText(bytes[index...]))
                return result
            }
            let start = index
            while index < bytes.count {
                let (scalar, length) = scalar(at: index)
                guard !scalar.isPythonWhitespace else { break }
                index += length
            }
            result.append(JinjaText(bytes[start..<index]))
        }
    }

    private func splitAtWhitespaceFromEnd(maximum: Int) -> [JinjaText] {
        var result: [JinjaText] = []
        var end = bytes.count
        while true {
            while end > 0 {
                let (scalar, length) = scalar(before: end)
                guard scalar.isPythonWhitespace else { break }
                end -= length
            }
            guard end > 0 else { return result.reversed() }
            if result.count == maximum {
                result.append(JinjaText(bytes[..<end]))
                return result.reversed()
            }
            var start = end
            while start > 0 {
                let (scalar, length) = scalar(before: start)
                guard !scalar.isPythonWhitespace else { break }
                start -= length
            }
            result.append(JinjaText(bytes[start..<end]))
            end = start
        }
    }

    /// `str.splitlines`.
    func lines(keepingEnds: Bool) -> [JinjaText] {
        var result: [JinjaText] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let (scalar, length) = scalar(at: index)
            switch scalar.value {
            case 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029:
                var next = index + length
                if scalar.value == 0x0D, next < bytes.count, bytes[next] == 0x0A { next += 1 }
                result.append(JinjaText(bytes[start..<(keepingEnds ? next : index)]))
                start = next
                index = next
            default: index += length
            }
        }
        if start < bytes.count { result.append(JinjaText(bytes[start...])) }
        return result
    }
}

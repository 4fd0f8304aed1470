/// About how many bytes zlib would make of a text.
///
/// Greedy LZ77 in a window of 32 KiB; literals, lengths and distances are charged their entropy in the text, as
/// dynamic Huffman codes come close to, plus extra bits and the code tables.
enum CompressedSize {
    static func bytes(_ text: [UInt8]) -> Int {
        var latest: [UInt32: Int] = [:]
        var previous = Array(repeating: -1, count: text.count)
        var symbols = Array(repeating: 0, count: 320)
        var distances = Array(repeating: 0, count: 64)
        var extraBits = 0
        var place = 0
        while place < text.count {
            let (length, distance) = longestMatch(text, place, latest: latest, previous: previous)
            if length >= 3 {
                let (lengthCode, lengthBits) = logarithmicCode(length - 3, 4)
                let (distanceCode, distanceBits) = logarithmicCode(distance - 1, 2)
                symbols[257 + lengthCode] += 1
                distances[distanceCode] += 1
                extraBits += lengthBits + distanceBits
            } else {
                symbols[Int(text[place])] += 1
            }
            for passed in place..<place + (length >= 3 ? length : 1) where passed + 3 <= text.count {
                previous[passed] = latest.updateValue(passed, forKey: key(text, passed)) ?? -1
            }
            place += length >= 3 ? length : 1
        }
        symbols[256] += 1
        let tables = 5 * (symbols.count { $0 > 0 } + distances.count { $0 > 0 }) / 2 + 60
        let bits = entropy(symbols) + entropy(distances) + Double(extraBits + tables + 17)
        // Header and checksum of the zlib format; stored blocks bound the size of what does not compress.
        return min(Int(bits / 8) + 1, text.count + 5) + 6
    }

    private static func key(_ text: [UInt8], _ place: Int) -> UInt32 {
        UInt32(text[place]) << 16 | UInt32(text[place + 1]) << 8 | UInt32(text[place + 2])
    }

    /// The longest of the 64 latest matches in the window.
    private static func longestMatch(
        _ text: [UInt8], _ place: Int, latest: [UInt32: Int], previous: [Int]
    ) -> (length: Int, distance: Int) {
        guard place + 3 <= text.count else { return (0, 0) }
        var best = (length: 0, distance: 0)
        var candidate = latest[key(text, place)] ?? -1
        var tries = 0
        while candidate >= 0, tries < 64, place - candidate <= 32_768 {
            var length = 0
            while length < 258, place + length < text.count, text[candidate + length] == text[place + length] {
                length += 1
            }
            if length > best.length { best = (length, place - candidate) }
            candidate = previous[candidate]
            tries += 1
        }
        return best
    }

    /// Codes whose steps double every `steps` codes, as deflate's do.
    private static func logarithmicCode(_ value: Int, _ steps: Int) -> (code: Int, extraBits: Int) {
        guard value >= 2 * steps else { return (value, 0) }
        let top = Int.bitWidth - 1 - value.leadingZeroBitCount
        let bits = top - steps.trailingZeroBitCount
        return ((value >> bits) + steps * bits, bits)
    }

    private static func entropy(_ counts: [Int]) -> Double {
        let total = Double(counts.reduce(0, +))
        return counts.reduce(0) { $1 == 0 ? $0 : $0 - Double($1) * Libm.log2(Double($1) / total) }
    }
}

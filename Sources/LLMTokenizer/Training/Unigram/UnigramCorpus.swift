/// The words of a corpus in the order of their bytes, in UTF-8, one behind the other.
final class UnigramCorpus: Sendable {
    let text: ConstantBuffer<UInt8>
    /// Where each word begins, and the end.
    let starts: ConstantBuffer<Int>
    let counts: ConstantBuffer<Int64>
    /// How often each scalar came, in ascending order of scalars.
    let scalars: [(scalar: UInt32, count: Int64)]

    var wordCount: Int { counts.count }

    init(_ table: WordTable, isByteLevel: Bool) {
        var words: [(word: [UInt8], count: Int64)] = []
        words.reserveCapacity(table.count)
        table.forEach { word, count in
            words.append((isByteLevel ? ByteAlphabet.encode(word) : Array(word), count))
        }
        words.sort { $0.word.lexicographicallyPrecedes($1.word) }
        var text: [UInt8] = []
        var starts = [0]
        var known = ScalarCounts()
        let reader = UnitReader(isByteLevel: false)
        for item in words {
            text += item.word
            starts.append(text.count)
            item.word.withUnsafeBufferPointer { word in
                reader.forEach(word) { scalar, _, _ in known.add(scalar, item.count) }
            }
        }
        self.text = ConstantBuffer(text)
        self.starts = ConstantBuffer(starts)
        counts = ConstantBuffer(words.map(\.count))
        scalars = known.dictionary.map { (scalar: $0.key, count: $0.value) }.sorted { $0.scalar < $1.scalar }
    }
}

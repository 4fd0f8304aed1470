internal import CLLMKernels

/// Words that go through a ``UnigramModel`` together, and what becomes of them. Used by one thread at a time.
final class UnigramWords {
    typealias Word = llmk_unigram_word

    /// Stands behind every word, and in no UTF-8.
    static let terminator: UInt8 = 0xFF

    private let bytes = GrowingBuffer<UInt8>()
    private let spans = GrowingBuffer<Word>()
    private let made = GrowingBuffer<TokenID>()
    private(set) var count = 0
    /// Where the open word begins, and how many of its bytes are only a mark.
    private var start = 0
    private var markLength = 0
    private var end = 0

    var text: Bytes { Bytes(bytes.pointer) }
    var words: UnsafeMutablePointer<Word> { spans.pointer }
    /// The ids of all words, after ``take(_:from:)``.
    var ids: UnsafePointer<TokenID> { UnsafePointer(made.pointer) }

    /// Whether so much more text can be counted.
    func hasRoom(for more: Int) -> Bool { more < 1 << 28 - end }

    func removeAll() {
        count = 0
        start = 0
        end = 0
    }

    /// Goes back to so many words, none of them open.
    func remove(from first: Int) {
        count = first
        start = first == 0 ? 0 : Int(words[first - 1].end) + 1
        end = start
    }

    /// Begins a word with a mark, which alone is no word.
    @inline(__always)
    func begin(_ mark: [UInt8]) {
        start = end
        markLength = mark.count
        let target = bytes.ensure(end + mark.count)
        for index in 0..<mark.count { target[end + index] = mark[index] }
        end += mark.count
    }

    @inline(__always)
    func append(_ text: Bytes, _ number: Int) {
        let target = bytes.ensure(end + number) + end
        for index in 0..<number { target[index] = text[index] }
        end += number
    }

    /// Ends the word, if there is one.
    @inline(__always)
    func finish() {
        guard end - start > markLength else {
            end = start
            return
        }
        spans.ensure(count + 1)[count] = Word(
            start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end), last_id: 0)
        count += 1
        // The search looks one byte further.
        bytes.ensure(end + 2)[end] = Self.terminator
        end += 1
    }

    /// The ids of a range of words.
    @inline(__always)
    func ids(of range: Range<Int>) -> UnsafeBufferPointer<TokenID> {
        let first = range.lowerBound == 0 ? 0 : Int(words[range.lowerBound - 1].last_id)
        let last = range.upperBound == 0 ? 0 : Int(words[range.upperBound - 1].last_id)
        return UnsafeBufferPointer(start: made.pointer + first, count: last - first)
    }

    /// Moves the ids that were appended to `scratch` since `first` over here.
    func take(_ scratch: EncodeScratch, from first: Int) {
        let number = scratch.count - first
        made.ensure(number).update(from: scratch.ids + first, count: number)
        scratch.removeLast(number)
    }
}

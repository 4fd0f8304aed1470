/// The characters of a dictionary as codes: one byte for those that its tokens have most of, up to four for others, and
/// no code begins with another one. A walk along the dictionary then takes about a step a character in every script.
final class PieceAlphabet: Sendable {
    struct Code: BitwiseCopyable {
        /// The first byte lowest.
        var bytes: UInt32
        /// 0 for characters that are in no token.
        var count: Int
    }

    /// Leads of codes of one, two, three and four bytes.
    private static let leads: (one: UInt32, two: UInt32, three: UInt32, four: UInt32) = (0, 192, 251, 255)

    /// Numbers of characters, the most frequent one is 1, in pages of 256; the first page is of characters without.
    private let pages: ConstantBuffer<Int32>
    private let numbers: ConstantBuffer<Int32>

    /// - Parameter tokens: well-formed ones.
    init(_ tokens: [UnsafeBufferPointer<UInt8>]) {
        var pages = [Int32](repeating: 0, count: 0x2000)
        var numbers = [Int32](repeating: 0, count: 256)
        var pageOf: [Int] = [0]
        for token in tokens {
            Self.forEachScalar(token) { scalar in
                let page = Int(scalar >> 8)
                if pages[page] == 0 {
                    pages[page] = Int32(pageOf.count)
                    pageOf.append(page)
                    numbers += repeatElement(0, count: 256)
                }
                numbers[Int(pages[page]) << 8 | Int(scalar & 0xFF)] &+= 1
            }
        }
        var found: [(count: Int32, scalar: Int, place: Int)] = []
        for (place, count) in numbers.enumerated() where count != 0 {
            found.append((count, pageOf[place >> 8] << 8 | place & 0xFF, place))
        }
        found.sort { $0.count != $1.count ? $0.count > $1.count : $0.scalar < $1.scalar }
        for (index, character) in found.enumerated() { numbers[character.place] = Int32(index + 1) }
        self.pages = ConstantBuffer(pages)
        self.numbers = ConstantBuffer(numbers)
    }

    @inline(__always)
    private static func forEachScalar(_ text: UnsafeBufferPointer<UInt8>, _ body: (UInt32) -> Void) {
        guard let base = text.baseAddress else { return }
        var position = 0
        while position < text.count {
            let (scalar, length) = UTF8Text.scalar(base, at: position)
            body(scalar)
            position += length
        }
    }

    @inline(__always)
    func code(_ scalar: UInt32) -> Code {
        let page = Int(pages.pointer[Int(scalar >> 8)])
        let number = UInt32(bitPattern: numbers.pointer[page << 8 | Int(scalar & 0xFF)])
        if number < Self.leads.two { return Code(bytes: number, count: number == 0 ? 0 : 1) }
        return longCode(number - Self.leads.two)
    }

    private func longCode(_ number: UInt32) -> Code {
        var rest = number
        func byte(_ index: UInt32) -> UInt32 { (rest >> (8 * index)) & 0xFF }
        let twos = (Self.leads.three - Self.leads.two) << 8
        if rest < twos { return Code(bytes: Self.leads.two + rest >> 8 | byte(0) << 8, count: 2) }
        rest -= twos
        let threes = (Self.leads.four - Self.leads.three) << 16
        if rest < threes {
            return Code(bytes: Self.leads.three + rest >> 16 | byte(1) << 8 | byte(0) << 16, count: 3)
        }
        rest -= threes
        return Code(bytes: Self.leads.four | byte(2) << 8 | byte(1) << 16 | byte(0) << 24, count: 4)
    }

    /// Writes the codes of well-formed text, with up to three bytes behind them, and returns their number; nil when there
    /// is none for some character. No character takes more than four.
    @inline(__always)
    func write(_ text: Bytes, _ count: Int, to out: UnsafeMutablePointer<UInt8>) -> Int? {
        var position = 0
        var written = 0
        while position < count {
            let (scalar, length) = UTF8Text.scalar(text, at: position)
            let code = code(scalar)
            if code.count == 0 { return nil }
            UnsafeMutableRawPointer(out + written).storeBytes(of: code.bytes.littleEndian, as: UInt32.self)
            written += code.count
            position += length
        }
        return written
    }
}

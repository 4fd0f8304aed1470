/// A number for every Unicode scalar, worked out for 256 neighbours at a time when the first of them is met.
///
/// The standard library answers about one scalar in tens of nanoseconds; a text asks again and again about few pages.
struct ScalarPages: Sendable {
    private static let pageCount = 0x1100

    private let number: @Sendable (Unicode.Scalar) -> UInt32
    private var pages: [Int32] = []
    private var entries: [UInt32] = []

    init(_ number: @escaping @Sendable (Unicode.Scalar) -> UInt32) { self.number = number }

    /// The number of a scalar, 0 for what is none.
    @inline(__always) mutating func entry(of scalar: UInt32) -> UInt32 {
        let page = Int(scalar >> 8)
        if page < pages.count, pages[page] >= 0 { return entries[Int(pages[page]) + Int(scalar & 0xFF)] }
        return fill(page, for: scalar)
    }

    @inline(never) private mutating func fill(_ page: Int, for scalar: UInt32) -> UInt32 {
        guard page < Self.pageCount else { return 0 }
        if pages.isEmpty { pages = Array(repeating: -1, count: Self.pageCount) }
        pages[page] = Int32(entries.count)
        let first = UInt32(page) << 8
        for value in first...first + 0xFF { entries.append(Unicode.Scalar(value).map(number) ?? 0) }
        return entries[Int(pages[page]) + Int(scalar & 0xFF)]
    }
}

/// The general categories that tokenization rules speak of, as flags above the 21 bits of a scalar.
enum ScalarClass {
    static let scalarMask: UInt32 = 0x1F_FFFF
    private static let number: UInt32 = 1 << 24
    private static let punctuation: UInt32 = 1 << 25
    private static let symbol: UInt32 = 1 << 26

    @inline(__always) static func isNumber(_ scalar: UInt32) -> Bool { scalar & number != 0 }
    @inline(__always) static func isPunctuation(_ scalar: UInt32) -> Bool { scalar & punctuation != 0 }
    @inline(__always) static func isSymbol(_ scalar: UInt32) -> Bool { scalar & symbol != 0 }

    /// N*, P* or S*, or none of them.
    static func flags(of scalar: Unicode.Scalar) -> UInt32 {
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: number
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            punctuation
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: symbol
        default: 0
        }
    }
}

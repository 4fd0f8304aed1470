/// What split scanners ask of a scalar: a byte instead of a class mask.
enum ScanFlags {
    static let letter: UInt8 = 1
    static let number: UInt8 = 2
    static let space: UInt8 = 4
    static let newline: UInt8 = 8
    /// In the first class of the o200k pattern: Lu, Lt, Lm, Lo, M.
    static let upper: UInt8 = 16
    /// In the second class: Ll, Lm, Lo, M.
    static let lower: UInt8 = 32
    static let mark: UInt8 = 64
    static let punctuationOrSymbol: UInt8 = 128

    static func of(_ mask: UInt64) -> UInt8 {
        func has(_ set: ScalarClass) -> Bool { mask & set.rawValue != 0 }
        var flags: UInt8 = 0
        if has(.letter) { flags |= letter }
        if has(.number) { flags |= number }
        if has(.whiteSpace) { flags |= space }
        if has(.carriageReturnOrLineFeed) { flags |= newline }
        if has(.upperLike) { flags |= upper }
        if has(.lowerLike) { flags |= lower }
        if has(.mark) { flags |= mark }
        if has(.punctuation) || has(.symbol) { flags |= punctuationOrSymbol }
        return flags
    }

    /// The flags of the 128 ASCII scalars.
    static let ascii = ConstantBuffer((0..<128).map { UnicodeData.shared.flags(of: UInt32($0)) })
}

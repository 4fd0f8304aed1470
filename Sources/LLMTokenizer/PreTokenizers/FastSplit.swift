internal import CLLMKernels

/// The scanner's twin in C that finds words 64 bytes at a time, where there is one for the pattern and the processor.
struct FastSplit: @unchecked Sendable {
    private let rules: llmk_split_rules

    /// The instructions that it uses.
    var level: Int32 { rules.level }

    /// The class bits that the C code reads, of the scalars below 2^17.
    private static let classes = ConstantBuffer<UInt8>((0..<UInt32(LLMK_CLASS_COUNT)).map { flags(of: $0) })

    /// The same for DeepSeek. Symbols and unassigned scalars between ideographs are called spaces, because spaces outside
    /// ASCII are left to the scanner.
    private static let deepSeekClasses = ConstantBuffer<UInt8>(
        (0..<UInt32(LLMK_CLASS_COUNT)).map { scalar in
            let isLetter = flags(of: scalar) & (ScanFlags.letter | ScanFlags.mark) != 0
            return SplitScanner.isIdeograph(scalar) && !isLetter ? ScanFlags.space | 16 : flags(of: scalar)
        })

    private static func flags(of scalar: UInt32) -> UInt8 {
        let flags = UnicodeData.shared.flags(of: scalar) & ~(ScanFlags.upper | ScanFlags.lower)
        return SplitScanner.isIdeograph(scalar) ? flags | 16 : flags
    }

    /// Nil when this scanner or this machine has only the plain way.
    ///
    /// - Parameter level: the instructions to use at most, `LLMK_SPLIT_...`.
    init?(_ scanner: SplitScanner, level: Int32 = .max) {
        let level = min(level, llmk_split_level())
        guard level > Int32(LLMK_SPLIT_PLAIN) else { return nil }
        let family: Int32
        switch scanner.family {
        case .gpt2: family = Int32(LLMK_SPLIT_GPT2)
        case .cl100k:
            guard scanner.newlinesFollowSymbols, [1, 3, .max].contains(scanner.digits) else { return nil }
            family = Int32(LLMK_SPLIT_CL100K)
        case .deepSeek: family = Int32(LLMK_SPLIT_DEEPSEEK)
        case .o200k: return nil
        }
        let contractions: Int32 =
            switch scanner.contractions {
            case .none: 0
            case .lowercase: 1
            case .anyCase: 2
            }
        rules = llmk_split_rules(
            family: family, contractions: contractions, digits: scanner.digits == .max ? 0 : Int32(scanner.digits),
            marks_are_letters: scanner.marksAreLetters ? 1 : 0, level: level,
            classes: scanner.family == .deepSeek ? Self.deepSeekClasses.pointer : Self.classes.pointer)
    }

    /// Ends of words from `start` on, counted from `base`; none where the plain scanner has to say.
    @inline(__always)
    func words(
        _ text: Bytes, base: Int, from start: Int, to end: Int, _ ends: UnsafeMutablePointer<UInt32>, capacity: Int
    ) -> Int {
        withUnsafePointer(to: rules) {
            Int(llmk_split_words($0, text, Int64(base), Int64(start), Int64(end), ends, Int64(capacity)))
        }
    }
}

/// Recognizes personal data that has no format: names, places, organisations. The seam for a model or a dictionary.
///
/// Used from any thread; has to take time linear in the text.
public protocol PersonalDataRecognizer: Sendable {
    /// The rule's name in findings.
    var name: String { get }
    /// The kinds it may report.
    var kinds: Set<PersonalDataKind> { get }
    /// What it recognizes.
    ///
    /// - Parameter text: UTF-8; invalid bytes are no error.
    func recognize(_ text: UnsafeBufferPointer<UInt8>) -> [RecognizedEntity]
}

/// Something a recognizer saw.
public struct RecognizedEntity: Sendable, Hashable {
    /// What it is.
    public var kind: PersonalDataKind
    /// Where: UTF-8 offsets.
    public var range: Range<Int>
    /// How sure, 0 to 1.
    public var score: Double

    /// An entity.
    public init(kind: PersonalDataKind, range: Range<Int>, score: Double) {
        self.kind = kind
        self.range = range
        self.score = score
    }
}

internal import LLMTokenizer

/// Brings texts into a normalization form of Unicode (UAX #15). Pure; may be called from many threads.
public struct UnicodeNormalizationStage: DocumentStage {
    /// Which form.
    public struct Configuration: Sendable, Hashable {
        /// The forms.
        public enum Form: String, Sendable, Hashable, CaseIterable {
            case nfc, nfd, nfkc, nfkd
        }

        /// Which form; NFKC also replaces ligatures, wide letters and the like.
        public var form = Form.nfc

        /// NFC.
        public init(form: Form = .nfc) { self.form = form }
    }

    /// `unicode_normalization`.
    public var name: String { "unicode_normalization" }
    /// Which form.
    public let configuration: Configuration

    /// Makes a stage.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Changes the text; keeps every document.
    public func process(_ document: inout Document) -> StageDecision {
        document.rewrite(by: name) { bytes in
            switch configuration.form {
            case .nfc: UnicodeText.normalize(&bytes, to: .nfc)
            case .nfd: UnicodeText.normalize(&bytes, to: .nfd)
            case .nfkc: UnicodeText.normalize(&bytes, to: .nfkc)
            case .nfkd: UnicodeText.normalize(&bytes, to: .nfkd)
            }
        }
        return .keep
    }
}

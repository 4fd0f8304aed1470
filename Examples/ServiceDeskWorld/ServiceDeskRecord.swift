/// A record of the made-up service desk, with everything that is known to be true about it.
public struct ServiceDeskRecord: Sendable, Codable, Equatable {
    /// Unique within the world: `R000042`.
    public var id: String
    /// The kind of file that holds it.
    public var form: Form
    /// The team that solved it.
    public var queue: Queue
    /// Number of the problem behind it; records of one problem tell the same story in other words.
    public var problem: Int
    /// The text a reader is meant to get out of the file.
    public var text: String
    /// One sentence that sums it up.
    public var summary: String
    /// The report alone, as a model sees it that has to find the queue.
    public var report: String
    /// Title, site, date, priority, reporter: what a database keeps beside the text.
    public var attributes: [Attribute]
    /// Personal data in the text: which kind, and where.
    public var personalData: [PersonalDatum]
    /// What was planted, if anything.
    public var plant: Plant

    /// The kind of file that holds a record.
    public enum Form: String, Sendable, Codable, CaseIterable {
        case mail, export, chat, article
    }

    /// A named value.
    public struct Attribute: Sendable, Codable, Equatable {
        /// What it is: `site`.
        public var name: String
        /// What it says.
        public var value: String
    }

    /// A piece of personal data in ``ServiceDeskRecord/text``.
    public struct PersonalDatum: Sendable, Codable, Equatable {
        /// `PERSON`, `EMAIL_ADDRESS`, `PHONE_NUMBER`, `IBAN_CODE`, `CREDIT_CARD`, `IP_ADDRESS`.
        public var kind: String
        /// Offset of the first byte in the UTF-8 text.
        public var start: Int
        /// One past the last byte.
        public var end: Int
    }

    /// What makes a record special.
    public enum Plant: Sendable, Codable, Equatable {
        case none
        /// The same text as another record.
        case exactDuplicate(of: String)
        /// The text of another record with a share of its words changed.
        case nearDuplicate(of: String)
        /// Not worth keeping, for this reason.
        case noise(String)
        /// Too short to understand without its attributes.
        case short
    }

    /// The value of an attribute.
    public func attribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
}

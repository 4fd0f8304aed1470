/// A named choice of kinds and operators, with what it covers of a rule book and what it does not.
public struct RedactionProfile: Sendable {
    /// One identifier of the rule book.
    public struct Identifier: Sendable, Hashable {
        /// Its number or letter in the rule.
        public var number: String
        /// What the rule names.
        public var text: String
        /// The kinds that stand for it here.
        public var kinds: [PersonalDataKind]
        /// What has to be done by other means; nil when nothing.
        public var gap: String?
    }

    /// `hipaa-safe-harbor`.
    public var name: String
    /// The rule and its date.
    public var source: String
    /// What the rule names.
    public var identifiers: [Identifier]
    /// What happens to kinds that do not just get their name as a replacement.
    public var operators: [PersonalDataKind: RedactionOperator]

    /// The kinds that the profile looks for.
    public var kinds: Set<PersonalDataKind> { Set(identifiers.flatMap(\.kinds)) }

    /// A redactor of this profile.
    public func redactor(
        threshold: Double = 0.4, recognizers: [any PersonalDataRecognizer] = [HeuristicNameRecognizer()]
    )
        -> Redactor
    {
        let configuration = PersonalDataDetector.Configuration(
            kinds: kinds, threshold: threshold, recognizers: recognizers)
        return Redactor(
            scanners: [PersonalDataDetector(configuration)],
            operators: Dictionary(uniqueKeysWithValues: operators.map { ($0.key.rawValue, $0.value) }))
    }

    /// The eighteen identifiers of HIPAA's Safe Harbor method, 45 CFR 164.514(b)(2). Patterns find the numbers; names, places, photographs and
    /// knowledge that identifies need other means, which each entry says. Not legal advice.
    public static let hipaaSafeHarbor = RedactionProfile(
        name: "hipaa-safe-harbor", source: "45 CFR 164.514(b)(2)(i), as of 2013-01-25",
        identifiers: [
            Identifier(
                number: "A", text: "Names", kinds: [.person], gap: "only announced names are found without a recognizer"
            ),
            Identifier(
                number: "B", text: "Geographic subdivisions smaller than a state", kinds: [.location],
                gap: "needs a recognizer of places; postal codes are not looked for"),
            Identifier(
                number: "C", text: "Dates but the year; ages over 89", kinds: [.dateTime, .dateOfBirth],
                gap: "ages are not looked for"),
            Identifier(number: "D", text: "Telephone numbers", kinds: [.phoneNumber]),
            Identifier(number: "E", text: "Fax numbers", kinds: [.phoneNumber]),
            Identifier(number: "F", text: "Electronic mail addresses", kinds: [.emailAddress]),
            Identifier(number: "G", text: "Social security numbers", kinds: [.usSocialSecurity, .usTaxpayer]),
            Identifier(
                number: "H", text: "Medical record numbers", kinds: [.ukNHS, .usProvider],
                gap: "numbers of one institution need its own recognizer"),
            Identifier(
                number: "I", text: "Health plan beneficiary numbers",
                kinds: [.usMedicareBeneficiary, .australiaMedicare],
                gap: "plans without a public format"),
            Identifier(
                number: "J", text: "Account numbers",
                kinds: [.usBankNumber, .usRoutingNumber, .ibanCode, .creditCard, .crypto]),
            Identifier(
                number: "K", text: "Certificate and license numbers",
                kinds: [.medicalLicense, .usDriverLicense, .usPassport]),
            Identifier(number: "L", text: "Vehicle identifiers and plates", kinds: [], gap: "not looked for"),
            Identifier(
                number: "M", text: "Device identifiers and serial numbers", kinds: [.macAddress],
                gap: "serial numbers are not looked for"),
            Identifier(number: "N", text: "Web addresses", kinds: [.url]),
            Identifier(number: "O", text: "IP addresses", kinds: [.ipAddress]),
            Identifier(number: "P", text: "Biometric identifiers", kinds: [], gap: "not text"),
            Identifier(number: "Q", text: "Full-face photographs", kinds: [], gap: "not text"),
            Identifier(
                number: "R", text: "Any other unique identifying number or code", kinds: [], gap: "review by a person"),
        ],
        operators: [.dateTime: .year, .dateOfBirth: .year])
}

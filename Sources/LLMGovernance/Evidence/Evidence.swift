public import LLMTensor

/// Something that shows that a duty was met: a report, a log, an approval.
public struct Evidence: Sendable, Hashable {
    /// What it is: a word that checklists ask for, or the host's own.
    public var kind: String
    /// What it is about: a model version, a data set.
    public var subject: String
    /// SHA-256 of the document.
    public var digest: String
    /// The day it was made, as `2026-11-23`.
    public var date: String
    /// Where it lies.
    public var source: String

    /// A piece of evidence.
    public init(kind: String, subject: String, digest: String, date: String, source: String) {
        self.kind = kind
        self.subject = subject
        self.digest = digest
        self.date = date
        self.source = source
    }

    /// Reads `[{"kind", "subject", "digest", "date", "source"}]`.
    ///
    /// - Throws: ``JSONError`` with the path of what is wrong.
    public static func list(json: JSONValue, source: String = "evidence") throws(JSONError) -> [Evidence] {
        var list: [Evidence] = []
        for entry in try JSONNode(json, source: source).elements() {
            let date = try entry["date"].string()
            guard Self.isDay(date) else { throw entry["date"].error(expected: "a day as 2026-11-23") }
            list.append(
                Evidence(
                    kind: try entry["kind"].string(), subject: try entry["subject"].string(),
                    digest: try entry["digest"].ifPresent?.string() ?? "", date: date,
                    source: try entry["source"].ifPresent?.string() ?? ""))
        }
        return list
    }

    static func isDay(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 10
            && bytes.enumerated().allSatisfy { $0 == 4 || $0 == 7 ? $1 == 0x2D : (0x30...0x39).contains($1) }
    }
}

/// A duty of a checklist.
public struct Duty: Sendable, Hashable {
    /// Its place in the text, as `Art. 53(1)(d)`.
    public var reference: String
    /// What is asked for, in our words.
    public var summary: String
    /// Kinds of evidence of which each is needed.
    public var evidence: [String]
    /// The day from which it applies; empty for standards.
    public var appliesFrom: String
    /// After how many days evidence is too old; nil for never.
    public var validDays: Int?
    /// Words for what it applies to; it counts when the host says one of them. Empty: always.
    public var scopes: Set<String>
}

/// A regulation or a standard as dated data; no legal advice.
public struct Checklist: Sendable, Hashable {
    /// What it is called on the command line.
    public var identifier: String
    /// Its title.
    public var title: String
    /// Where its text is.
    public var source: String
    /// The day of the text that was read.
    public var asOf: String
    /// Its duties.
    public var duties: [Duty]
}

/// A checklist filled from evidence.
public struct ChecklistReport: Sendable, Hashable {
    /// What is known about a duty.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case satisfied
        case missing
        /// There is evidence, but too old.
        case expired
        /// Out of scope, or not in force yet.
        case notApplicable = "not_applicable"
    }

    /// One duty.
    public struct Entry: Sendable, Hashable {
        /// The duty.
        public var duty: Duty
        /// Its state.
        public var status: Status
        /// What shows it.
        public var evidence: [Evidence]
        /// Kinds of evidence that are missing or expired.
        public var open: [String]
    }

    /// The checklist.
    public let checklist: Checklist
    /// One entry per duty.
    public let entries: [Entry]
    /// The day of the report.
    public let date: String

    /// Fills a checklist.
    ///
    /// - Parameters:
    ///   - subject: Evidence about it or about `*` counts.
    ///   - date: Today, as `2026-11-23`.
    ///   - scopes: What applies: `gpai`, `systemic-risk`, `high-risk`, `generates-content`, `personal-data`, `health-data`.
    public init(checklist: Checklist, evidence: [Evidence], subject: String, date: String, scopes: Set<String>) {
        self.checklist = checklist
        self.date = date
        let own = evidence.filter { ($0.subject == subject || $0.subject == "*") && $0.date <= date }
        entries = checklist.duties.map { duty in
            guard duty.scopes.isEmpty || !duty.scopes.isDisjoint(with: scopes), duty.appliesFrom <= date else {
                return Entry(duty: duty, status: .notApplicable, evidence: [], open: [])
            }
            var found: [Evidence] = []
            var open: [String] = []
            var isExpired = false
            for kind in duty.evidence {
                guard let latest = own.filter({ $0.kind == kind }).max(by: { $0.date < $1.date }) else {
                    open.append(kind)
                    continue
                }
                found.append(latest)
                if let days = duty.validDays, let age = Self.days(from: latest.date, to: date), age > days {
                    open.append(kind)
                    isExpired = true
                }
            }
            let isMissing = duty.evidence.isEmpty || open.contains { kind in !found.contains { $0.kind == kind } }
            return Entry(
                duty: duty, status: isMissing ? .missing : isExpired ? .expired : .satisfied, evidence: found,
                open: open)
        }
    }

    /// How many duties have a status.
    public func count(_ status: Status) -> Int { entries.count { $0.status == status } }

    /// As JSON.
    public var json: JSONValue {
        [
            "checklist": .string(checklist.identifier), "title": .string(checklist.title),
            "as_of": .string(checklist.asOf), "source": .string(checklist.source), "date": .string(date),
            "counts": .object(
                Status.allCases.reduce(into: JSONObject()) { $0[$1.rawValue] = .integer(Int64(count($1))) }),
            "duties": .array(
                entries.map { entry in
                    [
                        "reference": .string(entry.duty.reference), "summary": .string(entry.duty.summary),
                        "status": .string(entry.status.rawValue), "open": .array(entry.open.map { .string($0) }),
                        "evidence": .array(
                            entry.evidence.map {
                                [
                                    "kind": .string($0.kind), "digest": .string($0.digest), "date": .string($0.date),
                                    "source": .string($0.source),
                                ]
                            }),
                    ]
                }),
        ]
    }

    /// As a Markdown table.
    public var markdown: String {
        var text = "## \(checklist.title)\n\nText of \(checklist.asOf), report of \(date). Not legal advice.\n\n"
        text += "| Duty | What | Status | Open |\n|---|---|---|---|\n"
        for entry in entries {
            text +=
                "| \(entry.duty.reference) | \(entry.duty.summary) | \(entry.status.rawValue) | \(entry.open.joined(separator: ", ")) |\n"
        }
        return text
    }

    /// Days between two days of the Gregorian calendar.
    static func days(from first: String, to last: String) -> Int? {
        func number(_ day: String) -> Int? {
            let parts = day.utf8.split(separator: 0x2D).compactMap { Int(String(decoding: Array($0), as: UTF8.self)) }
            guard parts.count == 3 else { return nil }
            let (year, month) = parts[1] > 2 ? (parts[0], parts[1] - 3) : (parts[0] - 1, parts[1] + 9)
            return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2]
        }
        guard let start = number(first), let end = number(last) else { return nil }
        return end - start
    }
}

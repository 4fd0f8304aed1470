import LLMTensor
import Testing

@testable import LLMGovernance

@Suite struct ChecklistTests {
    private func report(_ evidence: [Evidence], date: String = "2026-11-23", scopes: Set<String> = ["gpai"])
        -> ChecklistReport
    {
        ChecklistReport(checklist: .aiAct, evidence: evidence, subject: "m@3", date: date, scopes: scopes)
    }

    private func status(_ report: ChecklistReport, _ reference: String) -> ChecklistReport.Status? {
        report.entries.first { $0.duty.reference == reference }?.status
    }

    @Test func `Duties are satisfied, missing, expired or out of scope`() {
        let evidence = [
            Evidence(kind: "training-data-summary", subject: "m@3", digest: "", date: "2026-01-01", source: ""),
            Evidence(kind: "training-record", subject: "*", digest: "", date: "2024-01-01", source: ""),
            Evidence(kind: "use-assessment", subject: "other", digest: "", date: "2026-01-01", source: ""),
            Evidence(kind: "model-card", subject: "m@3", digest: "", date: "2027-01-01", source: ""),
        ]
        let report = report(evidence)
        #expect(status(report, "Art. 53(1)(d)") == .satisfied)
        #expect(status(report, "Art. 4") == .expired)
        #expect(status(report, "Art. 5") == .missing)
        #expect(status(report, "Art. 53(1)(b)") == .missing)
        #expect(status(report, "Art. 50(1)") == .notApplicable)
        #expect(ChecklistReport.Status.allCases.map(report.count).reduce(0, +) == Checklist.aiAct.duties.count)
    }

    @Test func `High-risk duties begin when the Digital Omnibus says`() {
        #expect(status(report([], date: "2027-12-01", scopes: ["high-risk"]), "Art. 9") == .notApplicable)
        #expect(status(report([], date: "2027-12-02", scopes: ["high-risk"]), "Art. 9") == .missing)
        #expect(status(report([], date: "2026-12-01", scopes: ["generates-content"]), "Art. 50(2)") == .notApplicable)
    }

    @Test func `Days are counted over leap years`() {
        #expect(ChecklistReport.days(from: "2024-02-28", to: "2024-03-01") == 2)
        #expect(ChecklistReport.days(from: "2025-02-28", to: "2025-03-01") == 1)
        #expect(ChecklistReport.days(from: "2025-11-23", to: "2026-11-23") == 365)
    }

    @Test func `Every duty names evidence, and every checklist its source and day`() {
        for list in Checklist.all {
            #expect(Evidence.isDay(list.asOf) && list.source.hasPrefix("https://") && !list.duties.isEmpty)
            #expect(
                list.duties.allSatisfy {
                    !$0.evidence.isEmpty && ($0.appliesFrom.isEmpty || Evidence.isDay($0.appliesFrom))
                })
        }
    }

    @Test func `Evidence is read and wrong days are named`() throws {
        let list = try Evidence.list(json: JSONValue.parse(#"[{"kind":"a","subject":"b","date":"2026-01-02"}]"#))
        #expect(list.first?.date == "2026-01-02")
        #expect(throws: JSONError.self) {
            try Evidence.list(json: JSONValue.parse(#"[{"kind":"a","subject":"b","date":"yesterday"}]"#))
        }
    }
}

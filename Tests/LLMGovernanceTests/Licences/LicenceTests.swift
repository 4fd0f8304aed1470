import LLMGovernance
import LLMTensor
import Testing

@Suite struct LicenceTests {
    @Test func `Expressions mean what license-expression reads in them, and the same ones are refused`() throws {
        let golden = try JSONValue.parse(GuardGolden.bytes("Licences/expressions.json"))
        let subsets = try #require(golden["subsets"]?.arrayValue).map {
            ($0.arrayValue ?? []).compactMap(\.stringValue)
        }
        for row in try #require(golden["rows"]?.arrayValue) {
            let text = try #require(row["text"]?.stringValue)
            guard let holds = row["holds"]?.arrayValue else {
                #expect(throws: LicenceError.self, "\(text)") { try LicenceExpression(text) }
                continue
            }
            let alternatives = try LicenceExpression(text).alternatives()
            for (subset, expected) in zip(subsets, holds) {
                let isMet = alternatives.contains { $0.allSatisfy { subset.contains($0.description) } }
                #expect(isMet == expected.boolValue, "\(text) with \(subset)")
            }
            #expect(
                try LicenceExpression(LicenceExpression(text).description).alternatives().count == alternatives.count)
        }
    }

    @Test(arguments: [
        ("MIT AND", 7), ("(MIT", 4), ("MIT) OR X", 3), ("MIT  Apache-2.0", 5), ("MIT And X", 4), ("a/b", 0), ("", 0),
    ])
    func `Errors say where`(text: String, offset: Int) {
        let error = #expect(throws: LicenceError.self) { try LicenceExpression(text) }
        guard case .syntax(_, let found, _)? = error else { return }
        #expect(found == offset)
    }

    @Test func `Case, plus, exceptions and references are read`() throws {
        #expect(
            try LicenceExpression("mit or GPL-2.0+ with Classpath-exception-2.0").description
                == "mit OR GPL-2.0+ WITH Classpath-exception-2.0")
        #expect(
            try LicenceExpression("DocumentRef-a:LicenseRef-b AND LicenseRef-c").identifiers == [
                "DocumentRef-a:LicenseRef-b", "LicenseRef-c",
            ])
        #expect(throws: LicenceError.self) { try LicenceExpression(String(repeating: "(", count: 100_000)) }
        let wide = Array(repeating: "(MIT OR ISC)", count: 20).joined(separator: " AND ")
        #expect(throws: LicenceError.tooManyChoices) { try LicenceExpression(wide).alternatives() }
    }

    private func check(_ licences: [String], _ use: LicenceCheck.Use) throws -> LicenceCheck {
        try LicenceCheck(
            inputs: licences.enumerated().map {
                .init(role: $0 == 0 ? .baseModel : .dataset, name: "input-\($0)", licence: $1)
            },
            use: use)
    }

    @Test(arguments: [
        (["CC0-1.0"], LicenceCheck.Use(isDistributed: true), LicenceCheck.Verdict.allowed),
        (["Apache-2.0", "MIT"], .init(isService: true), .allowed),
        (["Apache-2.0", "CC-BY-4.0"], .init(isDistributed: true), .conditions),
        (["Apache-2.0", "CC-BY-NC-4.0"], .init(), .conflict),
        (["Apache-2.0", "CC-BY-NC-4.0"], .init(isCommercial: false), .allowed),
        (["Apache-2.0", "CC-BY-NC-4.0 OR MIT"], .init(), .allowed),
        (["Apache-2.0", "CC-BY-NC-4.0 AND MIT"], .init(), .conflict),
        (["GPL-2.0-only", "CC-BY-SA-4.0"], .init(isDistributed: true), .conflict),
        (["GPL-3.0-only", "CC-BY-SA-4.0"], .init(isDistributed: true), .conditions),
        (["GPL-2.0-only", "CC-BY-SA-4.0"], .init(isDistributed: false), .allowed),
        (["AGPL-3.0-only"], .init(isService: true), .conditions),
        (["AGPL-3.0-only"], .init(isService: true, outputLicence: "MIT"), .conflict),
        (["CC-BY-ND-4.0"], .init(isDistributed: true), .conflict),
        (["llama3.2"], .init(isDistributed: true, outputName: "helpdesk"), .conflict),
        (["llama3.2"], .init(isDistributed: true, outputName: "Llama-helpdesk"), .conditions),
        (["llama3.1"], .init(monthlyUsers: 800_000_000), .conflict),
        (["gemma"], .init(), .conditions), (["openrail++"], .init(), .conditions), (["mrl"], .init(), .conflict),
        (["LicenseRef-secret"], .init(), .conflict),
    ])
    func `Inputs and use are judged together`(licences: [String], use: LicenceCheck.Use, expected: LicenceCheck.Verdict)
        throws
    {
        let result = try check(licences, use)
        #expect(result.verdict == expected, "\(result)")
        #expect((result.verdict == .conflict) == !result.conflicts.isEmpty)
    }

    /// Who passes a work on under the first licence, with something under the second in it.
    @Test func `Pairs of licences are judged as OSADL's matrix judges them`() throws {
        let golden = try JSONValue.parse(GuardGolden.bytes("Licences/osadl.json"))
        let names = try #require(golden["licences"]?.arrayValue).compactMap(\.stringValue)
        let rows = try #require(golden["rows"]?.arrayValue).compactMap(\.stringValue)
        #expect(names.count > 30 && rows.count == names.count)
        var compared = 0
        for (output, row) in zip(names, rows) {
            for (input, answer) in zip(names, row) where answer == "Y" || answer == "N" {
                let result = try check([input], .init(isDistributed: true, outputLicence: output))
                #expect(
                    (result.verdict == .conflict) == (answer == "N"), "\(input) in a work under \(output): \(result)")
                compared += 1
            }
        }
        #expect(compared > 900)
    }

    @Test func `A result's licence is one that all inputs allow`() throws {
        let result = try check(["GPL-2.0-or-later", "GPL-3.0-only"], .init(isDistributed: true))
        #expect(result.conditions.contains("the result is passed on under GPL-3.0-only"), "\(result)")
        #expect(try check(["GPL-2.0-only", "GPL-3.0-only"], .init(isDistributed: true)).verdict == .conflict)
    }
}

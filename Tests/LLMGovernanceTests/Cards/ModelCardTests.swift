import Foundation
import LLMTensor
import Testing

@testable import LLMGovernance

@Suite struct ModelCardTests {
    private static func card() throws -> ModelCard {
        try ModelCard(json: JSONValue.parse(GuardGolden.bytes("Cards/facts.json")))
    }

    /// card.md and bom.json were accepted by Goldens/Cards/check.py; after `LLMOPS_RECORD_CARDS=1` run it again.
    @Test func `Card and bill of materials are what huggingface_hub and cyclonedx accepted`() throws {
        let card = try Self.card()
        let bill = JSONWriter(layout: .indented(1)).string(of: card.billOfMaterials) + "\n"
        if ProcessInfo.processInfo.environment["LLMOPS_RECORD_CARDS"] != nil {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Goldens/Cards")
            try card.markdown.write(to: folder.appending(path: "card.md"), atomically: true, encoding: .utf8)
            try bill.write(to: folder.appending(path: "bom.json"), atomically: true, encoding: .utf8)
        }
        #expect(try Array(card.markdown.utf8) == GuardGolden.bytes("Cards/card.md"))
        #expect(try Array(bill.utf8) == GuardGolden.bytes("Cards/bom.json"))
    }

    @Test func `A licence that the hub does not list is named and linked`() {
        let card = ModelCard(
            name: "m", version: "1", summary: "",
            licence: .init(name: "acme-research", link: "https://example.com/licence"))
        #expect(
            card.markdown.contains(
                "license: \"other\"\nlicense_name: \"acme-research\"\nlicense_link: \"https://example.com/licence\"\n"))
        let dual = ModelCard(name: "m", version: "1", summary: "", licence: .init(expression: "MIT OR GPL-3.0-only"))
        #expect(dual.markdown.contains("license_name: \"MIT OR GPL-3.0-only\""))
        let family = ModelCard(name: "m", version: "1", summary: "", licence: .init(name: "llama3.2"))
        #expect(family.markdown.contains("license: \"llama3.2\""))
    }

    @Test func `Facts cannot break out of front matter, table or page`() {
        var card = ModelCard(
            name: "a\n---\n# b", version: "1|2", summary: "", licence: .init(expression: "MIT"))
        card.checks = [.init(name: "<script>alert(1)</script>", isPassed: true, detail: "one\ntwo | three")]
        let markdown = card.markdown
        #expect(markdown.components(separatedBy: "\n---\n").count == 2)
        #expect(!markdown.contains("<script>"))
        #expect(markdown.contains("| &lt;script>alert(1)&lt;/script> | passed | one two \\| three |"))
    }

    @Test func `The serial number belongs to the model`() throws {
        var card = try Self.card()
        let first = card.billOfMaterials["serialNumber"]
        card.summary = "other"
        #expect(card.billOfMaterials["serialNumber"] == first)
        card.digest = String(repeating: "0", count: 64)
        #expect(card.billOfMaterials["serialNumber"] != first)
    }

    @Test func `Facts that are missing or wrong are named with their path`() throws {
        for (facts, path) in [
            ("{}", "name"), (#"{"name":"a","evaluations":[{"dataset":"d","metric":"m"}]}"#, "evaluations"),
            (#"{"name":"a","tags":[1]}"#, "tags"),
            (#"{"name":"a","evaluations":[{"dataset":"d","metric":"m","value":1,"interval":[2,1]}]}"#, "interval"),
        ] {
            let error = #expect(throws: JSONError.self) { try ModelCard(json: JSONValue.parse(facts)) }
            #expect(error?.path.contains(path) == true, "\(facts)")
        }
    }
}

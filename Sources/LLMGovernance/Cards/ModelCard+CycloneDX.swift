public import LLMTensor

extension ModelCard {
    /// The bill of materials as CycloneDX 1.6 JSON: the model with its card, base models, data sets and how they
    /// depend on each other (https://cyclonedx.org/docs/1.6/json/).
    ///
    /// The serial number is made from the model's digest, so that the same model has the same bill.
    public var billOfMaterials: JSONValue {
        var metadata = JSONObject()
        if let date { metadata["timestamp"] = .string(date) }
        metadata["tools"] = ["components": [["type": "application", "name": "swift-llmops"]]]
        metadata["component"] = .object(modelComponent)
        let components = baseModels.enumerated().map { component($1, "base-model-\($0)", "machine-learning-model") }
        let data = datasets.enumerated().map { component($1, "dataset-\($0)", "data") }
        let references = (baseModels.indices.map { "base-model-\($0)" } + datasets.indices.map { "dataset-\($0)" })
        var document = JSONObject()
        document["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json"
        document["bomFormat"] = "CycloneDX"
        document["specVersion"] = "1.6"
        document["serialNumber"] = .string(serialNumber)
        document["version"] = 1
        document["metadata"] = .object(metadata)
        document["components"] = .array(components + data)
        document["dependencies"] = .array(
            [["ref": "model", "dependsOn": .array(references.map { .string($0) })]]
                + references.map { ["ref": .string($0)] })
        return .object(document)
    }

    private var modelComponent: JSONObject {
        var object = JSONObject()
        object["type"] = "machine-learning-model"
        object["bom-ref"] = "model"
        object["name"] = .string(name)
        object["version"] = .string(version)
        if !summary.isEmpty { object["description"] = .string(summary) }
        if let developer { object["manufacturer"] = ["name": .string(developer)] }
        if let hash = Self.hash(digest) { object["hashes"] = hash }
        if let expression = licence.expression {
            object["licenses"] = [["expression": .string(expression)]]
        } else if let name = licence.name {
            var entry: JSONObject = JSONObject()
            entry["name"] = .string(name)
            if let link = licence.link { entry["url"] = .string(link) }
            object["licenses"] = [["license": .object(entry)]]
        }
        if !tags.isEmpty { object["tags"] = .array(tags.map { .string($0) }) }
        object["modelCard"] = .object(card)
        let properties =
            lineage.enumerated().map { index, step in
                ("llmops:lineage:\(index):\(step.kind)", step.name + (step.digest.map { "@sha256:\($0)" } ?? ""))
            } + checks.map { ("llmops:check:\($0.name)", ($0.isPassed ? "passed: " : "failed: ") + $0.detail) }
            + approvals.map { ("llmops:approval", $0) }
            + hyperparameters.sorted { $0.key < $1.key }.map { ("llmops:hyperparameter:\($0.key)", $0.value) }
        if !properties.isEmpty {
            object["properties"] = .array(properties.map { ["name": .string($0.0), "value": .string($0.1)] })
        }
        return object
    }

    private var card: JSONObject {
        var parameters = JSONObject()
        parameters["task"] = .string(task)
        if let architecture { parameters["architectureFamily"] = .string(architecture) }
        if !datasets.isEmpty {
            parameters["datasets"] = .array(datasets.indices.map { ["ref": .string("dataset-\($0)")] })
        }
        var object = JSONObject()
        object["modelParameters"] = .object(parameters)
        if !evaluations.isEmpty {
            object["quantitativeAnalysis"] = ["performanceMetrics": .array(evaluations.map(Self.metric))]
        }
        var details = JSONObject()
        func list(_ key: String, _ values: [String]) {
            if !values.isEmpty { details[key] = .array(values.map { .string($0) }) }
        }
        list("users", considerations.users)
        list("useCases", considerations.uses)
        list(
            "technicalLimitations", considerations.limitations + considerations.prohibitedUses.map { "Not for: " + $0 })
        if !considerations.risks.isEmpty {
            details["ethicalConsiderations"] = .array(
                considerations.risks.map { ["name": .string($0.name), "mitigationStrategy": .string($0.mitigation)] })
        }
        if !details.isEmpty { object["considerations"] = .object(details) }
        return object
    }

    private static func metric(_ entry: Evaluation) -> JSONValue {
        var object = JSONObject()
        object["type"] = .string(entry.metric)
        object["value"] = .string("\(entry.value)")
        object["slice"] = .string(entry.dataset + (entry.split.map { ":" + $0 } ?? ""))
        if let interval = entry.interval {
            object["confidenceInterval"] = [
                "lowerBound": .string("\(interval.lowerBound)"), "upperBound": .string("\(interval.upperBound)"),
            ]
        }
        return .object(object)
    }

    private func component(_ source: Source, _ reference: String, _ type: String) -> JSONValue {
        var object = JSONObject()
        object["type"] = .string(type)
        object["bom-ref"] = .string(reference)
        object["name"] = .string(source.name)
        if let version = source.version { object["version"] = .string(version) }
        if let hash = Self.hash(source.digest) { object["hashes"] = hash }
        if let licence = source.licence { object["licenses"] = [["expression": .string(licence)]] }
        if type == "data" {
            object["data"] = [["type": "dataset", "name": .string(source.name)]]
        }
        return .object(object)
    }

    private static func hash(_ digest: String?) -> JSONValue? {
        guard let digest = digest?.lowercased(), digest.utf8.count == 64,
            digest.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        return [["alg": "SHA-256", "content": .string(digest)]]
    }

    /// A version 8 UUID (RFC 9562: content of the maker's own) from the digest, or from name and version without one.
    private var serialNumber: String {
        var halves: [UInt64] = [0xCBF2_9CE4_8422_2325, 0x9E37_79B9_7F4A_7C15]
        for half in halves.indices {
            for byte in (digest ?? name + "\u{0}" + version).utf8 {
                halves[half] = (halves[half] ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            halves[half] = UnitHash.mix(halves[half])
        }
        halves[0] = halves[0] & ~0xF000 | 0x8000
        halves[1] = halves[1] & ~(3 << 62) | 1 << 63
        let hex = halves.map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
        var parts: [String] = []
        var rest = Substring(hex)
        for count in [8, 4, 4, 4, 12] {
            parts.append(String(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return "urn:uuid:" + parts.joined(separator: "-")
    }
}

internal import LLMTensor

extension ModelCard {
    /// The hub's identifiers of licences that are SPDX identifiers in lower case.
    private static let hubLicences: Set<String> = [
        "apache-2.0", "mit", "afl-3.0", "artistic-2.0", "bsl-1.0", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear",
        "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0",
        "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0",
        "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "ecl-2.0", "epl-1.0", "epl-2.0", "eupl-1.1", "eupl-1.2", "isc",
        "lppl-1.3c", "ms-pl", "mpl-2.0", "odc-by", "odbl", "ofl-1.1", "osl-3.0", "postgresql", "ncsa", "unlicense",
        "zlib", "pddl", "wtfpl",
    ]
    private static let hubFamilies: [String: String] = [
        "agpl-3.0-only": "agpl-3.0", "agpl-3.0-or-later": "agpl-3.0", "gpl-2.0-only": "gpl-2.0",
        "gpl-2.0-or-later": "gpl-2.0", "gpl-3.0-only": "gpl-3.0", "gpl-3.0-or-later": "gpl-3.0",
        "lgpl-2.1-only": "lgpl-2.1", "lgpl-2.1-or-later": "lgpl-2.1", "lgpl-3.0-only": "lgpl-3.0",
        "lgpl-3.0-or-later": "lgpl-3.0", "odc-by-1.0": "odc-by", "odbl-1.0": "odbl", "pddl-1.0": "pddl",
    ]
    /// Licences without SPDX identifier that the hub knows by name.
    private static let hubNames: Set<String> = [
        "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4", "gemma", "openrail", "openrail++",
        "creativeml-openrail-m", "bigscience-openrail-m", "bigscience-bloom-rail-1.0", "bigcode-openrail-m",
        "deepfloyd-if-license", "apple-amlr", "apple-ascl", "grok2-community", "intel-research",
        "fair-noncommercial-research-license",
        "h-research", "c-uda",
    ]

    /// The front matter without its fences.
    var frontMatter: String {
        var yaml = ""
        func line(_ key: String, _ value: String?) {
            if let value { yaml += "\(key): \(Self.quoted(value))\n" }
        }
        func list(_ key: String, _ values: [String]) {
            if !values.isEmpty { yaml += "\(key):\n" + values.map { "- \(Self.quoted($0))\n" }.joined() }
        }
        let identifier = (licence.expression ?? licence.name ?? "other").lowercased()
        if let known = Self.hubFamilies[identifier] {
            line("license", known)
        } else if Self.hubLicences.contains(identifier) || Self.hubNames.contains(identifier) {
            line("license", identifier)
        } else {
            line("license", "other")
            line("license_name", licence.expression ?? licence.name)
            line("license_link", licence.link)
        }
        list("language", languages)
        list("tags", tags)
        list("base_model", baseModels.map(\.name))
        if !baseModels.isEmpty { line("base_model_relation", baseModelRelation) }
        list("datasets", datasets.map(\.name))
        list("metrics", evaluations.map(\.metric).reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        line("pipeline_tag", task)
        if !evaluations.isEmpty { yaml += modelIndex }
        return yaml
    }

    /// Results in the form of the hub's `model-index`, grouped by task and data set.
    private var modelIndex: String {
        var groups: [[Evaluation]] = []
        for entry in evaluations {
            let place = groups.firstIndex {
                $0[0].task == entry.task && $0[0].dataset == entry.dataset && $0[0].split == entry.split
                    && $0[0].datasetIdentifier == entry.datasetIdentifier
            }
            if let place { groups[place].append(entry) } else { groups.append([entry]) }
        }
        var yaml = "model-index:\n- name: \(Self.quoted(name))\n  results:\n"
        for group in groups {
            let first = group[0]
            let identifier = first.datasetIdentifier.isEmpty ? first.dataset : first.datasetIdentifier
            yaml += "  - task:\n      type: \(Self.quoted(first.task))\n"
            yaml += "    dataset:\n      name: \(Self.quoted(first.dataset))\n      type: \(Self.quoted(identifier))\n"
            if let split = first.split { yaml += "      split: \(Self.quoted(split))\n" }
            yaml += "    metrics:\n"
            for entry in group {
                yaml += "    - type: \(Self.quoted(entry.metric))\n      value: \(Self.number(entry.value))\n"
                if let signature = entry.signature {
                    yaml += "      name: \(Self.quoted(entry.metric + " " + signature))\n"
                }
            }
        }
        return yaml
    }

    /// A YAML scalar in double quotes: the same as JSON's, which YAML 1.2 contains.
    static func quoted(_ text: String) -> String {
        JSONWriter(escapesNonASCII: false).string(of: .string(text))
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        // "1e-05" is a text to YAML 1.1 readers, "1.0e-05" a number.
        let digits = "\(value)"
        guard let place = digits.utf8.firstIndex(of: UInt8(ascii: "e")), !digits[..<place].contains(".") else {
            return digits
        }
        return digits[..<place] + ".0" + digits[place...]
    }
}

public import LLMTensor

extension ModelCard {
    /// Reads a card from JSON: the members are named as the properties, in snake case.
    ///
    /// - Parameter source: Name of the document in errors.
    /// - Throws: ``JSONError`` with the path of what is missing or of the wrong kind.
    public init(json: JSONValue, source: String = "facts") throws(JSONError) {
        let node = JSONNode(json, source: source)
        let licence = node["licence"]
        self.init(
            name: try node["name"].string(), version: try node["version"].ifPresent?.string() ?? "1",
            summary: try node["summary"].ifPresent?.string() ?? "",
            licence: Licence(
                expression: try licence["expression"].ifPresent?.string(),
                name: try licence["name"].ifPresent?.string(),
                link: try licence["link"].ifPresent?.string()))
        digest = try node["digest"].ifPresent?.string()
        developer = try node["developer"].ifPresent?.string()
        baseModels = try Self.sources(node["base_models"])
        baseModelRelation = try node["base_model_relation"].ifPresent?.string()
        datasets = try Self.sources(node["datasets"])
        languages = try Self.strings(node["languages"])
        task = try node["task"].ifPresent?.string() ?? task
        tags = try Self.strings(node["tags"])
        architecture = try node["architecture"].ifPresent?.string()
        parameterCount = try node["parameters"].ifPresent?.integer()
        if let settings = node["hyperparameters"].ifPresent {
            for (key, value) in try settings.object().members {
                hyperparameters[key] = value.stringValue ?? JSONWriter().string(of: value)
            }
        }
        for entry in try node["evaluations"].ifPresent?.elements() ?? [] {
            evaluations.append(try Self.evaluation(entry))
        }
        for entry in try node["checks"].ifPresent?.elements() ?? [] {
            checks.append(
                Check(
                    name: try entry["name"].string(), isPassed: try entry["passed"].bool(),
                    detail: try entry["detail"].ifPresent?.string() ?? ""))
        }
        for entry in try node["lineage"].ifPresent?.elements() ?? [] {
            lineage.append(
                LineageStep(
                    kind: try entry["kind"].string(), name: try entry["name"].string(),
                    digest: try entry["digest"].ifPresent?.string()))
        }
        approvals = try Self.strings(node["approvals"])
        considerations.users = try Self.strings(node["users"])
        considerations.uses = try Self.strings(node["uses"])
        considerations.prohibitedUses = try Self.strings(node["prohibited_uses"])
        considerations.limitations = try Self.strings(node["limitations"])
        for entry in try node["risks"].ifPresent?.elements() ?? [] {
            considerations.risks.append((try entry["name"].string(), try entry["mitigation"].string()))
        }
        date = try node["date"].ifPresent?.string()
    }

    private static func strings(_ node: JSONNode) throws(JSONError) -> [String] {
        var values: [String] = []
        for element in try node.ifPresent?.elements() ?? [] { values.append(try element.string()) }
        return values
    }

    private static func sources(_ node: JSONNode) throws(JSONError) -> [Source] {
        var values: [Source] = []
        for entry in try node.ifPresent?.elements() ?? [] {
            values.append(
                Source(
                    name: try entry["name"].string(), version: try entry["version"].ifPresent?.string(),
                    digest: try entry["digest"].ifPresent?.string(), licence: try entry["licence"].ifPresent?.string()))
        }
        return values
    }

    private static func evaluation(_ node: JSONNode) throws(JSONError) -> Evaluation {
        var interval: ClosedRange<Double>?
        if let bounds = node["interval"].ifPresent {
            let (low, high) = (try bounds[0].double(), try bounds[1].double())
            guard low <= high else { throw bounds.error(expected: "a lower and an upper bound") }
            interval = low...high
        }
        return Evaluation(
            task: try node["task"].ifPresent?.string() ?? "text-generation", dataset: try node["dataset"].string(),
            datasetIdentifier: try node["dataset_id"].ifPresent?.string() ?? "",
            split: try node["split"].ifPresent?.string(), metric: try node["metric"].string(),
            value: try node["value"].double(), interval: interval,
            signature: try node["signature"].ifPresent?.string())
    }
}

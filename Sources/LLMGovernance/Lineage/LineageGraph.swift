public import LLMTensor

/// Something in the history of a model.
public struct LineageNode: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case dataset, run, model, adapter, quantized, evaluation, deployment, feedback
    }

    /// A name that is unique in the store: `support/3`, a digest, a run's id.
    public var id: String
    /// What it is.
    public var kind: Kind
    /// For people.
    public var label: String

    /// A node.
    public init(id: String, kind: Kind, label: String = "") {
        self.id = id
        self.kind = kind
        self.label = label.isEmpty ? id : label
    }
}

/// That something was made from something else.
public struct LineageEdge: Sendable, Hashable {
    /// What was there before.
    public var source: String
    /// What was made from it.
    public var target: String
    /// How: `trained on`, `tuned`, `quantized`, `deployed as`.
    public var relation: String

    /// An edge.
    public init(source: String, target: String, relation: String) {
        self.source = source
        self.target = target
        self.relation = relation
    }
}

/// Where models come from and where they went: a graph without cycles.
public struct LineageGraph: Sendable, Hashable {
    /// In the order of their ids.
    public var nodes: [LineageNode]
    /// In the order of their ends.
    public var edges: [LineageEdge]

    /// A graph.
    public init(nodes: [LineageNode], edges: [LineageEdge]) {
        self.nodes = nodes
        self.edges = edges
    }

    /// Ids of all that something was made from, itself left out.
    public func ancestors(of id: String) -> Set<String> { reach(id) { ($0.target, $0.source) } }

    /// Ids of all that was made from something, itself left out.
    public func descendants(of id: String) -> Set<String> { reach(id) { ($0.source, $0.target) } }

    /// The part of the graph before and after a node, with it.
    public func around(_ id: String) -> LineageGraph {
        let kept = ancestors(of: id).union(descendants(of: id)).union([id])
        return LineageGraph(
            nodes: nodes.filter { kept.contains($0.id) },
            edges: edges.filter { kept.contains($0.source) && kept.contains($0.target) })
    }

    private func reach(_ id: String, _ ends: (LineageEdge) -> (from: String, to: String)) -> Set<String> {
        var next: [String: [String]] = [:]
        for edge in edges { next[ends(edge).from, default: []].append(ends(edge).to) }
        var found: Set<String> = []
        var open = [id]
        while let node = open.popLast() {
            for neighbor in next[node] ?? [] where found.insert(neighbor).inserted { open.append(neighbor) }
        }
        found.remove(id)
        return found
    }

    /// Nodes in columns for a drawing: each stands right of everything that it was made from.
    public func columns() -> [[LineageNode]] {
        var level: [String: Int] = [:]
        for _ in nodes {
            var changed = false
            for edge in edges {
                let wanted = min(nodes.count, (level[edge.source] ?? 0) + 1)
                if (level[edge.target] ?? 0) < wanted {
                    level[edge.target] = wanted
                    changed = true
                }
            }
            if !changed { break }
        }
        let groups = Dictionary(grouping: nodes) { level[$0.id] ?? 0 }
        return groups.sorted { $0.key < $1.key }.map(\.value)
    }

    /// `{"nodes": [{"id", "kind", "label"}], "edges": [{"source", "target", "relation"}]}`.
    public var json: JSONValue {
        func object(_ members: [(String, String)]) -> JSONValue {
            var object = JSONObject()
            for (key, value) in members { object[key] = .string(value) }
            return .object(object)
        }
        var result = JSONObject()
        result["nodes"] = .array(
            nodes.map { object([("id", $0.id), ("kind", $0.kind.rawValue), ("label", $0.label)]) })
        result["edges"] = .array(
            edges.map { object([("source", $0.source), ("target", $0.target), ("relation", $0.relation)]) })
        return .object(result)
    }

    /// The graph for Graphviz.
    public var dot: String {
        var lines = ["digraph lineage {", "  rankdir=LR;", "  node [shape=box];"]
        for node in nodes {
            lines.append("  \(Self.quoted(node.id)) [label=\(Self.quoted("\(node.label)\n\(node.kind.rawValue)"))];")
        }
        for edge in edges {
            lines.append(
                "  \(Self.quoted(edge.source)) -> \(Self.quoted(edge.target)) [label=\(Self.quoted(edge.relation))];")
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }

    /// The graph for Mermaid.
    public var mermaid: String {
        var numbers: [String: Int] = [:]
        for (number, node) in nodes.enumerated() { numbers[node.id] = number }
        func text(_ text: String) -> String {
            var result = ""
            for scalar in text.unicodeScalars {
                // Everything that has a meaning to Mermaid or HTML is written as a character number.
                let isPlain =
                    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || " .-_/@:".unicodeScalars.contains(scalar)
                result += isPlain ? String(scalar) : "#\(scalar.value);"
            }
            return "\"\(result)\""
        }
        var lines = ["flowchart LR"]
        for (number, node) in nodes.enumerated() {
            lines.append("  n\(number)[\(text("\(node.label) (\(node.kind.rawValue))"))]")
        }
        for edge in edges {
            guard let source = numbers[edge.source], let target = numbers[edge.target] else { continue }
            lines.append("  n\(source) -->|\(text(edge.relation))| n\(target)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

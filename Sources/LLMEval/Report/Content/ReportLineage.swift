/// What came from what: data, models and results as boxes, and arrows between them.
public struct ReportLineage: Sendable, Equatable {
    /// A box.
    public struct Node: Sendable, Equatable {
        /// What arrows call it.
        public var id: String
        /// Its name.
        public var title: String
        /// More about it: a size, a hash, a date.
        public var detail: String
        /// What sort of thing it is; things of a sort look the same.
        public var kind: Kind

        /// A box.
        public init(_ id: String, _ title: String, detail: String = "", kind: Kind = .step) {
            self.id = id
            self.title = title
            self.detail = detail
            self.kind = kind
        }
    }

    /// Sorts of boxes.
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        case data, step, model, result
    }

    /// An arrow.
    public struct Edge: Sendable, Equatable {
        /// The box it leaves.
        public var from: String
        /// The box it points to.
        public var to: String

        /// An arrow.
        public init(_ from: String, _ to: String) {
            self.from = from
            self.to = to
        }
    }

    /// What the drawing shows.
    public var title: String
    /// The boxes.
    public var nodes: [Node]
    /// The arrows; those that name no box are left out.
    public var edges: [Edge]

    /// A lineage.
    public init(title: String = "Lineage", nodes: [Node], edges: [Edge]) {
        self.title = title
        self.nodes = nodes
        self.edges = edges
    }

    /// One thing after the other.
    public init(title: String = "Lineage", chain: [Node]) {
        self.init(
            title: title, nodes: chain, edges: zip(chain, chain.dropFirst()).map { Edge($0.id, $1.id) })
    }
}

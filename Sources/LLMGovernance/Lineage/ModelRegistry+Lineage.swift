#if Governance
    import GRDB

    extension ModelRegistry {
        /// Writes down that something was made from something else; nodes that are new are added.
        ///
        /// - Throws: ``GovernanceError/invalid(subject:reason:)`` when it would be its own ancestor then.
        public func link(
            _ source: LineageNode, to target: LineageNode, relation: String, actor: String
        ) throws {
            let event = AuditEvent(
                actor: actor, action: "registry.lineage", subject: target.id,
                details: ["source": source.id, "relation": relation])
            try store.change(event) { database, _ in
                try Self.add(source, to: database)
                try Self.add(target, to: database)
                let graph = try Self.graph(database)
                guard source.id != target.id, !graph.ancestors(of: source.id).contains(target.id) else {
                    throw GovernanceError.invalid(
                        subject: "lineage of \(target.id)", reason: "\(source.id) was itself made from it")
                }
                try database.execute(
                    sql: "INSERT OR IGNORE INTO edge VALUES (?, ?, ?)", arguments: [source.id, target.id, relation])
            }
        }

        /// The whole graph, or the part around a node.
        public func lineage(around id: String? = nil) throws -> LineageGraph {
            let graph = try store.read(Self.graph)
            guard let id else { return graph }
            guard graph.nodes.contains(where: { $0.id == id }) else {
                throw GovernanceError.notFound(kind: "lineage node", name: id)
            }
            return graph.around(id)
        }

        /// Adds a node; one that is there keeps its kind unless it was only `model`.
        static func add(_ node: LineageNode, to database: Database) throws {
            try database.execute(
                sql: """
                    INSERT INTO node VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET
                    kind = CASE WHEN kind = 'model' THEN excluded.kind ELSE kind END,
                    label = CASE WHEN label = id THEN excluded.label ELSE label END
                    """,
                arguments: [node.id, node.kind.rawValue, node.label])
        }

        private static func graph(_ database: Database) throws -> LineageGraph {
            let nodes = try Row.fetchAll(database, sql: "SELECT * FROM node ORDER BY id").map { row in
                LineageNode(
                    id: row["id"], kind: LineageNode.Kind(rawValue: row["kind"]) ?? .model, label: row["label"])
            }
            let edges = try Row.fetchAll(database, sql: "SELECT * FROM edge ORDER BY source, target, relation").map {
                LineageEdge(source: $0["source"], target: $0["target"], relation: $0["relation"])
            }
            return LineageGraph(nodes: nodes, edges: edges)
        }
    }
#endif

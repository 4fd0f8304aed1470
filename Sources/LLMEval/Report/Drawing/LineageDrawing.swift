/// Draws a lineage from top to bottom: everything stands below what it came from, and arrows go around boxes.
struct LineageDrawing {
    private let lineage: ReportLineage
    private let edges: [(from: Int, to: Int)]
    /// What stands side by side, row by row.
    private let rows: [[Item]]
    private static let mostPerRow = 3
    private static let boxHeight = 72.0
    private static let rowHeight = 112.0

    /// A box, or room for an arrow that goes on to a later row.
    private enum Item {
        case node(Int)
        case arrow(Int)
    }

    init(_ lineage: ReportLineage) {
        self.lineage = lineage
        var index: [[UInt8]: Int] = [:]
        for (number, node) in lineage.nodes.enumerated() { index[Array(node.id.utf8)] = number }
        let edges = lineage.edges.compactMap { edge -> (from: Int, to: Int)? in
            guard let from = index[Array(edge.from.utf8)], let to = index[Array(edge.to.utf8)], from != to else {
                return nil
            }
            return (from, to)
        }
        self.edges = edges
        rows = Self.rows(Self.levels(lineage.nodes.count, edges), edges)
    }

    /// The longest way to each box, what has no source moved down to where it is needed first; boxes of a circle come
    /// where they stand in the list.
    private static func levels(_ count: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
        var levels = Array(repeating: 0, count: count)
        var waiting = Array(repeating: 0, count: count)
        var next = Array(repeating: [Int](), count: count)
        for edge in edges {
            waiting[edge.to] += 1
            next[edge.from].append(edge.to)
        }
        let sources = (0..<count).filter { waiting[$0] == 0 }
        var ready = sources
        var isDone = Array(repeating: false, count: count)
        var number = 0
        while number < count {
            guard let node = ready.first ?? (0..<count).first(where: { !isDone[$0] }) else { break }
            if !ready.isEmpty { ready.removeFirst() }
            guard !isDone[node] else { continue }
            isDone[node] = true
            number += 1
            for other in next[node] where !isDone[other] {
                levels[other] = max(levels[other], levels[node] + 1)
                waiting[other] -= 1
                if waiting[other] == 0 { ready.append(other) }
            }
        }
        for source in sources {
            if let first = next[source].map({ levels[$0] }).min() { levels[source] = max(first - 1, 0) }
        }
        return levels
    }

    private static func rows(_ levels: [Int], _ edges: [(from: Int, to: Int)]) -> [[Item]] {
        var rows: [[Item]] = []
        var place = Array(repeating: 0, count: levels.count)
        for level in 0..<((levels.max() ?? -1) + 1) {
            let members = levels.indices.filter { levels[$0] == level }
            for start in stride(from: 0, to: members.count, by: mostPerRow) {
                let row = members[start..<min(start + mostPerRow, members.count)]
                for member in row { place[member] = rows.count }
                rows.append(row.map(Item.node))
            }
        }
        for (number, edge) in edges.enumerated() where place[edge.to] > place[edge.from] + 1 {
            for row in (place[edge.from] + 1)..<place[edge.to] { rows[row].append(.arrow(number)) }
        }
        return rows
    }

    func write(_ markup: inout Markup, name: String) {
        let height = Self.rowHeight * Double(max(rows.count, 1)) - (Self.rowHeight - Self.boxHeight) + 4
        let names = edges.map { "\(lineage.nodes[$0.from].title) to \(lineage.nodes[$0.to].title)" }
        PlotDrawing.open(
            &markup, name: name, height: height, title: lineage.title,
            description: "Flow. " + names.joined(separator: "; ") + ".")
        var places: [Int: (x: Double, y: Double, width: Double)] = [:]
        var turns: [Int: [(x: Double, y: Double)]] = [:]
        for (row, items) in rows.enumerated() {
            let gap = 14.0
            let room = 10.0
            let boxes = Double(items.count { if case .node = $0 { true } else { false } })
            let others = room * (Double(items.count) - boxes) + gap * Double(items.count - 1)
            let width = min((476 - others) / max(boxes, 1), 230)
            var x = (480 - width * boxes - others) / 2
            let y = Self.rowHeight * Double(row) + 2
            for item in items {
                switch item {
                case .node(let node):
                    places[node] = (x, y, width)
                    x += width + gap
                case .arrow(let edge):
                    turns[edge, default: []].append((x + room / 2, y))
                    x += room + gap
                }
            }
        }
        for (number, edge) in edges.enumerated() {
            guard let from = places[edge.from], let to = places[edge.to] else { continue }
            arrow(
                (from.x + from.width / 2, from.y + Self.boxHeight), turns[number] ?? [], (to.x + to.width / 2, to.y),
                &markup)
        }
        for (index, node) in lineage.nodes.enumerated() {
            if let place = places[index] { box(node, place, &markup) }
        }
        markup.raw("</svg>")
    }

    private func arrow(
        _ from: (x: Double, y: Double), _ turns: [(x: Double, y: Double)], _ to: (x: Double, y: Double),
        _ markup: inout Markup
    ) {
        var path = "M\(Markup.coordinate(from.x)) \(Markup.coordinate(from.y))"
        var start = from
        for turn in turns {
            path += Self.curve(start, turn) + "V\(Markup.coordinate(turn.y + Self.boxHeight))"
            start = (turn.x, turn.y + Self.boxHeight)
        }
        path += Self.curve(start, (to.x, to.y - 7))
        markup.raw("<path class=\"arrow\" d=\"\(path)\"/>")
        markup.raw(
            "<path class=\"head\" d=\"M\(Markup.coordinate(to.x)) \(Markup.coordinate(to.y))l-4.5 -8h9z\"/>\n")
    }

    private static func curve(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double)) -> String {
        let bend = max(abs(to.y - from.y) / 2, 14)
        let numbers = [from.x, from.y + bend, to.x, to.y - bend, to.x, to.y].map(Markup.coordinate)
        return "C" + numbers.joined(separator: " ")
    }

    private func box(
        _ node: ReportLineage.Node, _ place: (x: Double, y: Double, width: Double), _ markup: inout Markup
    ) {
        let color = ReportStyle.color(ReportLineage.Kind.allCases.firstIndex(of: node.kind) ?? 0)
        markup.raw(
            "<rect class=\"box\" stroke=\"\(color)\" x=\"\(Markup.coordinate(place.x))\" "
                + "y=\"\(Markup.coordinate(place.y))\" width=\"\(Markup.coordinate(place.width))\" height=\"72\" "
                + "rx=\"8\"/>")
        let middle = place.x + place.width / 2
        let characters = Int(place.width / 9.2)
        let title = TextFitting.lines(node.title, width: characters, most: 2)
        let detail = TextFitting.shortened(node.detail, characters + 2)
        text(node.kind.rawValue.uppercased(), "kind", middle, place.y + 15, &markup)
        var y = place.y + (title.count > 1 || detail.isEmpty ? 33 : 36)
        for line in title {
            text(line, "title", middle, y, &markup)
            y += 16
        }
        if !detail.isEmpty { text(detail, "", middle, max(y, place.y + 54) + (title.count > 1 ? 1 : 0), &markup) }
        markup.raw("\n")
    }

    private func text(_ content: String, _ style: String, _ x: Double, _ y: Double, _ markup: inout Markup) {
        markup.element(
            "text",
            "class=\"\(style)\" text-anchor=\"middle\" x=\"\(Markup.coordinate(x))\" y=\"\(Markup.coordinate(y))\"",
            content)
    }

    /// The boxes and arrows in words.
    var data: ReportTable {
        ReportTable(
            columns: ["kind", "name", "detail", "comes from"],
            rows: lineage.nodes.enumerated().map { index, node in
                let sources = edges.filter { $0.to == index }.map { lineage.nodes[$0.from].title }
                return [
                    .text(node.kind.rawValue), .text(node.title), .text(node.detail),
                    .text(sources.joined(separator: ", ")),
                ]
            })
    }
}

extension PlotDrawing {
    private static let mostRows = 100

    /// The numbers as a table; of long lines, points at equal distances.
    var data: ReportTable? {
        let x = plot.xLabel.isEmpty ? "x" : plot.xLabel
        let y = plot.yLabel.isEmpty ? "y" : plot.yLabel
        switch plot.content {
        case .lines(let series):
            guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
            var rows: [[ReportCell]] = []
            var isThinned = false
            for line in series {
                let step = max(1, (line.points.count + Self.mostRows - 1) / Self.mostRows)
                isThinned = isThinned || step > 1
                for index in stride(from: 0, to: line.points.count, by: step) {
                    let point = line.points[index]
                    rows.append([
                        .text(line.name), .text(ReportNumber.short(point.x)), .text(ReportNumber.short(point.y)),
                    ])
                }
            }
            return ReportTable(
                caption: isThinned ? "A part of the points; the report's JSON has all" : "", columns: ["series", x, y],
                rows: rows)
        case .bars(let bars):
            return ReportTable(
                columns: ["name", x.isEmpty || x == "x" ? "value" : x, "interval"],
                rows: bars.map { bar in
                    [
                        .text(bar.name), .text(ReportNumber.short(bar.value)),
                        .text(
                            bar.interval.map {
                                "\(ReportNumber.short($0.lower)) – \(ReportNumber.short($0.upper))"
                            } ?? ""),
                    ]
                })
        case .histogram(let edges, let counts):
            guard edges.count == counts.count + 1 else { return nil }
            return ReportTable(
                columns: ["from", "to", "count"],
                rows: counts.indices.prefix(Self.mostRows).map { index in
                    [
                        .text(ReportNumber.short(edges[index])), .text(ReportNumber.short(edges[index + 1])),
                        .text(ReportNumber.short(counts[index])),
                    ]
                })
        case .calibration(let points):
            return ReportTable(
                columns: [x, y, "predictions"],
                rows: points.prefix(Self.mostRows).map { point in
                    [.number(point.probability, decimals: 4), .number(point.share, decimals: 4), .integer(point.count)]
                })
        }
    }
}

/// Long lines with no more points than can be seen.
enum LineThinning {
    /// Keeps, of the points in one column of the drawing, the first, the last, the highest and the lowest.
    static func thin(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
        guard points.count > 1200 else { return points }
        var result: [(x: Double, y: Double)] = []
        var start = 0
        while start < points.count {
            var end = start + 1
            let column = points[start].x.rounded(.down)
            while end < points.count, points[end].x.rounded(.down) == column { end += 1 }
            var kept = [start, end - 1]
            kept.append((start..<end).min { points[$0].y < points[$1].y } ?? start)
            kept.append((start..<end).max { points[$0].y < points[$1].y } ?? start)
            var previous = -1
            for index in kept.sorted() where index != previous {
                result.append(points[index])
                previous = index
            }
            start = end
        }
        return result
    }
}

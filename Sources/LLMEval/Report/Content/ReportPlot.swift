/// A drawing of numbers. Values that are not finite are left out of the drawing and stay in the data.
public struct ReportPlot: Sendable, Equatable {
    /// What is drawn.
    public enum Content: Sendable, Equatable {
        /// Lines through points.
        case lines([ReportSeries])
        /// Bars, each with an interval if it has one.
        case bars([ReportBar])
        /// How many values lie between each two of the edges; there is one edge more than counts.
        case histogram(edges: [Double], counts: [Double])
        /// Predicted probability against how often it came true; point sizes tell how many predictions there are.
        case calibration([CalibrationPoint])
    }

    /// A point of a calibration diagram.
    public struct CalibrationPoint: Sendable, Equatable {
        /// Mean probability.
        public var probability: Double
        /// Share that came true.
        public var share: Double
        /// Predictions.
        public var count: Int

        /// A point.
        public init(probability: Double, share: Double, count: Int) {
            self.probability = probability
            self.share = share
            self.count = count
        }
    }

    /// What the plot shows.
    public var title: String
    /// What there is to see in it; also read to those who do not see it.
    public var caption: String
    /// What the horizontal axis measures.
    public var xLabel: String
    /// What the vertical axis measures.
    public var yLabel: String
    /// What is drawn.
    public var content: Content
    /// The ends of the axes; from the data where there are none.
    public var xRange: ClosedRange<Double>?
    /// The ends of the axes; from the data where there are none.
    public var yRange: ClosedRange<Double>?
    /// A thin straight line between two corners: chance, or perfect calibration.
    public var diagonal: Diagonal?

    /// A line between corners.
    public enum Diagonal: String, Sendable, Equatable {
        case rising, falling
    }

    /// A plot.
    public init(
        title: String, caption: String = "", xLabel: String = "", yLabel: String = "", content: Content,
        xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil, diagonal: Diagonal? = nil
    ) {
        self.title = title
        self.caption = caption
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.content = content
        self.xRange = xRange
        self.yRange = yRange
        self.diagonal = diagonal
    }
}

/// A line of a plot.
public struct ReportSeries: Sendable, Equatable {
    /// What the line is.
    public var name: String
    /// Its points, in order.
    public var points: [ReportPoint]

    /// A line.
    public init(_ name: String, _ points: [ReportPoint]) {
        self.name = name
        self.points = points
    }

    /// A line through values at 0, 1, 2 ...
    public init(_ name: String, values: some Sequence<Double>) {
        self.init(name, values.enumerated().map { ReportPoint(Double($0.offset), $0.element) })
    }
}

/// A point of a line.
public struct ReportPoint: Sendable, Equatable {
    /// Its place on the horizontal axis.
    public var x: Double
    /// Its place on the vertical axis.
    public var y: Double

    /// A point.
    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}

/// A bar of a plot.
public struct ReportBar: Sendable, Equatable {
    /// What the bar is.
    public var name: String
    /// Its length.
    public var value: Double
    /// Where the value may lie.
    public var interval: ReportInterval?

    /// A bar.
    public init(_ name: String, _ value: Double, interval: ReportInterval? = nil) {
        self.name = name
        self.value = value
        self.interval = interval
    }
}

internal import Synchronization

/// One line, or for a histogram one set of lines, of a metric: the values for one set of labels.
///
/// May be used from any thread; an update is one short critical section.
public final class MetricSeries: Sendable {
    struct Value {
        var number = 0.0
        var counts: [Int]
        var sum = 0.0
    }

    let labels: [(name: String, value: String)]
    private let bounds: [Double]
    private let isCounter: Bool
    private let value: Mutex<Value>

    init(_ definition: MetricDefinition, labels: [(name: String, value: String)]) {
        self.labels = labels
        isCounter = definition.kind == .counter
        if case .histogram(let bounds) = definition.kind {
            self.bounds = bounds
        } else {
            bounds = []
        }
        value = Mutex(Value(counts: bounds.isEmpty ? [] : [Int](repeating: 0, count: bounds.count + 1)))
    }

    /// Adds to a counter or gauge; a counter takes nothing negative.
    public func add(_ amount: Double = 1) {
        guard amount.isFinite, amount >= 0 || !isCounter else { return }
        value.withLock { $0.number += amount }
    }

    /// Sets a gauge.
    public func set(_ number: Double) { value.withLock { $0.number = number } }

    /// Counts a value of a histogram; NaN is left out.
    public func observe(_ number: Double, count: Int = 1) {
        guard !number.isNaN, count > 0 else { return }
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if number <= bounds[middle] { high = middle } else { low = middle + 1 }
        }
        value.withLock { value in
            guard low < value.counts.count else { return }
            value.counts[low] += count
            value.sum += number * Double(count)
        }
    }

    /// Back to nothing.
    func reset() {
        value.withLock { $0 = Value(counts: [Int](repeating: 0, count: $0.counts.count)) }
    }

    /// The value now.
    var snapshot: Value { value.withLock { $0 } }

    /// The value of a counter or gauge.
    public var number: Double { snapshot.number }
}

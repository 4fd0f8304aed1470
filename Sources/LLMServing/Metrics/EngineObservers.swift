/// Tells several observers.
public struct EngineObservers: EngineObserver {
    private let observers: [any EngineObserver]

    /// These, in this order.
    public init(_ observers: [any EngineObserver]) { self.observers = observers }

    /// Tells all.
    public func engineDid(_ event: EngineEvent) {
        for observer in observers { observer.engineDid(event) }
    }
}

/// What answers to a name: a version, and perhaps one on trial.
struct Deployment: Sendable {
    /// A version on trial.
    struct Canary: Sendable {
        var lane: Lane
        var judge: CanaryJudge
    }

    /// A version with what is known of its health.
    struct Lane: Sendable {
        let model: ServedModel
        var breaker: CircuitBreaker
        var limit: AdaptiveLimit
        var underWay = 0
    }

    var stable: Lane
    var canary: Canary?
    /// Versions that served before, the latest last.
    var history: [ResolvedModel] = []
    /// Counts decisions that need no routing key.
    var counter: UInt64 = 0

    /// The versions to try for a request, in order.
    mutating func order(routingKey: String?) -> [CanaryJudge.Side] {
        guard let canary else { return [.stable] }
        counter &+= 1
        let place = routingKey.map { Self.place(of: $0) } ?? Self.unit(counter &* 0x9E37_79B9_7F4A_7C15)
        return place < canary.judge.policy.share ? [.canary, .stable] : [.stable]
    }

    func lane(_ side: CanaryJudge.Side) -> Lane? { side == .stable ? stable : canary?.lane }

    mutating func update(_ version: String, _ change: (inout Lane) -> Void) {
        if stable.model.version == version { change(&stable) }
        if canary?.lane.model.version == version, var lane = canary?.lane {
            change(&lane)
            canary?.lane = lane
        }
    }

    /// Where a key falls, uniform in [0, 1): FNV-1a and a finishing mix, the same in every process.
    static func place(of key: String) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return unit(hash ^ (hash >> 33))
    }

    private static func unit(_ hash: UInt64) -> Double { Double(hash >> 11) * 0x1p-53 }
}

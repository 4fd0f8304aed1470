extension DecoderConfiguration {
    /// Checks what the settings must be together, after each was checked alone.
    func validate(source: String) throws(ModelLoadingError) {
        func require(_ condition: Bool, _ key: String, _ value: Any, _ expected: String) throws(ModelLoadingError) {
            guard condition else {
                throw .invalidSetting(source: source, key: key, value: "\(value)", expected: expected)
            }
        }
        for kind in attentionKinds {
            if let window = kind.slidingWindow {
                try require(window > 0, "sliding window", window, "1 or more")
            }
            guard let rotary = kind.rotary else { continue }
            try require(
                rotary.dimensions > 0 && rotary.dimensions % 2 == 0 && rotary.dimensions <= attention.headDimension,
                "rotated dimensions", rotary.dimensions, "an even number up to \(attention.headDimension)")
            try require(rotary.base.isFinite && rotary.base > 0, "rotary base", rotary.base, "a positive number")
            if case .divisors(let divisors, _) = rotary.scaling {
                try require(
                    divisors.allSatisfy { $0.isFinite && $0 > 0 }, "rotary divisors", "not all usable",
                    "positive numbers")
            }
        }
        try require(
            attentionKindOfLayer.count == layerCount, "layers", attentionKindOfLayer.count, "\(layerCount)")
        try require(
            logitSoftcap.map { $0 > 0 && $0.isFinite } ?? true, "logit softcap", logitSoftcap ?? 0,
            "a positive number")
        try require(
            attention.softcap.map { $0 > 0 && $0.isFinite } ?? true, "attention softcap", attention.softcap ?? 0,
            "a positive number")
    }
}

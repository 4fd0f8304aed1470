internal import LLMTensor

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Reads the rotation from a config.json, in the words of every release of transformers:
/// `rope_parameters` (flat, or one entry per kind of layer) since 5, `rope_theta` and `rope_scaling` before.
struct HuggingFaceRotary {
    let settings: HuggingFaceSettings
    let family: FamilyDescription
    let headDimension: Int

    private var node: JSONNode { settings.node }
    private var source: String { settings.source }

    /// The rotation of the layers of a type; `base` is the older key of its base.
    func rotary(layerType: String, base: ModelSetting) throws(ModelLoadingError) -> RotaryConfiguration {
        let parameters = node["rope_parameters"].ifPresent
        let own = parameters.flatMap { $0[layerType].ifPresent ?? $0 }
        // The older scaling is that of the layers that see everything.
        let isLocal = base == .localRopeBase
        let scaled = own ?? (isLocal ? nil : node["rope_scaling"].ifPresent)
        var theta = try settings.positive(base, family)
        if let stated = try number(own?["rope_theta"]) { theta = stated }
        guard theta.isFinite, theta > 0 else {
            throw .invalidSetting(source: source, key: "rope_theta", value: "\(theta)", expected: "a positive number")
        }
        var dimensions = try settings.rotaryDimensions(family, headDimension: headDimension)
        if let factor = try number(own?["partial_rotary_factor"]), factor > 0, factor <= 1 {
            dimensions = Int(Double(headDimension) * factor)
        }
        return RotaryConfiguration(
            base: Float(theta), dimensions: dimensions, layout: .halves,
            scaling: try scaled.map { node throws(ModelLoadingError) in try scaling(node, dimensions) } ?? .none)
    }

    private func scaling(_ node: JSONNode, _ dimensions: Int) throws(ModelLoadingError) -> RotaryConfiguration.Scaling {
        let type = (node["rope_type"].ifPresent ?? node["type"].ifPresent)?.value?.stringValue ?? "default"
        switch type {
        case "default": return .none
        case "linear": return .linear(factor: Float(try required(node, "factor")))
        case "llama3":
            return .llama3(
                factor: Float(try required(node, "factor")),
                lowFrequencyFactor: Float(try required(node, "low_freq_factor")),
                highFrequencyFactor: Float(try required(node, "high_freq_factor")),
                originalContext: Int(try required(node, "original_max_position_embeddings")))
        case "yarn": return try yarn(node)
        case "longrope", "su": return try longRope(node, dimensions)
        default: throw .unsupported(source: source, feature: "rotary scaling \"\(type)\"")
        }
    }

    private func yarn(_ node: JSONNode) throws(ModelLoadingError) -> RotaryConfiguration.Scaling {
        let factor = try required(node, "factor")
        let longest = Double(try settings.size(.contextLength, family))
        let original = try number(node["original_max_position_embeddings"]) ?? longest
        var attentionFactor = 0.1 * log(max(factor, 1)) + 1
        if let stated = try number(node["attention_factor"]) {
            attentionFactor = stated
        } else if let scale = try number(node["mscale"]), let all = try number(node["mscale_all_dim"]), factor > 1 {
            attentionFactor = (0.1 * scale * log(factor) + 1) / (0.1 * all * log(factor) + 1)
        }
        return .yarn(
            factor: Float(factor), originalContext: Int(original), betaFast: Float(try number(node["beta_fast"]) ?? 32),
            betaSlow: Float(try number(node["beta_slow"]) ?? 1), attentionFactor: Float(attentionFactor))
    }

    /// LongRoPE (Ding et al. 2024, arXiv 2402.13753) with the divisors for texts up to the original context.
    private func longRope(_ node: JSONNode, _ dimensions: Int) throws(ModelLoadingError) -> RotaryConfiguration.Scaling
    {
        let elements: [JSONNode]
        do throws(JSONError) { elements = try node["short_factor"].elements() } catch { throw .json(error) }
        var divisors: [Float] = []
        for element in elements { divisors.append(Float(try number(element) ?? 1)) }
        guard divisors.count == dimensions / 2 else {
            throw .invalidSetting(
                source: source, key: "short_factor", value: "\(divisors.count) numbers",
                expected: "\(dimensions / 2), one per rotated pair")
        }
        let longest = Double(try settings.size(.contextLength, family))
        let stated = try number(node["original_max_position_embeddings"])
        let outside = try settings.number(.originalContextLength)
        let original = stated ?? outside ?? longest
        let factor = try number(node["factor"]) ?? longest / original
        let attentionFactor = factor > 1 && original > 1 ? (1 + log(factor) / log(original)).squareRoot() : 1
        return .divisors(
            divisors, attentionFactor: Float(try number(node["attention_factor"]) ?? attentionFactor))
    }

    private func number(_ node: JSONNode?) throws(ModelLoadingError) -> Double? {
        guard let node = node?.ifPresent else { return nil }
        do throws(JSONError) { return try node.double() } catch { throw .json(error) }
    }

    private func required(_ node: JSONNode, _ key: String) throws(ModelLoadingError) -> Double {
        do throws(JSONError) {
            let value = try node[key].double()
            guard value.isFinite, value > 0, value < 1e9 else { throw node[key].error(expected: "a positive number") }
            return value
        } catch {
            throw .json(error)
        }
    }
}

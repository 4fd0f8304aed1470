/// What the factors of a model's linear layers are rounded to while it is trained.
///
/// Weights, gradients, moments and everything between linear layers (norms, rotations, attention, activations, loss) are
/// float32 in both cases, and so are the sums of products. What is rounded are the inputs, the weights and the gradients of
/// the results as they enter a product, forward and backward: what automatic mixed precision does (Micikevicius et al.,
/// 2018, arXiv 1710.03740; Kalamkar et al., 2019, arXiv 1905.12322), with results kept in float32. bfloat16 halves the
/// memory that packed factors take, not that of the model.
public enum ComputePrecision: String, Sendable, CaseIterable {
    /// Nothing is rounded.
    case float32
    /// Eight bits of precision, to nearest, ties to even.
    case bfloat16
}

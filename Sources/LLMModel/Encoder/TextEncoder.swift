/// Turns texts into vectors whose directions stand for their meaning.
public protocol TextEncoder: Sendable {
    /// Numbers in a vector.
    var dimension: Int { get }
    /// One vector per text, in order.
    func embed(_ texts: [String]) throws -> [[Float]]
}

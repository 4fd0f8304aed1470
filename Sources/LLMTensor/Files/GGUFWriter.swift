/// Writes GGUF files.
public struct GGUFWriter {
    /// The alignment of tensor data when a file does not state one.
    public static let defaultAlignment = 32
}

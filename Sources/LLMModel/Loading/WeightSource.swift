internal import LLMTensor

/// Named tensors of a model, in whatever file format.
protocol WeightSource {
    /// The file or directory, for errors.
    var path: String { get }
    /// All names.
    var tensorNames: [String] { get }
    /// Whether there is a tensor of this name.
    func hasTensor(_ name: String) -> Bool
    /// A view of a tensor in the mapped file.
    func tensor(named name: String) throws(TensorFileError) -> Tensor
}

extension GGUFFile: WeightSource {}
extension SafetensorsCheckpoint: WeightSource {}

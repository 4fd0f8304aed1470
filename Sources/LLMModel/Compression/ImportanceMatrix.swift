internal import LLMTensor

/// How much errors in each column of each weight count: the mean of the squared inputs that meet it.
public struct ImportanceMatrix: Sendable, Equatable {
    /// Per tensor name one number per column, all at least zero.
    public var values: [String: [Float]]

    /// An importance matrix.
    public init(values: [String: [Float]] = [:]) {
        self.values = values
    }

    /// Reads what `llama-imatrix` writes: a GGUF file with `NAME.in_sum2` and `NAME.counts` for every weight.
    ///
    /// - Throws: ``ModelLoadingError`` when it is another file, or holds numbers that are negative or not finite.
    public init(path: String) throws(ModelLoadingError) {
        let file: GGUFFile
        do throws(TensorFileError) { file = try GGUFFile(path: path) } catch { throw .file(error) }
        let suffix = ".in_sum2"
        var values: [String: [Float]] = [:]
        for info in file.tensors where info.name.hasSuffix(suffix) {
            let name = String(info.name.dropLast(suffix.count))
            let sums = try Self.floats(info.name, file)
            let counts = try Self.floats(name + ".counts", file)
            // Several rows are several experts, which share one importance here.
            let columns = info.shape.last ?? 1
            let total = counts.reduce(0, +)
            guard total > 0, columns > 0, sums.count % columns == 0 else { continue }
            var means = [Float](repeating: 0, count: columns)
            for (index, sum) in sums.enumerated() { means[index % columns] += sum / total }
            guard means.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
                throw .invalidSetting(
                    source: path, key: info.name, value: "not all usable", expected: "sums of squares")
            }
            // A column that no input ever met must still be stored somehow.
            values[name] = means.map { max($0, 1e-12) }
        }
        guard !values.isEmpty else { throw .notAModel(path: path, reason: "no importance matrix (NAME.in_sum2)") }
        self.values = values
    }

    private static func floats(_ name: String, _ file: GGUFFile) throws(ModelLoadingError) -> [Float] {
        let tensor: Tensor
        do throws(TensorFileError) { tensor = try file.tensor(named: name) } catch { throw .file(error) }
        do throws(TensorError) { return try tensor.floats() } catch {
            throw .tensor(source: file.path, name: name, error: error)
        }
    }
}

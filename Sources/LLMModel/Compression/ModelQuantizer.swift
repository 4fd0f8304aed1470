public import LLMTensor

/// Types to use for some tensors whatever the mixture says.
public struct QuantizationOverrides: Sendable {
    /// For the output head; nil as the mixture says.
    public var output: ElementType?
    /// For the token embedding; nil as the mixture says.
    public var tokenEmbedding: ElementType?

    /// No override unless given.
    public init(output: ElementType? = nil, tokenEmbedding: ElementType? = nil) {
        self.output = output
        self.tokenEmbedding = tokenEmbedding
    }
}

/// How far writing a model is.
public struct QuantizationProgress: Sendable, Equatable {
    /// The tensor that was written last.
    public var tensor: String
    /// Its type in the file.
    public var elementType: ElementType
    /// Bytes of tensors written so far.
    public var writtenBytes: Int
    /// Bytes of all tensors.
    public var totalBytes: Int
}

/// Writes a model with its weights in other types: float to quantized, Hugging Face directory to GGUF file.
///
/// One tensor is in memory at a time, in pieces of some megabytes. A value; use it from any thread, but not from
/// Swift's cooperative pool, which it would block.
///
/// ```swift
/// let quantizer = ModelQuantizer(mixture: .q4_K_M)
/// try quantizer.quantize(GGUFExport(modelAt: "SmolLM2-135M/"), to: "SmolLM2-135M.Q4_K_M.gguf")
/// ```
public struct ModelQuantizer: Sendable {
    /// How weights are stored.
    public var mixture: QuantizationMixture
    /// Exceptions.
    public var overrides = QuantizationOverrides()
    /// How much errors in each column count, by tensor; nil when unknown.
    public var importance: ImportanceMatrix?
    /// Threads; results do not depend on it.
    public var threadCount = ComputePool.processorCount

    /// A quantizer for a mixture.
    public init(mixture: QuantizationMixture) {
        self.mixture = mixture
    }

    /// The type of every tensor in the file that would be written.
    public func elementTypes(of export: GGUFExport) -> [(tensor: String, type: ElementType)] {
        zip(export.tensors, types(of: export)).map { ($0.name, $1) }
    }

    private func types(of export: GGUFExport) -> [ElementType] {
        var rules = TensorTypeRules(
            export, mixture: mixture, overrides: overrides, hasImportance: importance != nil)
        return rules.types(of: export.tensors)
    }

    /// Writes a model. The file appears under its name only when it is complete.
    ///
    /// - Throws: ``ModelLoadingError/tensor(source:name:error:)`` naming a tensor with numbers that are not finite;
    ///   ``TensorFileError`` when the file cannot be written; `CancellationError`.
    public func quantize(
        _ export: GGUFExport, to path: String, progress: (QuantizationProgress) -> Void = { _ in }
    ) throws {
        var writer = GGUFWriter()
        for entry in export.metadata { writer[entry.key] = entry.value }
        writer["general.file_type"] = .uint32(UInt32(mixture.fileType))
        writer["general.quantization_version"] = .uint32(2)
        let pool = ComputePool(threadCount: threadCount)
        let types = types(of: export)
        for (tensor, type) in zip(export.tensors, types) {
            if let stored = tensor.stored(as: type) {
                try writer.addTensor(named: tensor.name, stored)
                continue
            }
            let importance = importance?.values[tensor.name]
            try writer.addTensor(named: tensor.name, shape: tensor.shape, elementType: type) { write in
                try tensor.write(as: type, importance: importance, source: export.source, pool: pool, write)
            }
        }
        var next = 0
        try writer.write(to: path) { written, total in
            progress(
                QuantizationProgress(
                    tensor: export.tensors[next].name, elementType: types[next], writtenBytes: written,
                    totalBytes: total))
            next += 1
        }
    }
}

extension GGUFExport {
    /// Writes the model with weights as they are, or as plain numbers of another size.
    ///
    /// - Parameter mixture: how matrices are stored; vectors are float32 always.
    /// - Throws: see ``ModelQuantizer/quantize(_:to:progress:)``.
    public func write(
        to path: String, as mixture: QuantizationMixture = .f16, progress: (QuantizationProgress) -> Void = { _ in }
    ) throws {
        try ModelQuantizer(mixture: mixture).quantize(self, to: path, progress: progress)
    }
}

extension ExportTensor {
    /// Elements converted at a time: 8 MiB of float32.
    private static let chunk = 1 << 21

    /// The tensor as it is stored, when it need not be changed.
    fileprivate func stored(as type: ElementType) -> Tensor? {
        guard parts.count == 1, let part = parts.first, part.order == nil, part.offset == 0,
            part.tensor.elementType == type, part.tensor.shape == shape
        else { return nil }
        return part.tensor
    }

    /// Converts the tensor piece by piece.
    fileprivate func write(
        as type: ElementType, importance: [Float]?, source: String, pool: ComputePool,
        _ write: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var blocks: [UInt8] = []
        var done = 0
        do {
            try forEachChunk(limit: Self.chunk) { _, values in
                try Task.checkCancellation()
                // Parts of a vector are shorter than the whole.
                let columns = shape.count > 1 ? columns : values.count
                let size = try type.byteCount(shape: [values.count / max(columns, 1), columns])
                if blocks.count < size { blocks = [UInt8](repeating: 0, count: size) }
                try blocks.withUnsafeMutableBytes { blocks in
                    let target = UnsafeMutableRawBufferPointer(rebasing: blocks[..<size])
                    do throws(TensorError) {
                        try Self.quantize(values, columns, type, importance, target, pool)
                    } catch {
                        guard case .notFinite(let index, let value, let type) = error else { throw error }
                        throw TensorError.notFinite(index: done + index, value: value, type: type)
                    }
                    try write(UnsafeRawBufferPointer(target))
                }
                done += values.count
            }
        } catch let error as TensorError {
            throw ModelLoadingError.tensor(source: source, name: name, error: error)
        }
    }

    private static func quantize(
        _ values: UnsafeBufferPointer<Float>, _ columns: Int, _ type: ElementType, _ importance: [Float]?,
        _ target: UnsafeMutableRawBufferPointer, _ pool: ComputePool
    ) throws(TensorError) {
        guard let importance else {
            try Quantization.quantize(values, columns: columns, as: type, into: target, pool: pool)
            return
        }
        var failure: TensorError?
        importance.withUnsafeBufferPointer { importance in
            do throws(TensorError) {
                try Quantization.quantize(
                    values, columns: columns, as: type, importance: importance, into: target, pool: pool)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}

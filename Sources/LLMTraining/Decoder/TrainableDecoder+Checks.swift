internal import LLMModel
internal import LLMTensor
internal import LLMTokenizer

extension TrainingBatch {
    /// The rows of each sequence.
    var sequences: [Range<Int>] {
        sequenceStarts.indices.map { index in
            sequenceStarts[index]..<(index + 1 < sequenceStarts.count ? sequenceStarts[index + 1] : tokens.count)
        }
    }
}

extension TrainableDecoder {
    /// Refuses batches that would read outside of the model's tables.
    func check(_ batch: TrainingBatch) throws(TrainableDecoderError) {
        guard batch.tokens.count == batch.targets.count else {
            throw .batch("\(batch.tokens.count) tokens and \(batch.targets.count) targets")
        }
        var previous = -1
        for start in batch.sequenceStarts {
            guard start > previous, start < batch.tokens.count else {
                throw .batch("a sequence starts at \(start), expected ascending places from 0")
            }
            previous = start
        }
        guard batch.tokens.isEmpty || batch.sequenceStarts.first == 0 else {
            throw .batch("the first sequence does not start at 0")
        }
        let size = configuration.vocabularySize
        for (place, token) in batch.tokens.enumerated() where token < 0 || Int(token) >= size {
            throw .invalidToken(id: token, place: place, vocabularySize: size)
        }
        for (place, target) in batch.targets.enumerated()
        where target != TrainingBatch.ignored && (target < 0 || Int(target) >= size) {
            throw .invalidToken(id: target, place: place, vocabularySize: size)
        }
        if parts.positionEmbedding != nil {
            for sequence in batch.sequences where sequence.count > configuration.contextLength {
                throw .sequenceTooLong(tokens: sequence.count, contextLength: configuration.contextLength)
            }
        }
    }
}

extension DecoderConfiguration {
    /// Whether the sizes of a new model fit each other and this machine's memory can be asked for them.
    func checkTrainable() throws(DecoderError) {
        let sizes = [
            vocabularySize, hiddenSize, intermediateSize, layerCount, contextLength, attention.headCount,
            attention.keyValueHeadCount, attention.headDimension,
        ]
        guard sizes.allSatisfy({ $0 > 0 && $0 < 1 << 31 }), attention.headCount % attention.keyValueHeadCount == 0,
            attentionKindOfLayer.count == layerCount,
            attentionKindOfLayer.allSatisfy({ attentionKinds.indices.contains($0) })
        else { throw .unsupported("heads, sizes or attention kinds that do not fit each other") }
        for kind in attentionKinds {
            if let rotary = kind.rotary,
                rotary.dimensions % 2 != 0 || rotary.dimensions > attention.headDimension || rotary.dimensions < 2
            {
                throw .unsupported("a rotation of \(rotary.dimensions) of \(attention.headDimension) coordinates")
            }
        }
    }
}

extension Parameter {
    /// Copies a tensor's numbers, dequantized on all threads.
    func fill(_ tensor: Tensor, pool: ComputePool) throws(TensorError) {
        guard tensor.elementCount == elementCount else {
            throw .bufferSize(expected: elementCount, found: tensor.elementCount)
        }
        let perBlock = tensor.elementType.elementsPerBlock
        let failure = LockedValue<TensorError?>(nil)
        let values = values
        pool.forEachRange(of: elementCount / perBlock, atLeast: 4096) { blocks, _ in
            do throws(TensorError) {
                try tensor.dequantize(
                    firstBlock: blocks.lowerBound,
                    into: UnsafeMutableBufferPointer(
                        rebasing: values[(blocks.lowerBound * perBlock)..<(blocks.upperBound * perBlock)]))
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        tensor.releaseMappedPages()
    }
}

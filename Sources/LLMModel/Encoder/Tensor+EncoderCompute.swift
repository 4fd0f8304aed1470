internal import LLMTensor

extension Tensor {
    /// The matrix in the element type that a way to compute asks for; types smaller than it stay what they are.
    func converted(for compute: EncoderCompute) throws(TensorError) -> Tensor {
        guard [.f32, .f16, .bf16].contains(elementType) else { return self }
        switch compute {
        case .exact: return self
        case .bfloat16: return elementType == .f32 ? try asBFloat16() : self
        case .int8: return columns % 32 == 0 ? try asBytes() : self
        }
    }

    private func asBFloat16() throws(TensorError) -> Tensor {
        let values = try floats()
        let storage = try TensorStorage(byteCount: 2 * values.count) { buffer in
            let out = buffer.bindMemory(to: UInt16.self)
            for (index, value) in values.enumerated() { out[index] = HalfPrecision.bfloat16(value) }
        }
        return try Tensor(shape: shape, elementType: .bf16, storage: storage, byteOffset: 0)
    }

    /// Q8_0: 32 values share a scale, the largest of them 127 steps.
    private func asBytes() throws(TensorError) -> Tensor {
        let values = try floats()
        let storage = try TensorStorage(byteCount: values.count / 32 * 34) { buffer in
            for block in 0..<values.count / 32 {
                let source = values[32 * block..<32 * block + 32]
                let largest = source.reduce(Float(0)) { max($0, abs($1)) }
                let scale = largest / 127
                let inverse = scale == 0 ? 0 : 1 / scale
                buffer.storeBytes(
                    of: HalfPrecision.binary16(scale).littleEndian, toByteOffset: 34 * block, as: UInt16.self)
                for (place, value) in source.enumerated() {
                    let code = (value * inverse).rounded()
                    buffer[34 * block + 2 + place] = UInt8(bitPattern: Int8(max(-127, min(127, code))))
                }
            }
        }
        return try Tensor(shape: shape, elementType: .q8_0, storage: storage, byteOffset: 0)
    }
}

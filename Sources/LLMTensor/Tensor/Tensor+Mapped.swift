extension Tensor {
    /// Tells the system that the mapped file pages of this tensor are not needed in memory for now.
    ///
    /// They are read again from the file when touched. Does nothing for owned memory.
    package func releaseMappedPages() {
        guard let file = storage.file else { return }
        withUnsafeBytes { file.releasePages($0) }
    }

    /// The same for the whole file the tensor lies in: reading a row may have mapped megabytes around it.
    package func releaseMappedFile() { storage.file?.releasePages() }
}

extension Tensor {
    /// Dequantizes whole blocks from the middle of the tensor.
    package func dequantize(
        firstBlock: Int, into target: UnsafeMutableBufferPointer<Float>
    ) throws(TensorError) {
        let failure = withUnsafeBytes { bytes -> TensorError? in
            do throws(TensorError) {
                try Dequantization.dequantize(elementType, blocks: bytes, firstBlock: firstBlock, into: target)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}

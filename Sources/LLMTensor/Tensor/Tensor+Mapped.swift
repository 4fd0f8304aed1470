#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension Tensor {
    /// Tells the system that the mapped file pages of this tensor are not needed in memory for now.
    ///
    /// They are read again from the file when touched. Does nothing for owned memory.
    package func releaseMappedPages() {
        guard storage.file != nil else { return }
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
            let start = (UInt(bitPattern: base) + page - 1) / page * page
            let end = (UInt(bitPattern: base) + UInt(bytes.count)) / page * page
            guard end > start, let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
            madvise(address, Int(end - start), MADV_DONTNEED)
        }
    }
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

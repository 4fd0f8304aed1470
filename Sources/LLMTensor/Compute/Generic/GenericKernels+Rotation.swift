internal import CLLMKernels

extension GenericKernels {
    /// Rotates coordinate pairs by angles (Su et al., 2021, arXiv 2104.09864): neighbours when interleaved, else the
    /// first half with the second.
    static let rotate:
        @convention(c) (
            UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, Int32, Int32
        ) -> Void = { head, cosines, sines, dimensions, interleaved in
            guard let head, let cosines, let sines else { return }
            let half = Int(dimensions) / 2
            let (step, distance) = interleaved != 0 ? (2, 1) : (1, half)
            for i in 0..<half {
                let a = head[step * i]
                let b = head[step * i + distance]
                head[step * i] = a * cosines[i] - b * sines[i]
                head[step * i + distance] = b * cosines[i] + a * sines[i]
            }
        }
}

#if CommandLine
    import LLMTensor

    #if canImport(Darwin)
        import Darwin
    #elseif canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// Files that cannot be mapped: pipes and devices.
    enum StreamFile {
        static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
            guard let stream = fopen(path, "rb") else {
                throw CommandFailure(.missingInput, "\(path): cannot open: \(SystemCall.message(errno))")
            }
            defer { fclose(stream) }
            var content: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = chunk.withUnsafeMutableBytes { fread($0.baseAddress, 1, $0.count, stream) }
                content.append(contentsOf: chunk[..<count])
                if count < chunk.count {
                    guard ferror(stream) == 0 else {
                        throw CommandFailure(.missingInput, "\(path): cannot read: \(SystemCall.message(errno))")
                    }
                    return content
                }
            }
        }
    }
#endif

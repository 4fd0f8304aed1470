#if CommandLine
    import LLMTensor

    #if canImport(Darwin)
        import Darwin
    #elseif canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// A file or standard input in blocks of whole lines, so that memory does not grow with the file.
    ///
    /// A line longer than the largest block is cut at a space if it has one. A block does not end inside a private key.
    enum TextBlocks {
        private static let size = 1 << 20
        private static let largest = 1 << 23

        /// Hands over block after block.
        static func forEach(path: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
            if path != "-" {
                switch SystemCall.kind(of: path) {
                case nil: throw CommandFailure(.missingInput, "\(path): no such file")
                case .directory: throw CommandFailure(.badData, "\(path): is a directory, expected a text file")
                case .regular, .other: break
                }
            }
            let stream = path == "-" ? nil : fopen(path, "rb")
            if path != "-", stream == nil {
                throw CommandFailure(.missingInput, "\(path): cannot open: \(SystemCall.message(errno))")
            }
            defer { if let stream { fclose(stream) } }
            var pending: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: size)
            while true {
                if let stream {
                    let count = chunk.withUnsafeMutableBytes { fread($0.baseAddress, 1, $0.count, stream) }
                    if count < chunk.count, ferror(stream) != 0 {
                        throw CommandFailure(.missingInput, "\(path): cannot read: \(SystemCall.message(errno))")
                    }
                    pending += chunk[..<count]
                    if count == 0 { break }
                } else {
                    let some = try StandardStreams.readSome()
                    pending += some
                    if some.isEmpty { break }
                }
                guard pending.count >= size else { continue }
                let end = cut(pending)
                guard end > 0 else { continue }
                try pending.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[..<end])) }
                pending.removeFirst(end)
            }
            if !pending.isEmpty { try pending.withUnsafeBufferPointer { try body($0) } }
        }

        /// How many of the bytes make whole lines; zero when more are needed.
        private static func cut(_ bytes: [UInt8]) -> Int {
            guard let feed = bytes.lastIndex(of: 0x0A) else {
                guard bytes.count >= largest else { return 0 }
                return bytes.lastIndex(of: 0x20).map { $0 + 1 } ?? bytes.count
            }
            let end = feed + 1
            // A key that began within reach of the cut and has not ended goes to the next block.
            let begin = Array("-----BEGIN ".utf8)
            var index = end - begin.count
            let floor = max(0, end - 32768)
            while index >= floor {
                if bytes[index] == UInt8(ascii: "-"), bytes[index...].starts(with: begin) {
                    let finish = Array("-----END ".utf8)
                    var later = index + begin.count
                    while later + finish.count <= end {
                        if bytes[later] == UInt8(ascii: "-"), bytes[later...].starts(with: finish) { return end }
                        later += 1
                    }
                    return index > 0 ? index : end
                }
                index -= 1
            }
            return end
        }
    }
#endif

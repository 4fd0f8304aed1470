#if CommandLine
    import LLMTensor

    #if canImport(Darwin)
        import Darwin
    #elseif canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// The process's own descriptors 0, 1 and 2.
    enum StandardStreams {
        /// Fills descriptors that the caller closed, so that no file of ours is taken for a standard stream. Standard
        /// output is filled with one that cannot be written: results that go nowhere are an error, not a success.
        static func prepare() {
            for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
                _ = open("/dev/null", descriptor == 2 ? O_WRONLY : O_RDONLY)
            }
        }

        static var outputIsTerminal: Bool { isatty(1) == 1 }
        static var errorIsTerminal: Bool { isatty(2) == 1 }
        static var inputIsTerminal: Bool { isatty(0) == 1 }

        /// Writes results. A reader that went away ends the program quietly by SIGPIPE, as it does `cat`.
        static func write(_ bytes: some Collection<UInt8>) throws(CommandFailure) {
            let code =
                bytes.withContiguousStorageIfAvailable { writeAll(1, UnsafeRawBufferPointer($0)) }
                ?? Array(bytes).withUnsafeBytes { writeAll(1, $0) }
            if let code {
                throw CommandFailure(.internal, "standard output: cannot write: \(SystemCall.message(code))")
            }
        }

        static func write(_ text: String) throws(CommandFailure) {
            try write(Array(text.utf8))
        }

        static func writeError(_ text: String) {
            var text = text
            _ = text.withUTF8 { writeAll(2, UnsafeRawBufferPointer($0)) }
        }

        /// Everything on standard input.
        static func readInput() throws(CommandFailure) -> [UInt8] {
            var content: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = chunk.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
                if count == 0 { return content }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw CommandFailure(
                        .missingInput, "standard input: cannot read: \(SystemCall.message(errno))")
                }
                content.append(contentsOf: chunk[..<count])
            }
        }

        /// What there is on standard input, at most a mebibyte; waits for some. Empty at the end.
        static func readSome() throws(CommandFailure) -> [UInt8] {
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
                var result: Int
                repeat { result = read(0, buffer.baseAddress, buffer.count) } while result < 0 && errno == EINTR
                if result < 0 { code = errno }
                count = max(0, result)
            }
            guard code == 0 else {
                throw CommandFailure(.missingInput, "standard input: cannot read: \(SystemCall.message(code))")
            }
            return bytes
        }

        private static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32? {
            var remaining = bytes[...]
            while !remaining.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: remaining)
                #if canImport(Darwin)
                    let written = Darwin.write(descriptor, part.baseAddress, part.count)
                #elseif canImport(Glibc)
                    let written = Glibc.write(descriptor, part.baseAddress, part.count)
                #else
                    let written = Musl.write(descriptor, part.baseAddress, part.count)
                #endif
                if written < 0 {
                    switch errno {
                    case EINTR: continue
                    case EAGAIN:
                        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        _ = poll(&wanted, 1, -1)
                        continue
                    default: return errno
                    }
                }
                remaining = remaining.dropFirst(written)
            }
            return nil
        }
    }
#endif

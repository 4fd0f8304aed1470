/// Finds web addresses outside a list of allowed hosts.
public struct AddressScanner: Scanner {
    /// The scanner's name.
    public let name = "addresses"
    /// What was retrieved, tool calls, and output.
    public let hookPoints: Set<HookPoint> = [.retrieval, .execution, .output]
    /// Hosts in lower case; each allows its subdomains too.
    public var allowedHosts: Set<String>

    /// A scanner.
    public init(allowedHosts: Set<String>) { self.allowedHosts = Set(allowedHosts.map { $0.lowercased() }) }

    /// One finding per address that is not allowed.
    public func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
        MarkdownLinks.find(text).compactMap { link in
            let host = Self.host(text[link.address])
            return isAllowed(host)
                ? nil : Finding(kind: "URL", range: link.address, score: 0.8, rule: "host-not-allowed")
        }
    }

    private func isAllowed(_ host: String) -> Bool {
        var rest = Substring(host)
        while true {
            if allowedHosts.contains(String(rest)) { return true }
            guard let dot = rest.firstIndex(of: ".") else { return false }
            rest = rest[rest.index(after: dot)...]
        }
    }

    /// The host of an address: behind "user@", before the port.
    private static func host(_ address: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        var rest = address.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
        // Browsers take a backslash for a slash.
        rest = rest.prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest = rest[(at + 1)...] }
        rest = rest.prefix { $0 != UInt8(ascii: ":") }
        while rest.last == UInt8(ascii: ".") { rest = rest.dropLast() }
        return String(decoding: rest, as: UTF8.self).lowercased()
    }
}

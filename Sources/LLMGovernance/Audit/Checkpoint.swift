#if Governance
    public import Crypto
    import Foundation

    /// The size and root of the audit log at a moment, signed: what somebody outside keeps to hold the log to its word.
    ///
    /// The text is a note as the transparency-log community writes it (C2SP `tlog-checkpoint` and `signed-note`):
    /// origin, size and root in base64 on a line each, an empty line, and signature lines that start with an em dash,
    /// name the key, and hold a four-byte key id with the Ed25519 signature in base64.
    public struct Checkpoint: Sendable, Hashable {
        /// Which log: the name of the key too.
        public var origin: String
        /// How many entries.
        public var size: Int
        /// The root of the Merkle tree over them.
        public var root: MerkleTree.Digest
        /// Key id and Ed25519 signature, 4 + 64 bytes.
        public var signature: [UInt8]

        /// Signs a tree's state.
        public init(origin: String, size: Int, root: MerkleTree.Digest, key: AuditSigningKey) throws(GovernanceError) {
            self.origin = origin
            self.size = size
            self.root = root
            let body = Self.body(origin: origin, size: size, root: root)
            do {
                signature = key.publicKey.identifier(origin: origin) + Array(try key.key.signature(for: body))
            } catch {
                throw .invalid(subject: "checkpoint", reason: "cannot be signed: \(error)")
            }
        }

        /// Reads a note.
        ///
        /// - Throws: ``GovernanceError/corrupt(path:place:reason:)`` when it is none.
        public init(text: [UInt8], source: String = "checkpoint") throws(GovernanceError) {
            func problem(_ reason: String) -> GovernanceError {
                .corrupt(path: source, place: "checkpoint", reason: reason)
            }
            guard text.count < 1 << 16, let note = String(validating: text, as: UTF8.self) else {
                throw problem("is no text")
            }
            let lines = note.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String($0) ?? "" }
            guard lines.count == 6, lines[3].isEmpty, lines[5].isEmpty else {
                throw problem("expected origin, size, root, an empty line and one signature")
            }
            guard let size = Int(lines[1]), size >= 0, String(size) == lines[1] else {
                throw problem("line 2 is no number of entries")
            }
            guard let root = Data(base64Encoded: lines[2]), root.count == 32, root.base64EncodedString() == lines[2]
            else { throw problem("line 3 is no SHA-256 in base64") }
            let prefix = "\u{2014} \(lines[0]) "
            guard !lines[0].isEmpty, lines[4].utf8.starts(with: prefix.utf8) else {
                throw problem("line 5 is no signature of \(lines[0])")
            }
            let encoded = String(lines[4].utf8.dropFirst(prefix.utf8.count)) ?? ""
            guard let signature = Data(base64Encoded: encoded), signature.count == 68,
                signature.base64EncodedString() == encoded
            else { throw problem("line 5 is no Ed25519 signature in base64") }
            self.origin = lines[0]
            self.size = size
            self.root = Array(root)
            self.signature = Array(signature)
        }

        /// The note.
        public var text: String {
            let body = String(decoding: Self.body(origin: origin, size: size, root: root), as: UTF8.self)
            return "\(body)\n\u{2014} \(origin) \(Data(signature).base64EncodedString())\n"
        }

        /// Whether a key signed exactly this.
        public func isSigned(by key: AuditPublicKey) -> Bool {
            signature.count == 68 && Array(signature.prefix(4)) == key.identifier(origin: origin)
                && key.key.isValidSignature(
                    Data(signature.dropFirst(4)), for: Self.body(origin: origin, size: size, root: root))
        }

        private static func body(origin: String, size: Int, root: MerkleTree.Digest) -> Data {
            Data("\(origin)\n\(size)\n\(Data(root).base64EncodedString())\n".utf8)
        }
    }

    /// Who may sign checkpoints: an Ed25519 key.
    public struct AuditSigningKey: Sendable {
        let key: Curve25519.Signing.PrivateKey

        /// A new key.
        public init() { key = Curve25519.Signing.PrivateKey() }

        /// A key made elsewhere.
        public init(_ key: Curve25519.Signing.PrivateKey) { self.key = key }

        /// What others need to check signatures.
        public var publicKey: AuditPublicKey { AuditPublicKey(key.publicKey) }

        /// Reads a key file: 32 bytes in base64 after `PRIVATE+KEY+ed25519+`.
        public init(path: String) throws(GovernanceError) {
            let bytes = try KeyText.read(path, prefix: KeyText.privatePrefix)
            guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else {
                throw .wrongKey(path: path, reason: "is no Ed25519 private key")
            }
            self.key = key
        }

        /// Writes the key file, readable by its owner only.
        public func write(to path: String) throws(GovernanceError) {
            let text = KeyText.privatePrefix + key.rawRepresentation.base64EncodedString() + "\n"
            try FileSystem.replace(path, with: Array(text.utf8), permissions: 0o600)
        }
    }

    /// Checks checkpoints.
    public struct AuditPublicKey: Sendable {
        let key: Curve25519.Signing.PublicKey

        /// A key made elsewhere.
        public init(_ key: Curve25519.Signing.PublicKey) { self.key = key }

        /// Reads a key file: 32 bytes in base64 after `ed25519+`.
        public init(path: String) throws(GovernanceError) {
            let bytes = try KeyText.read(path, prefix: KeyText.publicPrefix)
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
                throw .wrongKey(path: path, reason: "is no Ed25519 public key")
            }
            self.key = key
        }

        /// Writes the key file.
        public func write(to path: String) throws(GovernanceError) {
            let text = KeyText.publicPrefix + key.rawRepresentation.base64EncodedString() + "\n"
            try FileSystem.replace(path, with: Array(text.utf8))
        }

        /// The first four bytes of SHA-256 over name, line feed, the algorithm's number (1) and the key.
        func identifier(origin: String) -> [UInt8] {
            Array(SHA256.hash(data: Array(origin.utf8) + [0x0A, 1] + Array(key.rawRepresentation)).prefix(4))
        }
    }

    private enum KeyText {
        static let privatePrefix = "PRIVATE+KEY+ed25519+"
        static let publicPrefix = "ed25519+"

        static func read(_ path: String, prefix: String) throws(GovernanceError) -> Data {
            let bytes = try FileSystem.read(path, limit: 4096)
            let trimmed = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
            guard trimmed.starts(with: prefix.utf8),
                let key = Data(base64Encoded: String(decoding: trimmed.dropFirst(prefix.utf8.count), as: UTF8.self)),
                key.count == 32
            else { throw .wrongKey(path: path, reason: "expected \(prefix) and 32 bytes in base64") }
            return key
        }
    }
#endif

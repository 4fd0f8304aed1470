#if Governance
    import Crypto
    import GRDB

    /// Why somebody may not do something.
    public enum AccessRefusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// No such key, or not a key at all.
        case unknownKey
        /// The key was good until then.
        case expired(key: String, at: UTCTime)
        /// The key was taken back.
        case revoked(key: String)
        /// Nobody has this name.
        case unknownPrincipal(String)
        /// None of the principal's roles allows it.
        case missingPermission(principal: String, permission: String)

        /// A sentence without secrets.
        public var description: String {
            switch self {
            case .unknownKey: "the key is unknown"
            case .expired(let key, let time): "the key \(key) expired at \(time)"
            case .revoked(let key): "the key \(key) was revoked"
            case .unknownPrincipal(let name): "nobody is called \(name)"
            case .missingPermission(let name, let permission): "\(name) lacks the permission \(permission)"
            }
        }
    }

    /// What roles may do: `area.verb`, `area.*` or `*`.
    public struct Role: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// What it allows.
        public var permissions: [String]

        /// A role.
        public init(name: String, permissions: [String]) {
            self.name = name
            self.permissions = permissions
        }

        /// Whether a permission is allowed.
        public func allows(_ permission: String) -> Bool {
            permissions.contains { allowed in
                allowed == "*" || allowed == permission
                    || allowed.hasSuffix(".*") && permission.utf8.starts(with: allowed.dropLast(1).utf8)
            }
        }

        /// The roles that are there without being made: viewer, developer, reviewer, operator, admin.
        public static let standard = [
            Role(name: "viewer", permissions: ["registry.read", "audit.read", "review.read", "serving.read"]),
            Role(
                name: "developer",
                permissions: [
                    "registry.read", "registry.register", "registry.attach", "registry.tag", "registry.lineage",
                    "review.read", "review.request", "serving.read", "serving.generate", "serving.embed",
                ]),
            Role(name: "reviewer", permissions: ["registry.read", "audit.read", "review.*", "serving.read"]),
            Role(
                name: "operator",
                permissions: [
                    "registry.read", "registry.alias", "registry.promote", "registry.rollback", "audit.read",
                    "audit.checkpoint", "serving.*",
                ]),
            Role(name: "admin", permissions: ["*"]),
        ]
    }

    /// A key as it is listed: never the secret.
    public struct APIKeyInformation: Sendable, Hashable {
        /// The part that may be shown.
        public var id: String
        /// Whose it is.
        public var principal: String
        /// When it was made.
        public var created: UTCTime
        /// Until when it is good; nil for ever.
        public var expires: UTCTime?
        /// When it was taken back.
        public var revoked: UTCTime?
    }

    /// Principals, their roles, and their keys.
    ///
    /// A key is `llmops_<id>_<secret>` with 256 random bits of secret; the store keeps HKDF-SHA256 of the secret with a
    /// salt of its own. A slow password hash protects secrets that can be guessed; 2^256 values cannot, so a fast one
    /// is right here and lets a server check each request. Refusals are recorded in the audit log; what is allowed is
    /// recorded by what is then done.
    public struct AccessControl: Sendable {
        /// The store that it keeps everything in.
        public let store: GovernanceStore

        /// The access control of a store.
        public init(store: GovernanceStore) { self.store = store }

        /// Whether there is a key: until then a store belongs to whoever can write its folder.
        public func isConfigured() throws -> Bool {
            try store.read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM api_key)") ?? false }
        }

        /// Makes a role, or changes what it allows.
        public func define(_ role: Role, actor: String) throws {
            try Name.check(role.name, "role")
            for permission in role.permissions where !Self.isPermission(permission) {
                throw GovernanceError.invalid(
                    subject: "permission '\(permission)'", reason: "expected area.verb, area.* or *")
            }
            let list = role.permissions.joined(separator: " ")
            let event = AuditEvent(
                actor: actor, action: "access.role", subject: role.name, details: ["permissions": list])
            try store.change(event) { database, _ in
                try database.execute(sql: "INSERT OR REPLACE INTO role VALUES (?, ?)", arguments: [role.name, list])
            }
        }

        private static func isPermission(_ text: String) -> Bool {
            if text == "*" { return true }
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 2
                && parts.allSatisfy { part in
                    !part.isEmpty
                        && (part == "*" && part.startIndex != text.startIndex
                            || part.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D })
                }
        }

        /// Gives a principal its roles, in place of those it has; none takes all away.
        public func grant(_ roles: [String], to principal: String, actor: String) throws {
            try Name.check(principal, "principal")
            let list = roles.joined(separator: " ")
            let event = AuditEvent(actor: actor, action: "access.grant", subject: principal, details: ["roles": list])
            try store.change(event) { database, _ in
                for name in roles where try Self.role(database, name) == nil {
                    throw GovernanceError.notFound(kind: "role", name: name)
                }
                try database.execute(
                    sql: "INSERT OR REPLACE INTO principal VALUES (?, ?)", arguments: [principal, list])
            }
        }

        /// Makes a key. It is given out this once and cannot be read again.
        ///
        /// The first key of a store goes to somebody who may make more, and does not expire: keys are demanded from
        /// then on, and nobody could administer the store otherwise.
        public func makeKey(for principal: String, expires: UTCTime? = nil, actor: String) throws -> (
            key: String, id: String
        ) {
            var generator = SystemRandomNumberGenerator()
            let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let id = Hexadecimal.text((0..<6).map { _ in UInt8.random(in: 0...255, using: &generator) })
            let event = AuditEvent(
                actor: actor, action: "access.key", subject: principal,
                details: ["key": id, "expires": expires.map { "\($0)" } ?? "never"])
            try store.change(event) { database, _ in
                guard try Self.roles(database, of: principal) != nil else {
                    throw GovernanceError.notFound(kind: "principal", name: principal)
                }
                let isFirst = try Bool.fetchOne(database, sql: "SELECT NOT EXISTS (SELECT 1 FROM api_key)") ?? false
                let roles = try Self.roles(database, of: principal)?.compactMap { try Self.role(database, $0) } ?? []
                let administers = ["access.key", "access.grant"].allSatisfy { permission in
                    roles.contains { $0.allows(permission) }
                }
                if isFirst, !administers || expires != nil {
                    throw GovernanceError.invalid(
                        subject: "the first key of the store",
                        reason: "expected a principal with the role admin, and no date of expiry")
                }
                try database.execute(
                    sql: "INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?, NULL)",
                    arguments: [
                        id, principal, Self.blob(salt), Self.blob(Self.hash(secret, salt: salt)), "\(store.clock())",
                        expires.map { "\($0)" },
                    ])
            }
            return ("llmops_\(id)_\(Hexadecimal.text(secret))", id)
        }

        /// Takes a key back, at once and for ever.
        public func revoke(key id: String, actor: String) throws {
            try store.change(AuditEvent(actor: actor, action: "access.revoke", subject: id)) { database, _ in
                try database.execute(
                    sql: "UPDATE api_key SET revoked = ? WHERE id = ? AND revoked IS NULL",
                    arguments: ["\(store.clock())", id])
                guard database.changesCount == 1 else { throw GovernanceError.notFound(kind: "key", name: id) }
            }
        }

        /// All keys, without their secrets.
        public func keys() throws -> [APIKeyInformation] {
            try store.read { try Row.fetchAll($0, sql: "SELECT * FROM api_key ORDER BY created, id").map(Self.key) }
        }

        /// Whose key this is, if it is good and allows something.
        ///
        /// - Returns: the principal's name.
        /// - Throws: ``AccessRefusal``, after it was recorded.
        @discardableResult public func authorize(key: String, permission: String) throws -> String {
            var name = "unknown"
            do {
                let information = try authenticate(key)
                name = information.principal
                if let revoked = information.revoked, revoked <= store.clock() {
                    throw AccessRefusal.revoked(key: information.id)
                }
                if let expires = information.expires, expires <= store.clock() {
                    throw AccessRefusal.expired(key: information.id, at: expires)
                }
                try check(principal: name, permission: permission)
                return name
            } catch let refusal as AccessRefusal {
                try record(refusal, principal: name, permission: permission)
                throw refusal
            }
        }

        /// Whether a principal may do something.
        ///
        /// - Throws: ``AccessRefusal``, after it was recorded.
        public func authorize(principal: String, permission: String) throws {
            do {
                try check(principal: principal, permission: permission)
            } catch let refusal as AccessRefusal {
                try record(refusal, principal: principal, permission: permission)
                throw refusal
            }
        }

        // MARK: Inside

        private func record(_ refusal: AccessRefusal, principal: String, permission: String) throws {
            try store.audit.record(
                AuditEvent(
                    actor: String(principal.prefix(200)), action: "access.denied",
                    subject: String(permission.prefix(200)),
                    outcome: .refused, details: ["reason": String("\(refusal)".prefix(1000))]))
        }

        private func check(principal: String, permission: String) throws {
            let roles = try store.read { database in
                try Self.roles(database, of: principal)?.compactMap { try Self.role(database, $0) }
            }
            guard let roles else { throw AccessRefusal.unknownPrincipal(principal) }
            guard roles.contains(where: { $0.allows(permission) }) else {
                throw AccessRefusal.missingPermission(principal: principal, permission: permission)
            }
        }

        private func authenticate(_ key: String) throws -> APIKeyInformation {
            let parts = key.split(separator: "_", omittingEmptySubsequences: false)
            guard key.utf8.count < 200, parts.count == 3, parts[0] == "llmops",
                let secret = Hexadecimal.bytes(String(parts[2])), secret.count == 32
            else { throw AccessRefusal.unknownKey }
            let row = try store.read {
                try Row.fetchOne($0, sql: "SELECT * FROM api_key WHERE id = ?", arguments: [String(parts[1])])
            }
            guard let row else { throw AccessRefusal.unknownKey }
            let salt = Self.bytes(row["salt"])
            let expected = Self.bytes(row["hash"])
            // All bytes are compared whatever the first ones are, so that time says nothing.
            let found = Self.hash(secret, salt: salt)
            var difference = UInt8(found.count == expected.count ? 0 : 1)
            for (left, right) in zip(found, expected) { difference |= left ^ right }
            guard difference == 0 else { throw AccessRefusal.unknownKey }
            return try Self.key(row)
        }

        private static func hash(_ secret: [UInt8], salt: [UInt8]) -> [UInt8] {
            let key = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: secret), salt: salt, info: Array("llmops api key".utf8),
                outputByteCount: 32)
            return key.withUnsafeBytes { Array($0) }
        }

        // Blobs as hexadecimal text: no conversion of buffers needed, and readable in any tool.
        private static func blob(_ bytes: [UInt8]) -> String { Hexadecimal.text(bytes) }
        private static func bytes(_ text: String) -> [UInt8] { Hexadecimal.bytes(text) ?? [] }

        private static func key(_ row: Row) throws -> APIKeyInformation {
            APIKeyInformation(
                id: row["id"], principal: row["principal"], created: try ModelRegistry.time(row["created"]),
                expires: try (row["expires"] as String?).map(ModelRegistry.time),
                revoked: try (row["revoked"] as String?).map(ModelRegistry.time))
        }

        private static func roles(_ database: Database, of principal: String) throws -> [String]? {
            try String.fetchOne(database, sql: "SELECT roles FROM principal WHERE name = ?", arguments: [principal])?
                .split(separator: " ").map(String.init)
        }

        private static func role(_ database: Database, _ name: String) throws -> Role? {
            if let list = try String.fetchOne(
                database, sql: "SELECT permissions FROM role WHERE name = ?", arguments: [name])
            {
                return Role(name: name, permissions: list.split(separator: " ").map(String.init))
            }
            return Role.standard.first { $0.name == name }
        }
    }
#endif

import LLMGovernance
import Testing

@Suite struct SecretScannerTests {
    private let scanner = SecretScanner()

    private func found(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return scanner.scan(text).map { "\($0.kind)|\(String(decoding: bytes[$0.range], as: UTF8.self))" }
    }

    /// Letters and digits without meaning, always the same; keys are put together here so that no scanner of repositories takes a test for a leak.
    private static func random(_ count: Int, _ alphabet: String = "aZ3kQ9mB7xR2tW5yC8vN4pL6sD1fG0hJ") -> String {
        let alphabet = Array(alphabet)
        var state: UInt32 = 20_261_123
        return String(
            (0..<count).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return alphabet[Int(state >> 16) % alphabet.count]
            })
    }

    private static let tokens: [(kind: String, text: String)] = [
        ("AWS_ACCESS_KEY", "AKIA" + random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")),
        ("GITHUB_TOKEN", "ghp_" + random(36)),
        ("GITHUB_TOKEN", "github_pat_" + random(22) + "_" + random(59)), ("GITLAB_TOKEN", "glpat-" + random(20)),
        ("SLACK_TOKEN", "xoxb-" + random(12, "0123456789") + "-" + random(24)), ("STRIPE_KEY", "sk_live_" + random(24)),
        ("OPENAI_KEY", "sk-proj-" + random(48)), ("OPENAI_KEY", "sk-" + random(48)),
        ("ANTHROPIC_KEY", "sk-ant-api03-" + random(95)),
        ("HUGGINGFACE_TOKEN", "hf_" + random(34)), ("GOOGLE_API_KEY", "AIza" + random(35)),
        ("NPM_TOKEN", "npm_" + random(36)),
        ("SENDGRID_KEY", "SG." + random(22) + "." + random(43)),
        ("DIGITALOCEAN_TOKEN", "dop_v1_" + random(64, "0123456789abcdef")),
        ("TELEGRAM_TOKEN", "123456789:AA" + random(33)),
        ("JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + random(43)),
    ]

    @Test func `Finds the tokens of known issuers wherever they stand`() {
        for (kind, text) in Self.tokens {
            for frame in ["%", "use % now", "KEY=%", "(%)", "{\"k\":\"%\"}", "see %."] {
                let text = frame.split(separator: "%", omittingEmptySubsequences: false).joined(separator: text)
                #expect(found(text).first?.hasPrefix(kind + "|") == true, "\(text)")
            }
            #expect(found(text) == ["\(kind)|\(text)"])
        }
    }

    @Test(arguments: [
        ("postgres://app:s3cr3tP4ss@db:5432/x", "CONNECTION_STRING|s3cr3tP4ss"),
        ("https://bob:hunter2@example.com/x", "BASIC_AUTH_URL|hunter2"),
        ("password = \"correct-horse-9\"", "PASSWORD|correct-horse-9"),
        ("DB_PASSWORD=P@ssw0rd1;Timeout=3", "PASSWORD|P@ssw0rd1"),
        ("The password is Tr0ub4dor&3 for now", "PASSWORD|Tr0ub4dor&3"),
        ("Passwort: Sommer2024!", "PASSWORD|Sommer2024!"),
        ("if password == 'letmein99' {", "PASSWORD|letmein99"),
        ("\"client_secret\": \"q8Zr2LmXv7Tn4KwB\"", "SECRET_ASSIGNMENT|q8Zr2LmXv7Tn4KwB"),
        ("x=1&api_key=q8Zr2LmXv7Tn4KwB&y=2", "SECRET_ASSIGNMENT|q8Zr2LmXv7Tn4KwB"),
    ])
    func `Finds passwords in addresses and assignments`(_ text: String, _ expected: String) {
        #expect(found(text) == [expected])
    }

    @Test func `A private key is found as a whole, or by its first line`() {
        let key = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE " + "KEY-----"
        #expect(found("a\n\(key)\nb") == ["PRIVATE_KEY|\(key)"])
        let head = "-----BEGIN OPENSSH PRIVATE " + "KEY-----"
        #expect(found("\(head)\nb3Blbn") == ["PRIVATE_KEY|\(head)"])
        #expect(found("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----") == [])
    }

    @Test(arguments: [
        "PASSWORD=changeme", "password = os.environ[\"DB_PASSWORD\"]", "password = getpass.getpass()",
        "api_key: \"<your key>\"",
        "token = tokenizer.encode(text)", "max_tokens: 4096", "password_min_length = 12",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "Enter your password: ",
        "secret: be kind",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "password: ${DB_PASSWORD}",
        "see /usr/lib/python3/dist-packages/numpy/core/include",
        "id: 123e4567-e89b-12d3-a456-426614174000", "https://user@example.com:8080/x", "password: ********",
        "let token = self.token",
        "The password must have 8 characters", "postgres://user:${PASSWORD}@localhost/db",
        "PasswordPolicyConfigurationManager2Factory3",
    ])
    func `Passes over placeholders, digests, code and prose`(_ text: String) {
        #expect(found(text) == [])
    }

    @Test func `A documented example of a known form is at the threshold`() {
        let findings = scanner.scan("AKIAIOSFODNN7" + "EXAMPLE")
        #expect(findings.map(\.score) == [0.5])
    }

    @Test func `Random strings in quotes are found, digests only under a name that says secret`() {
        #expect(
            found("x = \"u8dSbRDE28jhYQusDRpUkcmTbKoQfNz6TxRtlDxs\"").map { $0.prefix(19) } == ["HIGH_ENTROPY_STRING"])
        #expect(found("signing_key 4d732f64cb79abcc4b9db165c23115661ffb0df9daee3645").count == 1)
        #expect(found("4d732f64cb79abcc4b9db165c23115661ffb0df9daee3645").isEmpty)
    }

    @Test func `Hostile texts take linear time`() {
        let size = 1 << 17
        for unit in [
            "=", ":", "password=", "password=\"", "a://b:", "-----BEGIN PRIVATE KEY-----", "eyJ", "eyJaaaaaaaaa.",
            "sk-", "aB3", "AKIA", "é=",
        ] {
            func seconds(_ count: Int) -> Double {
                var text: [UInt8] = []
                while text.count < count { text += unit.utf8 }
                let clock = ContinuousClock()
                return (0..<3).map { _ in
                    let time = clock.measure { _ = text.withUnsafeBufferPointer { scanner.scan($0, at: .input) } }
                    return Double(time.components.attoseconds) * 1e-18 + Double(time.components.seconds)
                }.min() ?? 0
            }
            let small = seconds(size / 8)
            #expect(seconds(size) < 32 * small + 0.02, "\(unit)")
        }
    }

    @Test func `Random bytes give ranges in order and inside the text`() {
        var generator = SystemRandomNumberGenerator()
        let words = [
            "password", "=", ":", "\"", "://", "@", "eyJ", ".", "sk-", "AKIA", "-----BEGIN ", "PRIVATE KEY-----",
            " is ", "token", "é", "\n", "aZ3kQ9mB7xR2",
        ]
        for round in 0..<3000 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                if round % 3 == 0 {
                    text.append(UInt8.random(in: 0...255, using: &generator))
                } else {
                    text += (words.randomElement(using: &generator) ?? "").utf8
                }
            }
            var last = 0
            for finding in text.withUnsafeBufferPointer({ scanner.scan($0, at: .output) }) {
                #expect(
                    finding.range.lowerBound >= last && finding.range.upperBound <= text.count && !finding.range.isEmpty
                )
                last = finding.range.upperBound
            }
        }
    }
}

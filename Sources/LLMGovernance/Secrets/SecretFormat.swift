/// A token's form: what it begins with and what follows.
struct SecretFormat: Sendable {
    enum Alphabet: Sendable {
        case alphanumeric, upperAndDigits, hexadecimal, lowerHexadecimal
        /// Letters, digits, `-` and `_`.
        case url
        /// The same with full stops, slashes or dollar signs.
        case dotted, slashed, dollared

        @inline(__always) func contains(_ byte: UInt8) -> Bool {
            switch self {
            case .alphanumeric: ByteClass.isWord(byte)
            case .upperAndDigits: ByteClass.isUpper(byte) || ByteClass.isDigit(byte)
            case .hexadecimal: ByteClass.isHexadecimal(byte)
            case .url: ByteClass.isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            case .lowerHexadecimal: ByteClass.isDigit(byte) || byte &- 0x61 < 6
            case .dotted: Alphabet.url.contains(byte) || byte == UInt8(ascii: ".")
            case .slashed: Alphabet.url.contains(byte) || byte == UInt8(ascii: "/")
            case .dollared: Alphabet.url.contains(byte) || byte == UInt8(ascii: "$")
            }
        }
    }

    var kind: String
    var prefix: [UInt8]
    var alphabet: Alphabet
    /// How many characters follow the prefix.
    var length: ClosedRange<Int>
    var score: Double

    init(_ kind: String, _ prefix: String, _ alphabet: Alphabet, _ length: ClosedRange<Int>, _ score: Double = 0.95) {
        self.kind = kind
        self.prefix = Array(prefix.utf8)
        self.alphabet = alphabet
        self.length = length
        self.score = score
    }

    /// The forms, longer beginnings first. Sources: the issuers' documentation of their tokens.
    static let all: [SecretFormat] = [
        cloud, code, chat, payments, models, tools,
    ].flatMap { $0 }.sorted { $0.prefix.count > $1.prefix.count }

    private static let cloud: [SecretFormat] =
        ["AKIA", "ASIA", "ABIA", "ACCA"].map { SecretFormat("AWS_ACCESS_KEY", $0, .upperAndDigits, 16...16) } + [
            SecretFormat("GOOGLE_API_KEY", "AIza", .url, 35...35),
            SecretFormat("GOOGLE_OAUTH_SECRET", "GOCSPX-", .url, 28...28),
            SecretFormat("GOOGLE_OAUTH_TOKEN", "ya29.", .url, 20...400),
            SecretFormat("DIGITALOCEAN_TOKEN", "dop_v1_", .hexadecimal, 64...64),
            SecretFormat("DIGITALOCEAN_TOKEN", "doo_v1_", .hexadecimal, 64...64),
            SecretFormat("DIGITALOCEAN_TOKEN", "dor_v1_", .hexadecimal, 64...64),
            SecretFormat("DATABRICKS_TOKEN", "dapi", .hexadecimal, 32...34),
            SecretFormat("VAULT_TOKEN", "hvs.", .url, 24...200),
            SecretFormat("VAULT_TOKEN", "hvb.", .url, 100...300),
            SecretFormat("SUPABASE_TOKEN", "sbp_", .hexadecimal, 40...40),
            SecretFormat("PLANETSCALE_TOKEN", "pscale_tkn_", .dotted, 32...64),
            SecretFormat("PLANETSCALE_TOKEN", "pscale_pw_", .dotted, 32...64),
            SecretFormat("HEROKU_TOKEN", "HRKU-", .url, 36...70),
            SecretFormat("ALIBABA_ACCESS_KEY", "LTAI", .alphanumeric, 17...21, 0.8),
        ]

    private static let code: [SecretFormat] =
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map { SecretFormat("GITHUB_TOKEN", $0, .alphanumeric, 36...255) } + [
            SecretFormat("GITHUB_TOKEN", "github_pat_", .url, 40...90),
            SecretFormat("NPM_TOKEN", "npm_", .alphanumeric, 36...36),
            SecretFormat("PYPI_TOKEN", "pypi-AgEIcHlwaS5vcmc", .url, 50...300),
            SecretFormat("PYPI_TOKEN", "pypi-AgENdGVzdC5weXBpLm9yZw", .url, 50...300),
            SecretFormat("RUBYGEMS_TOKEN", "rubygems_", .hexadecimal, 48...48),
            SecretFormat("DOCKER_TOKEN", "dckr_pat_", .url, 27...40),
            SecretFormat("ATLASSIAN_TOKEN", "ATATT3", .url, 80...250),
            SecretFormat("POSTMAN_TOKEN", "PMAK-", .url, 50...70),
            SecretFormat("SONAR_TOKEN", "sqp_", .hexadecimal, 40...40),
            SecretFormat("CLOJARS_TOKEN", "CLOJARS_", .alphanumeric, 60...60),
        ]
        + ["glpat-", "glptt-", "gldt-", "glrt-", "glsoat-", "glcbt-", "glimt-", "glft-", "glagent-"].map {
            SecretFormat("GITLAB_TOKEN", $0, .url, 20...64)
        }

    private static let chat: [SecretFormat] =
        ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-", "xoxe-", "xoxe.xoxp-", "xoxe.xoxb-", "xapp-"].map {
            SecretFormat("SLACK_TOKEN", $0, .url, 10...250)
        } + [
            SecretFormat("SLACK_WEBHOOK", "hooks.slack.com/services/T", .slashed, 30...60),
            SecretFormat("DISCORD_WEBHOOK", "discord.com/api/webhooks/", .slashed, 60...120),
            SecretFormat("SENDGRID_KEY", "SG.", .dotted, 60...70),
            SecretFormat("MAILGUN_KEY", "key-", .hexadecimal, 32...32),
            SecretFormat("TWILIO_KEY", "SK", .lowerHexadecimal, 32...32, 0.8),
            SecretFormat("TWILIO_ACCOUNT", "AC", .lowerHexadecimal, 32...32, 0.6),
        ]

    private static let payments: [SecretFormat] =
        ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "sk_prod_"].map {
            SecretFormat("STRIPE_KEY", $0, .alphanumeric, 10...200)
        } + [
            SecretFormat("STRIPE_WEBHOOK_SECRET", "whsec_", .alphanumeric, 24...64),
            SecretFormat("SQUARE_TOKEN", "sq0atp-", .url, 22...22),
            SecretFormat("SQUARE_TOKEN", "sq0csp-", .url, 43...43),
            SecretFormat("BRAINTREE_TOKEN", "access_token$production$", .dollared, 40...60),
        ] + ["shpat_", "shpca_", "shppa_", "shpss_"].map { SecretFormat("SHOPIFY_TOKEN", $0, .hexadecimal, 32...32) }

    private static let models: [SecretFormat] = [
        SecretFormat("ANTHROPIC_KEY", "sk-ant-", .url, 32...160),
        SecretFormat("OPENAI_KEY", "sk-proj-", .url, 32...250),
        SecretFormat("OPENAI_KEY", "sk-svcacct-", .url, 32...250),
        SecretFormat("OPENAI_KEY", "sk-admin-", .url, 32...250), SecretFormat("OPENAI_KEY", "sk-None-", .url, 32...250),
        SecretFormat("OPENROUTER_KEY", "sk-or-v1-", .hexadecimal, 64...64),
        SecretFormat("OPENAI_KEY", "sk-", .alphanumeric, 32...64, 0.85),
        SecretFormat("HUGGINGFACE_TOKEN", "hf_", .alphanumeric, 30...50),
        SecretFormat("HUGGINGFACE_TOKEN", "api_org_", .alphanumeric, 30...50),
        SecretFormat("GROQ_KEY", "gsk_", .alphanumeric, 40...60),
        SecretFormat("REPLICATE_TOKEN", "r8_", .alphanumeric, 37...40),
        SecretFormat("PERPLEXITY_KEY", "pplx-", .alphanumeric, 40...60),
        SecretFormat("XAI_KEY", "xai-", .alphanumeric, 70...90),
        SecretFormat("LANGSMITH_KEY", "lsv2_pt_", .url, 36...60),
        SecretFormat("LANGSMITH_KEY", "lsv2_sk_", .url, 36...60),
        SecretFormat("PINECONE_KEY", "pcsk_", .url, 40...90), SecretFormat("NVIDIA_KEY", "nvapi-", .url, 50...80),
        SecretFormat("TAVILY_KEY", "tvly-", .url, 28...60), SecretFormat("WANDB_KEY", "wandb_v1_", .url, 40...120),
    ]

    private static let tools: [SecretFormat] = [
        SecretFormat("LINEAR_KEY", "lin_api_", .alphanumeric, 40...40),
        SecretFormat("NOTION_TOKEN", "secret_", .alphanumeric, 43...43),
        SecretFormat("NOTION_TOKEN", "ntn_", .alphanumeric, 40...60),
        SecretFormat("FIGMA_TOKEN", "figd_", .url, 38...60),
        SecretFormat("GRAFANA_TOKEN", "glsa_", .url, 36...60),
        SecretFormat("GRAFANA_TOKEN", "glc_", .alphanumeric, 32...400),
        SecretFormat("NEWRELIC_KEY", "NRAK-", .alphanumeric, 27...27),
        SecretFormat("SENTRY_TOKEN", "sntrys_", .url, 40...250),
        SecretFormat("SENTRY_TOKEN", "sntryu_", .hexadecimal, 64...64),
        SecretFormat("DOPPLER_TOKEN", "dp.pt.", .alphanumeric, 40...44),
        SecretFormat("DOPPLER_TOKEN", "dp.st.", .dotted, 40...60),
        SecretFormat("AGE_KEY", "AGE-SECRET-KEY-1", .upperAndDigits, 58...58),
        SecretFormat("AIRTABLE_TOKEN", "pat", .dotted, 79...82, 0.8),
        SecretFormat("DROPBOX_TOKEN", "sl.", .url, 130...152),
        SecretFormat("PULUMI_TOKEN", "pul-", .hexadecimal, 40...40),
        SecretFormat("DYNATRACE_TOKEN", "dt0c01.", .dotted, 80...95),
        SecretFormat("CONTENTFUL_TOKEN", "CFPAT-", .url, 43...43),
        SecretFormat("TYPEFORM_TOKEN", "tfp_", .dotted, 40...64),
    ]
}

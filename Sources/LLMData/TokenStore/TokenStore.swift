public import LLMTokenizer

/// Counts of tokens over a corpus and the documents they occur in.
///
/// Everything is added up: stores filled on several machines are merged into one. Methods may be called from any thread.
public protocol TokenStore: Sendable {
    /// Adds documents in one step: all of them or none. Those whose id is there already are left out, so that adding
    /// again after a failure counts nothing twice.
    ///
    /// - Returns: how many were added.
    func add(_ documents: [TokenizedDocument], tokenizer: any Tokenizer) throws -> Int
    /// Documents and tokens in all.
    func totals() throws -> TokenStoreTotals
    /// What is known of a token; nil when it never occurred.
    func entry(for token: TokenID) throws -> TokenEntry?
    /// The tokens that occur most, equally frequent ones by id.
    func mostFrequent(limit: Int) throws -> [TokenEntry]
    /// The documents that contain a token, in the order they were added.
    func documents(containing token: TokenID, limit: Int) throws -> [TokenOccurrence]
}

/// A document as token ids.
public struct TokenizedDocument: Sendable, Equatable {
    /// The document's id.
    public var id: String
    /// Its tokens.
    public var tokens: [TokenID]

    /// Makes a document.
    public init(id: String, tokens: [TokenID]) {
        self.id = id
        self.tokens = tokens
    }
}

/// A row of the token table.
public struct TokenEntry: Sendable, Equatable {
    /// The token's id.
    public var id: TokenID
    /// The token as the vocabulary writes it.
    public var token: String
    /// How often it occurs.
    public var frequency: Int
    /// In how many documents.
    public var documentCount: Int
}

/// A document that contains a token.
public struct TokenOccurrence: Sendable, Equatable {
    /// The document's id.
    public var documentID: String
    /// How often the token occurs in it.
    public var count: Int
}

/// Sums over a store.
public struct TokenStoreTotals: Sendable, Equatable {
    /// Documents.
    public var documents: Int
    /// Tokens, each occurrence counted.
    public var tokens: Int
    /// Different tokens.
    public var distinctTokens: Int
}

/// What goes wrong with a token store.
public enum TokenStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The database cannot be opened, read or written.
    case database(path: String, reason: String)
    /// The database is no token store, or one of another version.
    case notAStore(path: String, reason: String)
    /// Its tokens were made with another tokenizer.
    case otherTokenizer(path: String, stored: String, given: String)
    /// A row is damaged.
    case malformed(path: String, what: String)

    /// A sentence that names the file and the problem.
    public var description: String {
        switch self {
        case .database(let path, let reason): "\(path): \(reason)"
        case .notAStore(let path, let reason): "\(path): not a token store: \(reason)"
        case .otherTokenizer(let path, let stored, let given):
            "\(path): made with the tokenizer \(stored.prefix(12)), given \(given.prefix(12))"
        case .malformed(let path, let what): "\(path): \(what)"
        }
    }
}

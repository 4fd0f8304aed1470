extension StageRegistry {
    /// The stages of this library.
    public static let standard = StageRegistry(
        documentStages: ["length": { try TextLength($0) }])
}

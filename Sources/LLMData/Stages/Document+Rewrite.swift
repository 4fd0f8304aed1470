extension Document {
    /// Changes the bytes of the text; when they are others afterwards, notes it in the history.
    mutating func rewrite(by stage: String, _ change: (inout [UInt8]) -> Void) {
        var bytes = [UInt8](text.utf8)
        change(&bytes)
        guard !bytes.elementsEqual(text.utf8) else { return }
        text = String(decoding: bytes, as: UTF8.self)
        history.append(stage)
    }
}

extension EncodeScratch {
    /// Appends the ids of a word that the cache knows.
    @inline(__always)
    func append(cached entry: UnsafeMutablePointer<WordCache.Entry>) {
        reserve(4)
        UnsafeMutableRawPointer(ids + count).storeBytes(of: entry.pointee.ids, as: SIMD4<TokenID>.self)
        advance(entry.pointee.count)
    }

    /// Puts the ids since `first` into the cache, if there are one to four of them.
    @inline(__always)
    func remember(
        _ key: (low: UInt64, high: UInt64), _ entry: UnsafeMutablePointer<WordCache.Entry>, from first: Int
    ) {
        let number = count - first
        guard number >= 1, number <= 4 else { return }
        cache.noteInsertion()
        let out = ids + first
        entry.pointee = WordCache.Entry(
            low: key.low, high: key.high,
            ids: SIMD4(out[0], number > 1 ? out[1] : -1, number > 2 ? out[2] : -1, number > 3 ? out[3] : -1))
    }
}

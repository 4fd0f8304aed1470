#if Governance
    /// Where the hashes of all complete subtrees lie, in the order in which they were completed.
    ///
    /// When leaf `n` (from 0) is appended, its own hash is stored and after it one hash for each subtree that it
    /// completes, as many as `n` has ones at its end. So `2n - ones(n)` hashes lie before those of leaf `n`.
    protocol HashStore {
        func hash(at position: Int) throws -> MerkleTree.Digest
    }

    /// Hashes in memory, 32 bytes each.
    struct MemoryHashes: HashStore {
        private(set) var bytes: [UInt8] = []
        private(set) var leafCount = 0

        func hash(at position: Int) throws -> MerkleTree.Digest {
            guard position >= 0, position * 32 + 32 <= bytes.count else {
                throw GovernanceError.notFound(kind: "hash", name: "\(position)")
            }
            return Array(bytes[(position * 32)..<(position * 32 + 32)])
        }

        mutating func append(_ leaf: MerkleTree.Digest) {
            var hash = leaf
            bytes += leaf
            var level = 0
            // The subtree to the left of one of 2^level leaves that ends here was complete 2^level leaves ago.
            while leafCount >> level & 1 == 1 {
                let position = MerkleHistory<MemoryHashes>.count(leaves: leafCount - (1 << level)) + level
                hash = MerkleTree.node(Array(bytes[(position * 32)..<(position * 32 + 32)]), hash)
                bytes += hash
                level += 1
            }
            leafCount += 1
        }

        var root: MerkleTree.Digest {
            (try? MerkleHistory(self).root(size: leafCount)) ?? MerkleTree.emptyRoot
        }
    }

    /// Roots and proofs of a tree, and of all the trees that it was before. Each call reads O(log n) hashes.
    struct MerkleHistory<Store: HashStore> {
        let store: Store

        init(_ store: Store) { self.store = store }

        static func count(leaves: Int) -> Int { 2 * leaves - leaves.nonzeroBitCount }

        /// The hash of the subtree over leaves `first ..< first + 2^level`, which is complete.
        private func subtree(first: Int, level: Int) throws -> MerkleTree.Digest {
            let last = first + (1 << level) - 1
            return try store.hash(at: Self.count(leaves: last) + level)
        }

        /// What has to be stored for a new leaf: its hash and those of the subtrees that it completes.
        func hashesOf(appending leaf: MerkleTree.Digest, number: Int) throws -> [MerkleTree.Digest] {
            var result = [leaf]
            var level = 0
            while number >> level & 1 == 1 {
                let left = try subtree(first: number + 1 - (2 << level), level: level)
                result.append(MerkleTree.node(left, result[level]))
                level += 1
            }
            return result
        }

        /// The root of the first `size` leaves.
        func root(size: Int) throws -> MerkleTree.Digest {
            size == 0 ? MerkleTree.emptyRoot : try hash(of: 0..<size)
        }

        /// The hash over a range of leaves that starts at a multiple of the power of two that covers it.
        private func hash(of range: Range<Int>) throws -> MerkleTree.Digest {
            var result: MerkleTree.Digest?
            var end = range.upperBound
            // Complete subtrees from the right, the smallest first.
            while end > range.lowerBound {
                let level = (end - range.lowerBound).trailingZeroBitCount
                let part = try subtree(first: end - (1 << level), level: level)
                result = result.map { MerkleTree.node(part, $0) } ?? part
                end -= 1 << level
            }
            return result ?? MerkleTree.emptyRoot
        }

        /// The largest power of two below `count`.
        private static func split(_ count: Int) -> Int { 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) }

        /// RFC 6962, section 2.1.1.
        func inclusion(index: Int, size: Int) throws -> InclusionProof {
            var path: [MerkleTree.Digest] = []
            var range = 0..<size
            while range.count > 1 {
                let middle = range.lowerBound + Self.split(range.count)
                if index < middle {
                    path.append(try hash(of: middle..<range.upperBound))
                    range = range.lowerBound..<middle
                } else {
                    path.append(try hash(of: range.lowerBound..<middle))
                    range = middle..<range.upperBound
                }
            }
            return InclusionProof(index: index, size: size, path: path.reversed())
        }

        /// RFC 6962, section 2.1.2.
        func consistency(from oldSize: Int, to newSize: Int) throws -> ConsistencyProof {
            var path: [MerkleTree.Digest] = []
            if oldSize > 0, oldSize < newSize {
                var range = 0..<newSize
                var isWhole = true
                while range.upperBound != oldSize {
                    let middle = range.lowerBound + Self.split(range.count)
                    if oldSize <= middle {
                        path.append(try hash(of: middle..<range.upperBound))
                        range = range.lowerBound..<middle
                    } else {
                        path.append(try hash(of: range.lowerBound..<middle))
                        range = middle..<range.upperBound
                        isWhole = false
                    }
                }
                if !isWhole { path.append(try hash(of: range)) }
            }
            return ConsistencyProof(oldSize: oldSize, newSize: newSize, path: path.reversed())
        }
    }
#endif

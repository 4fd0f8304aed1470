#if Governance
    import Crypto

    /// The hashes of RFC 6962, section 2.1: SHA-256 with 0x00 before a leaf and 0x01 before two nodes.
    public enum MerkleTree {
        /// A SHA-256 digest: 32 bytes.
        public typealias Digest = [UInt8]

        /// The hash of a leaf.
        public static func leaf(_ data: [UInt8]) -> Digest {
            var hash = Crypto.SHA256()
            hash.update(data: [0])
            hash.update(data: data)
            return Array(hash.finalize())
        }

        /// The hash over two subtrees.
        public static func node(_ left: Digest, _ right: Digest) -> Digest {
            var hash = Crypto.SHA256()
            hash.update(data: [1])
            hash.update(data: left)
            hash.update(data: right)
            return Array(hash.finalize())
        }

        /// The root of no leaves at all.
        public static var emptyRoot: Digest { Array(Crypto.SHA256.hash(data: [UInt8]())) }

        /// The root over leaf hashes. O(n).
        public static func root(ofLeaves leaves: [Digest]) -> Digest {
            var store = MemoryHashes()
            for leaf in leaves { store.append(leaf) }
            return store.root
        }
    }

    /// That a leaf is in a tree: the hashes beside its way to the root, from the bottom up.
    public struct InclusionProof: Sendable, Hashable {
        /// The number of the leaf, from 0.
        public var index: Int
        /// How many leaves the tree has.
        public var size: Int
        /// The hashes beside the way, each 32 bytes.
        public var path: [MerkleTree.Digest]

        /// A proof.
        public init(index: Int, size: Int, path: [MerkleTree.Digest]) {
            self.index = index
            self.size = size
            self.path = path
        }

        /// Whether a leaf hash is in the tree with this root. Needs no log. RFC 9162, section 2.1.3.2.
        public func verifies(leaf: MerkleTree.Digest, root: MerkleTree.Digest) -> Bool {
            guard index >= 0, index < size else { return false }
            var (position, last) = (index, size - 1)
            var hash = leaf
            for neighbor in path {
                if last == 0 { return false }
                if position & 1 == 1 || position == last {
                    hash = MerkleTree.node(neighbor, hash)
                    while position & 1 == 0 && position != 0 {
                        position >>= 1
                        last >>= 1
                    }
                } else {
                    hash = MerkleTree.node(hash, neighbor)
                }
                position >>= 1
                last >>= 1
            }
            return last == 0 && hash == root
        }
    }

    /// That a tree is the beginning of a larger one.
    public struct ConsistencyProof: Sendable, Hashable {
        /// Leaves of the earlier tree.
        public var oldSize: Int
        /// Leaves of the later tree.
        public var newSize: Int
        /// Hashes of subtrees, each 32 bytes.
        public var path: [MerkleTree.Digest]

        /// A proof.
        public init(oldSize: Int, newSize: Int, path: [MerkleTree.Digest]) {
            self.oldSize = oldSize
            self.newSize = newSize
            self.path = path
        }

        /// Whether the tree with the old root is the beginning of that with the new one. RFC 9162, section 2.1.4.2.
        public func verifies(oldRoot: MerkleTree.Digest, newRoot: MerkleTree.Digest) -> Bool {
            guard oldSize >= 0, oldSize <= newSize else { return false }
            if oldSize == newSize { return path.isEmpty && oldRoot == newRoot }
            if oldSize == 0 { return path.isEmpty && oldRoot == MerkleTree.emptyRoot }
            var rest = path[...]
            if oldSize & (oldSize - 1) == 0 { rest = [oldRoot] + rest }
            guard var first = rest.popFirst() else { return false }
            var (position, last) = (oldSize - 1, newSize - 1)
            while position & 1 == 1 {
                position >>= 1
                last >>= 1
            }
            var second = first
            for neighbor in rest {
                if last == 0 { return false }
                if position & 1 == 1 || position == last {
                    first = MerkleTree.node(neighbor, first)
                    second = MerkleTree.node(neighbor, second)
                    while position & 1 == 0 && position != 0 {
                        position >>= 1
                        last >>= 1
                    }
                } else {
                    second = MerkleTree.node(second, neighbor)
                }
                position >>= 1
                last >>= 1
            }
            return last == 0 && first == oldRoot && second == newRoot
        }
    }
#endif

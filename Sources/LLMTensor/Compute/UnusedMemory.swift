internal import CLLMKernels

/// Memory that was freed and is kept by the allocator of the C library.
package enum UnusedMemory {
    /// Gives it back to the system where the allocator can: after work that left much behind, such as reading a vocabulary.
    ///
    /// Takes about a millisecond per 50 MB; may be called from any thread.
    package static func release() { llmk_release_unused_memory() }
}

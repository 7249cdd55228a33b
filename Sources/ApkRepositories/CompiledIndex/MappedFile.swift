#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A file of the user's own, mapped for reading.
///
/// - Note: `@unchecked`: the bytes are never written to. A file of the cache is replaced by a rename, never changed in
///   place, so that a mapping keeps what it had.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// Maps a file; nil where there is none, or where somebody else could have written it.
    init?(path: String) {
        guard let (descriptor, size) = OwnFile.openDescriptor(path) else { return nil }
        defer { close(descriptor) }
        guard size > 0, let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            return nil
        }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

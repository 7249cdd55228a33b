/// A name by its hash, for those who have to know many names again and not what they are: 16 bytes, whatever the name.
///
/// The hash has 128 bits and a key that is new in each process, so nobody can make two names meet.
package struct NameHash: Hashable, Sendable {
    private let first: Int
    private let second: Int

    package init(_ path: ArraySlice<UInt8>) {
        var (one, other) = (Hasher(), Hasher())
        path.withUnsafeBytes { bytes in
            one.combine(bytes: bytes)
            other.combine(UInt8(1))
            other.combine(bytes: bytes)
        }
        first = one.finalize()
        second = other.finalize()
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(first) }
}

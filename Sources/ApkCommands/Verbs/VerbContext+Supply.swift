internal import ApkRepositories

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension VerbContext {
    /// Where packages' files come from: directories, the cache, the network.
    func supply() throws(RepositoryError) -> RemoteSupply { try RemoteSupply(try session.access()) }
}

/// A variable of the environment; nil if it is not set, or empty.
func environmentValue(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

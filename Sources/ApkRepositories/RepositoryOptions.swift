/// Which repositories to read, for which architecture, and whom to trust.
public struct RepositoryOptions: Sendable {
    /// Repositories as the option `-X` takes them, in order: `DIR`, `URL` or `@tag URL`.
    public var repositories: [String] = []
    /// A file in the syntax of `etc/apk/repositories`, read instead of the root's or the host's.
    public var repositoriesFile: String?
    /// The architecture; nil for the root's, else the host's.
    public var architecture: String?
    /// Directories of public keys; empty for those of the root and the host.
    public var keyDirectories: [String] = []
    /// Takes indexes without a signature by a trusted key.
    public var allowUntrusted = false
    /// A root whose installed packages, world and settings count.
    public var root: String?
    /// Whether the root gives only its settings, and counts as empty otherwise: no packages, no world.
    public var startsEmpty = false
    /// Records in the text of an installed database that count as installed, instead of the root's.
    package var installedRecords: [UInt8]?

    public init() {}

    /// The architecture of this machine, as apk calls it.
    public static var hostArchitecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "aarch64"
        #elseif arch(i386)
            "x86"
        #elseif arch(arm)
            "armv7"
        #elseif arch(powerpc64le)
            "ppc64le"
        #elseif arch(s390x)
            "s390x"
        #else
            "riscv64"
        #endif
    }
}

internal import ApkFormats

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
    /// How repositories on other machines are reached.
    public var remote = RemoteAccess()

    /// Whether having no repositories at all is an error; to remove packages none is needed.
    public var needsRepositories = true

    /// A directory for indexes that were verified and read before, in a form that need not be read again; nil for none.
    /// It counts only where it belongs to this user alone.
    public var compiledIndexDirectory: String?

    public init() {}

    /// Whether anything says which repositories to use: these options, the root, or the host.
    public var namesRepositories: Bool {
        if !repositories.isEmpty || repositoriesFile != nil { return true }
        return root.map { RootSettings.namesRepositories(below: $0) } ?? false
            || RootSettings.namesRepositories(below: "")
    }

    /// The main and community repositories of Alpine's latest stable release, for those who name none.
    public static let alpineLatestStable = [
        "https://dl-cdn.alpinelinux.org/alpine/latest-stable/main",
        "https://dl-cdn.alpinelinux.org/alpine/latest-stable/community",
    ]

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

    /// The directories that public keys are read from: those given, else the root's and the host's as far as they exist.
    package var effectiveKeyDirectories: [String] {
        guard keyDirectories.isEmpty else { return keyDirectories }
        let ofRoot = RootPath.place(of: "etc/apk/keys", in: root.map { $0 == "/" ? "" : $0 } ?? "")
        return [ofRoot, "/etc/apk/keys"].compactMap(\.self).filter { RootSettings.isDirectory($0) }
    }
}

extension RepositoryOptions {
    /// The lines of ``repositories`` for the settings of a root, without credentials. Directories of this machine mean
    /// nothing there and are left out.
    package var repositoriesOfRoot: [UInt8] {
        let remote = repositories.filter { line in
            guard let url = line.split(separator: " ").last else { return false }
            return Repository.localPath(of: String(url)) == nil
        }
        return remote.flatMap { Array(removingCredentials(in: $0).utf8) + [0x0a] }
    }
}

extension Catalog {
    /// The keys that signed the repositories' indexes: file names and contents, each once.
    package func signingKeys(options: RepositoryOptions) -> [(name: String, content: [UInt8])] {
        var keys: [(name: String, content: [UInt8])] = []
        for name in repositories.compactMap(\.signedBy) where !keys.contains(where: { $0.name == name }) {
            for directory in options.effectiveKeyDirectories {
                // A key's name was the name of a file when the key ring was read.
                guard let content = try? RootSettings.read(directory + "/" + name) else { continue }
                keys.append((name, content))
                break
            }
        }
        return keys
    }
}

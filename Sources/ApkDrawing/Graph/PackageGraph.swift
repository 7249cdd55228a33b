internal import ApkFormats

/// An answer as something that can be drawn: requests, packages, and who asks for whom.
///
/// A plain value without a universe behind it; programs may make one of anything that looks like packages.
public struct PackageGraph: Sendable, Hashable {
    /// The requests, as they were written.
    public var requests: [String]
    /// The packages in the order of installation.
    public var packages: [Package]
    /// Who asks for whom; at most one edge from one end to another.
    public var edges: [Edge]

    public init(requests: [String], packages: [Package], edges: [Edge]) {
        self.requests = requests
        self.packages = packages
        self.edges = edges
    }

    /// One package.
    public struct Package: Sendable, Hashable {
        public var name: String
        public var version: String
        /// In bytes.
        public var downloadSize: Int
        /// In bytes.
        public var installedSize: Int
        /// One line of what it is; empty where the index says nothing.
        public var summary: String
        /// How many packages would leave with it, itself included.
        public var exclusiveCount: Int
        /// What these take together when installed, in bytes.
        public var exclusiveInstalledSize: Int

        public init(
            name: String, version: String, downloadSize: Int, installedSize: Int, summary: String = "",
            exclusiveCount: Int = 1, exclusiveInstalledSize: Int? = nil
        ) {
            self.name = name
            self.version = version
            self.downloadSize = downloadSize
            self.installedSize = installedSize
            self.summary = summary
            self.exclusiveCount = exclusiveCount
            self.exclusiveInstalledSize = exclusiveInstalledSize ?? installedSize
        }
    }

    /// One end asking for a package.
    public struct Edge: Sendable, Hashable {
        public var from: End
        /// The package that stands for what is asked, as a place in ``PackageGraph/packages``.
        public var to: Int
        /// What is asked, as the record or the request says: `so:libz.so.1`, `nodejs>=20`.
        public var requirements: [String]
        public var kind: Kind

        public init(from: End, to: Int, requirements: [String], kind: Kind) {
            self.from = from
            self.to = to
            self.requirements = requirements
            self.kind = kind
        }
    }

    /// Who asks.
    public enum End: Sendable, Hashable {
        /// A place in ``PackageGraph/requests``.
        case request(Int)
        /// A place in ``PackageGraph/packages``.
        case package(Int)
    }

    /// How an edge comes about; of several the first of these counts.
    public enum Kind: String, Sendable, CaseIterable {
        /// A dependency on the package's own name.
        case name
        /// A dependency on another name that the package provides.
        case provided
        /// The one end meets a condition of the other's `install_if`.
        case installIf
    }

    /// Why a package is there; of several the first of these counts.
    public enum Role: String, Sendable, CaseIterable {
        /// A request is for it.
        case requested
        /// It was chosen among the packages that provide a name, such as `/bin/sh`.
        case provider
        case dependency
        /// Nothing asks for it: its `install_if` came true.
        case installIf
        /// Nothing asks for it; an installed root had it.
        case installed
    }
}

extension PackageGraph {
    /// The sum of the packages' installed sizes, in bytes.
    public var installedSize: Int { packages.saturatingSum { $0.installedSize } }
    /// The sum of the packages' download sizes, in bytes.
    public var downloadSize: Int { packages.saturatingSum { $0.downloadSize } }

    /// The role of each package.
    public var roles: [Role] {
        var roles = [Role](repeating: .installed, count: packages.count)
        for edge in edges {
            let role: Role
            switch (edge.from, edge.kind) {
            case (.request, _): role = .requested
            case (_, .provided) where edge.requirements.contains(where: PackageGraph.isChoice): role = .provider
            case (_, .installIf): role = .installIf
            default: role = .dependency
            }
            if role.rank < roles[edge.to].rank { roles[edge.to] = role }
        }
        return roles
    }

    /// Whether a provided name is one that people choose a provider for, not one that a build tool derives from files
    /// (`so:`, `cmd:`, `pc:`).
    private static func isChoice(_ requirement: String) -> Bool { !requirement.utf8.contains(UInt8(ascii: ":")) }

    /// The edges that lead to each package.
    var edgesToPackages: [[Edge]] {
        var result = [[Edge]](repeating: [], count: packages.count)
        for edge in edges { result[edge.to].append(edge) }
        return result
    }
}

extension PackageGraph.Role {
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

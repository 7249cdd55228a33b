internal import ApkFormats
public import ApkSolver

/// What became of a lock's packages and repositories.
public struct LockSearch: Sendable {
    /// The locked packages that the repositories still have, in the lock's order.
    public var packages: [PackageID] = []
    /// Those that they no longer have.
    public var vanished: [Vanished] = []
    /// Repositories whose index is older than the one that was locked.
    public var rollbacks: [Rollback] = []

    /// A locked package that no repository has.
    public struct Vanished: Hashable, Sendable {
        public var package: LockedPackage
        /// What a repository has under the name instead, as `name-version`; nil for nothing.
        public var replacement: String?
    }

    /// A repository that went back in time: a stale mirror, or somebody who serves old packages on purpose.
    public struct Rollback: Hashable, Sendable {
        public var location: String
        /// When the newest package of the locked and of the present index was built, in seconds since 1970.
        public var lockedBuild: Int
        public var presentBuild: Int
    }
}

extension Catalog {
    /// Looks for the packages of a lock, by name and identity.
    public func find(_ section: Lock.Section) -> LockSearch {
        var search = LockSearch()
        for locked in section.packages {
            let candidates = packages(named: locked.name)
            let match = candidates.first { universe.packages[$0.index].identity == locked.checksum.identity }
            if let match {
                search.packages.append(match)
            } else {
                let newest = candidates.max { first, second in
                    Version.compare(universe.version(of: first), universe.version(of: second)) == .less
                }
                search.vanished.append(.init(package: locked, replacement: newest.map { universe.label(of: $0) }))
            }
        }
        for locked in section.repositories {
            guard let place = repositories.firstIndex(where: { $0.location == locked.location }),
                repositories[place].sha256 != locked.sha256
            else { continue }
            let newest = newestBuild(inRepository: place)
            if newest < locked.newestBuild {
                search.rollbacks.append(
                    .init(location: locked.location, lockedBuild: locked.newestBuild, presentBuild: newest))
            }
        }
        return search
    }

    /// The repositories as a lock records them.
    public var lockedRepositories: [LockedRepository] {
        repositories.indices.map { index in
            let repository = repositories[index]
            return LockedRepository(
                location: repository.location, tag: repository.tags.compactMap { $0 }.first,
                description: repository.description, sha256: repository.sha256, signedBy: repository.signedBy,
                newestBuild: newestBuild(inRepository: index))
        }
    }

    /// When the newest package of a repository was built, in seconds since 1970; 0 where none says so.
    private func newestBuild(inRepository index: Int) -> Int {
        universe.allPackages.reduce(0) { newest, package in
            guard universe.packages[package.index].repositories & (1 << UInt32(index)) != 0 else { return newest }
            return max(newest, Int(universe.field("t", of: package)) ?? 0)
        }
    }

    /// The packages that are called so, in the order of loading.
    private func packages(named name: String) -> [PackageID] {
        guard let id = universe.name(name) else { return [] }
        return universe.providerRange(id).map { universe.providers[$0].package }.filter {
            universe.packages[$0.index].name == id
        }
    }

    /// The package that another universe knows by this name and identity.
    package func package(like other: PackageID, of universe: Universe) -> PackageID? {
        let identity = universe.packages[other.index].identity
        return packages(named: universe.name(of: other)).first {
            self.universe.packages[$0.index].identity == identity
        }
    }

    /// Packages as the text of an installed database, so that a solver keeps them where it can.
    package func databaseText(keeping packages: [PackageID]) -> [UInt8] {
        var text: [UInt8] = []
        for package in packages {
            for letter in "CPVASILomtckDpi".unicodeScalars {
                let value = universe.field(letter, of: package)
                if !value.isEmpty { text += Array("\(letter):\(value)\n".utf8) }
            }
            let tag = universe.repository(of: package).flatMap { repositories[$0].tags.compactMap { $0 }.first }
            if let tag { text += Array("s:\(tag)\n".utf8) }
            text.append(0x0a)
        }
        return text
    }
}

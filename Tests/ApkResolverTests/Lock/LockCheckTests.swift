import ApkFormats
import ApkRepositories
import ApkResolver
import ApkSolver
import Foundation
import Testing

/// Locks against the fixture repositories.
@Suite struct LockCheckTests {
    private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures").path

    private func options(_ repositories: [String]) -> RepositoryOptions {
        var options = RepositoryOptions()
        options.repositories = repositories.map { "\(fixtures)/\($0)" }
        options.keyDirectories = [fixtures + "/keys"]
        options.architecture = "x86_64"
        return options
    }

    /// A section as a lock would hold it; file digests do not matter to what is tested here.
    private func section(_ requests: [String], _ resolution: Resolution, _ catalog: Catalog) throws -> Lock.Section {
        let packages = try resolution.packages.map { package in
            let universe = resolution.universe
            return LockedPackage(
                name: universe.name(of: package), version: universe.version(of: package), architecture: "x86_64",
                repository: 0, checksum: try #require(universe.checksum(of: package)), sha256: LockTextTests.digest,
                segments: nil, dataHash: nil, downloadSize: 1, installedSize: 1)
        }
        return Lock.Section(
            architecture: "x86_64", requests: requests, options: [], repositories: catalog.lockedRepositories,
            packages: packages)
    }

    @Test func aLockFitsUntilSomethingChanges() throws {
        let catalog = try Catalog.load(options(["repository"]))
        let resolution = try Resolver(universe: catalog.universe).resolve(["nodejs"])
        let lock = try section(["nodejs"], resolution, catalog)
        guard case .fits(let locked) = try LockCheck(lock, requests: ["nodejs"], options: [], catalog: catalog) else {
            Issue.record("the lock must fit")
            return
        }
        #expect(locked.packages == resolution.packages && locked.edges == resolution.edges)
        func staleness(_ lock: Lock.Section, _ requests: [String], _ options: [String] = []) throws -> LockStaleness {
            guard
                case .stale(let staleness) = try LockCheck(lock, requests: requests, options: options, catalog: catalog)
            else { throw CancellationError() }
            return staleness
        }
        #expect(try staleness(lock, ["nodejs", "nginx"]).addedRequests == ["nginx"])
        #expect(try staleness(lock, ["nginx"]).removedRequests == ["nodejs"])
        #expect(try staleness(lock, ["nodejs"], ["--no-install-if"]).addedOptions == ["--no-install-if"])
        var edited = lock
        edited.packages.removeAll { $0.name == "zlib" }
        #expect(try staleness(edited, ["nodejs"]).isIncomplete)
        var superfluous = try section(
            ["nodejs"], try Resolver(universe: catalog.universe).resolve(["nodejs", "nginx"]), catalog)
        #expect(try staleness(superfluous, ["nodejs"]).isIncomplete)
        superfluous.packages = lock.packages
        superfluous.packages[0].checksum = try #require(Checksum("Q1/J2XyarXzv/9NRbDDLNXhkiMJ5Y="))
        let vanished = try staleness(superfluous, ["nodejs"]).vanished
        #expect(vanished.map(\.package.name) == ["musl"])
        #expect(vanished.first?.replacement == "musl-1.2.4_git20230717-r4")
    }

    /// Row S21: an index that its repository signed, and that is older than the one the lock was made from.
    @Test func anOlderIndexIsARollback() throws {
        let catalog = try Catalog.load(options(["repository"]))
        let resolution = try Resolver(universe: catalog.universe).resolve(["musl"])
        var lock = try section(["musl"], resolution, catalog)
        #expect(catalog.find(lock).rollbacks.isEmpty)
        lock.repositories[0].sha256 = LockTextTests.digest
        #expect(catalog.find(lock).rollbacks.isEmpty)
        lock.repositories[0].newestBuild += 1
        #expect(catalog.find(lock).rollbacks.map(\.lockedBuild) == [lock.repositories[0].newestBuild])
    }

    @Test(arguments: [
        (LockUpdate.Freedom.least, ["hello-plain-2.1-r0", "counter-engine-2.5-r1"]),
        (.packages(["hello-plain"]), ["hello-plain-3.0-r0", "counter-engine-2.5-r1"]),
        (.everything, ["hello-plain-3.0-r0", "counter-engine-3.1-r0"]),
    ])
    func anUpdateChangesNoMoreThanAllowed(_ freedom: LockUpdate.Freedom, _ expected: [String]) throws {
        let requests = ["hello-plain", "counter-engine"]
        let old = try Catalog.load(options(["repository"]))
        let lock = try section(requests, try Resolver(universe: old.universe).resolve(requests), old)
        let newer = try Catalog.load(options(["repository", "edge"]))
        let resolution = try LockUpdate(catalog: newer, options: options(["repository", "edge"]))
            .resolve(requests, lock: lock, freedom: freedom, options: ResolveOptions())
        let labels = resolution.packages.map { newer.universe.label(of: $0) }
        #expect(expected.allSatisfy { labels.contains($0) })
        #expect(resolution.universe === newer.universe)
    }
}

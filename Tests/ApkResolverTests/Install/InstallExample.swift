import ApkFormats
import ApkRepositories
import ApkResolver
import ApkRoot
import ApkSolver
import ApkTestSupport
import Foundation
import Testing

/// A root from requests, as a program that embeds the library would write it.
@Suite struct InstallExample {
    // snippet
    func install(_ requests: [String], into path: String, repository: String, keys: String) throws -> [String] {
        let root = try StagingRoot(path: path, creates: true)
        defer { try? root.close() }
        var options = RepositoryOptions()
        options.repositories = [repository]
        options.keyDirectories = [keys]
        options.architecture = "x86_64"
        options.root = path
        let catalog = try Catalog.load(options)
        let resolution = try Resolver(universe: catalog.universe, world: catalog.world).resolve(requests)
        let plan = try RootInstaller(catalog, options).install(resolution, into: root)
        return plan.scripts.filter { $0.outcome == .needsYou }.map(\.package)
    }
    // end of snippet

    private func package(_ name: String, _ version: String = "1.0-r0", script: String? = nil) -> PackageBuilder {
        var builder = PackageBuilder()
        (builder.name, builder.version, builder.origin) = (name, version, name)
        builder.content = { $0.checkedFile("usr/bin/\(name)", version, mode: 0o755) }
        if let script { builder.scripts = { $0.file(".post-install", script, mode: 0o755) } }
        return builder
    }

    @Test func aRootIsMadeAndChanged() throws {
        let repository = try TestRepository([
            .init(package("a"), fields: ["D": "b"]), .init(package("b", script: "#!/bin/sh\nunheard-of\n")),
            .init(package("c")),
        ])
        let root = repository.path("root")
        func text(_ path: String) -> String? { try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }
        let scripts = try install(
            ["a"], into: root, repository: repository.path("repository"), keys: repository.path("keys"))
        #expect(scripts == ["b-1.0-r0"])
        #expect(text("usr/bin/b") == "1.0-r0")
        #expect(text("etc/apk/world") == "a\n")
        #expect(text("etc/apk/arch") == "x86_64\n")
        #expect(FileManager.default.fileExists(atPath: root + "/etc/apk/keys/" + TestKey.first.name))
        _ = try install(["c"], into: root, repository: repository.path("repository"), keys: repository.path("keys"))
        #expect(text("etc/apk/world") == "a\nc\n")
        #expect(text("usr/bin/c") == "1.0-r0")
        _ = try install(["!c"], into: root, repository: repository.path("repository"), keys: repository.path("keys"))
        #expect(text("usr/bin/c") == nil)
        // A run that fails leaves the root as it was, and a new one not at all.
        let before = text("lib/apk/db/installed")
        #expect(throws: ResolutionError.self) {
            try install(["none"], into: root, repository: repository.path("repository"), keys: repository.path("keys"))
        }
        #expect(throws: ResolutionError.self) {
            try install(
                ["none"], into: repository.path("new/root"), repository: repository.path("repository"),
                keys: repository.path("keys"))
        }
        #expect(text("lib/apk/db/installed") == before)
        #expect(!FileManager.default.fileExists(atPath: repository.path("new")))
        #expect(!FileManager.default.fileExists(atPath: root + "/.apkresolve"))
    }

    /// A lock pins whole files: one that differs in its signature alone is another, also in a directory.
    @Test func lockedFilesAreDemanded() throws {
        var signed = package("a")
        signed.signatures = [.by(.first, .sha256)]
        let repository = try TestRepository([.init(package("a"))])
        var options = RepositoryOptions()
        options.repositories = [repository.path("repository")]
        options.keyDirectories = [repository.path("keys")]
        options.architecture = "x86_64"
        let catalog = try Catalog.load(options)
        let resolution = try Resolver(universe: catalog.universe).resolve(["a"])
        let identity = try #require(resolution.packages.first.map { catalog.universe.record(of: $0).checksum.identity })
        func install(_ digest: String) throws {
            let root = try StagingRoot(path: repository.path("root"), creates: true)
            defer { try? root.close() }
            var installer = try RootInstaller(catalog, options)
            installer.lockedDigests = [identity: digest]
            try installer.install(resolution, into: root)
        }
        let error = #expect(throws: RepositoryError.self) {
            try install(TestHash.hex(TestHash.sha256(signed.build().bytes)))
        }
        #expect(error?.code == .notLockedFile)
        #expect(!FileManager.default.fileExists(atPath: repository.path("root")))
        let file = try #require(FileManager.default.contents(atPath: repository.path("repository/x86_64/a-1.0-r0.apk")))
        try install(TestHash.hex(TestHash.sha256([UInt8](file))))
        #expect(FileManager.default.fileExists(atPath: repository.path("root/usr/bin/a")))
    }
}

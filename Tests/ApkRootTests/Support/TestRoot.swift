import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation

@testable import ApkRoot

/// A directory of a test's own, removed with the value that holds it.
final class TestDirectory: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "apkroot-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a root in it.
    var root: String { path + "/root" }

    /// What is in a directory below, sorted; links are not followed.
    func names(_ relative: String = "root") -> [String] {
        let top = path + "/" + relative
        guard let walk = FileManager.default.enumerator(atPath: top) else { return [] }
        return walk.compactMap { $0 as? String }.sorted()
    }

    func text(_ relative: String) -> String? {
        try? String(contentsOfFile: root + "/" + relative, encoding: .utf8)
    }

    func target(_ relative: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: root + "/" + relative)
    }

    func make(_ relative: String, _ text: String) throws {
        let file = root + "/" + relative
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    func link(_ relative: String, to target: String) throws {
        let file = root + "/" + relative
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
    }
}

/// A package for tests: a name, what its data segment holds, and lines of its `.PKGINFO`.
struct TestPackage: Sendable {
    var builder: PackageBuilder

    init(
        _ name: String, _ version: String = "1.0-r0", origin: String? = nil, lines: [String] = [],
        scripts: [String: String] = [:],
        content: @escaping @Sendable (inout TarBuilder) -> Void
    ) {
        builder = PackageBuilder()
        builder.name = name
        builder.version = version
        builder.origin = origin ?? name
        builder.lines = lines
        builder.content = content
        builder.scripts = { tar in
            for (kind, text) in scripts.sorted(by: { $0.key < $1.key }) { tar.file("." + kind, text, mode: 0o755) }
        }
    }

    static var verifier: PackageVerifier {
        PackageVerifier(keys: KeyRing(keys: [(name: TestKey.first.name, pem: TestKey.first.publicPEM)]))
    }

    func verified() throws -> VerifiedPackage {
        let bytes = builder.build().bytes
        return try Self.verifier.verify(MemoryFile(bytes, name: builder.name + ".apk"))
    }
}

extension StagingRoot {
    /// Inflates packages into the stage of this root.
    func staged(_ packages: [VerifiedPackage], threads: Int = 2) throws -> [StagedPackage] {
        try PackageStaging(stage: stage, threads: threads).run(sizes: packages.map(\.fileSize)) { packages[$0] }
    }
}

/// Installs packages in one run.
@discardableResult
func install(
    _ packages: [TestPackage], removing: [String] = [], into path: String, options: RunOptions = RunOptions(),
    system: SystemInterface = SystemInterface(), world: String = ""
) throws -> RootPlan {
    let verified = try packages.map { try $0.verified() }
    return try install(verified, removing: removing, into: path, options: options, system: system, world: world)
}

@discardableResult
func install(
    _ packages: [VerifiedPackage], removing: [String] = [], into path: String, options: RunOptions = RunOptions(),
    threads: Int = 2, system: SystemInterface = SystemInterface(), world: String = ""
) throws -> RootPlan {
    let root = try StagingRoot(path: path, creates: true, waits: true, system: system)
    do {
        let staged = try root.staged(packages, threads: threads)
        var changes = RootChanges(
            removing.map { .remove(name: $0) } + staged.map { .install($0, tag: nil) },
            world: World(parsing: Array(world.utf8)))
        changes.architectures = ["x86_64"]
        let plan = try root.plan(changes, options: options)
        try root.commit(plan)
        try root.close()
        return plan
    } catch {
        try? root.close()
        throw error
    }
}

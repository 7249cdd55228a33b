import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Devices and FIFOs that could not be made are files of the root: whatever becomes of their packages, the archive of the
/// root is the same as where they were made.
struct UnmadeNodeTests {
    /// What a version of a package has at a path.
    enum Thing: String, Sendable {
        case node, file, link, directory, nothing

        func add(_ path: String, to tar: inout TarBuilder) {
            tar.directory(String(path.prefix { $0 != "/" }))
            switch self {
            // The only one that everybody may make.
            case .node: tar.entry(tar.header(path, type: "6", mode: 0o622))
            case .file: tar.checkedFile(path, "x")
            case .link: tar.checkedLink(path, to: "elsewhere")
            case .directory:
                tar.directory(path)
                tar.checkedFile(path + "/inside", "x")
            case .nothing: break
            }
        }
    }

    private static func package(_ name: String, _ version: Int, _ path: String, _ thing: Thing) -> TestPackage {
        TestPackage(name, "\(version)-r0", lines: ["replaces = a"]) { thing.add(path, to: &$0) }
    }

    /// A root in which nodes can be made, and one in which they cannot.
    private struct Pair {
        let made = TestDirectory()
        let unmade = TestDirectory()

        func install(_ packages: [TestPackage], removing: [String] = []) throws {
            for directory in [made, unmade] {
                let system = SystemInterface { directory === unmade && $0 == .makeNode ? .error(EPERM) : nil }
                try ApkRootTests.install(
                    packages, removing: removing, into: directory.root, system: system, world: "a b")
            }
        }

        func compare(_ step: String, at path: String) throws {
            let found = try RootArchiveTests.archive(unmade.root).bytes
            #expect(try found == RootArchiveTests.archive(made.root).bytes, "\(step)")
            var status = stat()
            let isThere = lstat(unmade.root + "/" + path, &status) == 0
            let kind = try RootArchiveTests.entries(found)[path]?.kind
            #expect(isThere == (kind ?? .fifo != .fifo), "\(step)")
        }
    }

    @Test(
        arguments: ["usr/x", "etc/x"],
        [
            [Thing.node, .nothing], [.node, .file, .node, .nothing], [.node, .link, .node],
            [.node, .directory, .node, .nothing], [.node, .node, .nothing], [.file, .node], [.directory, .node],
        ])
    func followPackagesThroughVersions(_ path: String, _ things: [Thing]) throws {
        // A protected file that nobody can tell from a changed one is no directory later (see TypeChangeTests).
        guard path == "usr/x" || !things.contains(.directory) else { return }
        let pair = Pair()
        for (version, thing) in things.enumerated() {
            try pair.install([Self.package("a", version, path, thing), TestPackage("b") { $0.directory("usr") }])
            try pair.compare("version \(version)", at: path)
        }
        try pair.install([], removing: ["a"])
        try pair.compare("removed", at: path)
    }

    @Test func goWithThePackageThatTookThem() throws {
        let pair = Pair()
        try pair.install([Self.package("a", 1, "usr/x", .node)])
        try pair.install([Self.package("b", 1, "usr/x", .node)])
        try pair.compare("taken", at: "usr/x")
        try pair.install([], removing: ["b"])
        try pair.compare("removed", at: "usr/x")
        #expect(pair.unmade.text("lib/apk/db/apkresolve.mtree") == nil)
    }

    /// apk removes a package without knowing of this program's file; what was only extracted is on no list of it.
    @Test func thoseOfPackagesThatApkRemovedAreGone() throws {
        let directory = TestDirectory()
        let system = SystemInterface { $0 == .makeNode ? .error(EPERM) : nil }
        try install([Self.package("a", 1, "usr/x", .node)], into: directory.root, system: system, world: "a")
        let root = try StagingRoot(path: directory.root, creates: false, waits: true, system: system)
        let extracted = try root.staged([Self.package("b", 1, "usr/y", .node).verified()])
        try root.commit(root.plan(RootChanges(extracted.map { .install($0, tag: nil) }), extractingOnly: true))
        try root.close()
        func nodes() throws -> [String] {
            try RootArchiveTests.entries(RootArchiveTests.archive(directory.root).bytes)
                .filter { $0.value.kind == .fifo }.keys.sorted()
        }
        #expect(try nodes() == ["usr/x", "usr/y"])
        try directory.make("lib/apk/db/installed", "\n")
        #expect(try nodes() == ["usr/y"])
        // The next run does not bring it back either.
        try install([Self.package("c", 1, "usr/z", .node)], into: directory.root, system: system, world: "c")
        #expect(try nodes() == ["usr/y", "usr/z"])
    }
}

import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Synchronization
import Testing

@testable import ApkRoot

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Directories of the stage that come into the root as a whole: it is the same as if each file had come by itself.
struct AdoptionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let packages: [TestPackage]
        /// The directories that come as a whole, and the files that get their places one by one.
        let adopted: [String]
        let placed: [String]
    }

    private static let cases: [Case] = [
        Case(
            testDescription: "two directories, one in the other",
            packages: [
                TestPackage("a") { tar in
                    tar.directory("usr/d", mode: 0o700)
                    for number in 0..<20 { tar.checkedFile("usr/d/\(number)", "\(number)") }
                    tar.directory("usr/d/in", mode: 0o2555)
                    for number in 0..<20 { tar.checkedFile("usr/d/in/\(number)", "\(number)", mode: 0o4711) }
                    tar.checkedFile("usr/d/last", "last")
                    tar.checkedLink("usr/d/link", to: "last")
                }
            ], adopted: ["usr/d", "usr/d/in"], placed: []),
        Case(
            testDescription: "a directory comes from who has most of it",
            packages: [
                TestPackage("a") { $0.checkedFile("usr/d/a", "a") },
                TestPackage("b") { tar in for name in ["b", "c", "e"] { tar.checkedFile("usr/d/" + name, name) } },
            ], adopted: ["usr/d"], placed: ["usr/d/a"]),
        Case(
            testDescription: "a file that another package takes over",
            packages: [
                TestPackage("a") { tar in for name in ["1", "2", "3"] { tar.checkedFile("usr/d/" + name, "a") } },
                TestPackage("b", lines: ["replaces = a"]) { $0.checkedFile("usr/d/2", "b") },
            ], adopted: ["usr/d"], placed: ["usr/d/1", "usr/d/3"]),
        Case(
            testDescription: "a file with two names",
            packages: [
                TestPackage("a") { tar in
                    tar.checkedFile("usr/d/1", "1")
                    tar.checkedFile("usr/d/2", "2")
                    tar.hardLink("usr/e/1", to: "usr/d/1")
                }
            ], adopted: [], placed: ["usr/d/1", "usr/d/2", "usr/e/1"]),
        Case(
            testDescription: "through the link of another package",
            packages: [
                TestPackage("a") { tar in
                    tar.checkedFile("usr/lib/1", "1")
                    tar.checkedLink("lib64", to: "usr/lib")
                },
                TestPackage("b") { tar in for name in ["2", "3"] { tar.checkedFile("lib64/" + name, name) } },
            ], adopted: ["usr/lib"], placed: ["usr/lib/1"]),
        Case(
            testDescription: "files of a user",
            packages: [
                TestPackage("a") { tar in
                    for name in ["1", "2"] {
                        var header = tar.header("usr/d/" + name, mode: 0o6750)
                        (header.userID, header.groupID) = (.octal(7), .octal(8))
                        (header.userName, header.groupName) = ([], [])
                        tar.entry(header)
                    }
                }
            ], adopted: ["usr/d"], placed: []),
    ]

    @Test(arguments: cases) func theRootIsTheSame(_ example: Case) throws {
        let planned = TestDirectory()
        let steps = try Self.steps(of: example.packages, for: planned.root)
        let adopted = steps.compactMap { if case .adopt(_, let path) = $0 { path } else { nil } }
        let placed = steps.compactMap { step in
            switch step {
            case .place(_, let path), .link(_, let path): path.starts(with: "usr/".utf8) ? path : nil
            default: nil
            }
        }
        #expect(adopted.map { String(decoding: $0, as: UTF8.self) } == example.adopted)
        #expect(placed.map { String(decoding: $0, as: UTF8.self) } == example.placed)
        try Self.compare(example.packages)
    }

    @Test(arguments: 0..<40) func madePackagesComeTheSameWay(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var taken: Set<String> = []
        let packages = (0..<4).map { number in
            var files: [(path: String, mode: Int)] = []
            for _ in 0..<12 {
                let depth = Int.random(in: 0...3, using: &random)
                let directory = (0..<depth).map { _ in "d\(Int.random(in: 0...1, using: &random))/" }.joined()
                let path = "usr/\(directory)f\(Int.random(in: 0...30, using: &random))"
                // A few belong to several packages, of which the last one has them.
                if taken.insert(path).inserted || number == 3 && !files.contains(where: { $0.path == path }) {
                    files.append((path, [0o644, 0o755, 0o4755, 0].randomElement(using: &random) ?? 0))
                }
            }
            return TestPackage("p\(number)", lines: number == 3 ? ["replaces = p0 p1 p2"] : []) { [files] tar in
                for file in files { tar.checkedFile(file.path, "\(number) \(file.path)", mode: file.mode) }
            }
        }
        try Self.compare(packages)
    }

    /// The steps of a run that is not done.
    private static func steps(of packages: [TestPackage], for path: String) throws -> [Journal.Step] {
        let root = try StagingRoot(path: path, creates: true)
        defer { try? root.close() }
        let staged = try root.staged(packages.map { try $0.verified() })
        let plan = try root.plan(RootChanges(staged.map { .install($0, tag: nil) }, world: World()))
        var preparation = Preparation(root: root.root, stage: root.stage, state: root.state, plan: plan)
        return try preparation.run().steps
    }

    /// Installs packages in a new root, and in one that has all the directories, where every file comes by itself.
    private static func compare(_ packages: [TestPackage]) throws {
        let whole = TestDirectory()
        try install(packages, into: whole.root)
        let directories = whole.names().compactMap { path in
            var status = stat()
            let isDirectory = lstat(whole.root + "/" + path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            return isDirectory ? (path: path, mode: Int(status.st_mode & 0o7777)) : nil
        }
        let single = TestDirectory()
        try install(
            [
                TestPackage("skeleton") { tar in
                    for directory in directories where !directory.path.starts(with: "lib") {
                        tar.directory(directory.path, mode: directory.mode)
                    }
                }
            ], into: single.root)
        try install(packages, into: single.root)
        func files(_ directory: TestDirectory) -> Snapshot {
            Snapshot(directory.root, ignoring: Set(directory.names().filter { $0.hasPrefix("lib/apk") }))
        }
        #expect(files(whole).differences(from: files(single)) == [])
        #expect(whole.names().allSatisfy { !$0.hasPrefix(".apkresolve") })
    }

    /// A run dies before its first directory comes; until the next one completes it, somebody makes that directory.
    @Test func aDirectoryThatIsThereMeanwhileIsFilled() throws {
        let directory = TestDirectory()
        let package = TestPackage("a") { tar in for name in ["1", "2"] { tar.checkedFile("usr/d/" + name, name) } }
        let renames = Atomic<Int>(0)
        let dying = SystemInterface { call in
            // The first one puts the journal into force.
            if call == .rename { renames.add(1, ordering: .relaxed) }
            return renames.load(ordering: .relaxed) > 1 ? .error(EIO) : nil
        }
        #expect(throws: RootError.self) { try install([package], into: directory.root, system: dying) }
        #expect(!directory.names().contains("usr/d"))
        try directory.make("usr/d/theirs", "theirs")
        let root = try StagingRoot(path: directory.root)
        #expect(root.wasResumed)
        try root.close()
        #expect(["1", "2", "theirs"].map { directory.text("usr/d/" + $0) } == ["1", "2", "theirs"])
        #expect(directory.names().allSatisfy { !$0.hasPrefix(".apkresolve") })
    }

    /// A root that hands its group on does not hand it to the files of packages.
    @Test(.enabled(if: geteuid() == 0, "needs the superuser, to have a second group"))
    func filesDoNotGetTheGroupOfTheRoot() throws {
        let directory = TestDirectory()
        try FileManager.default.createDirectory(atPath: directory.root, withIntermediateDirectories: true)
        #expect(chown(directory.root, 0, 12) == 0)
        #expect(chmod(directory.root, 0o2755) == 0)
        try install(
            [
                TestPackage("a") { tar in
                    tar.checkedFile("top", "")
                    tar.directory("usr/d", mode: 0o2755)
                    for name in ["1", "2"] { tar.checkedFile("usr/d/" + name, name) }
                    tar.checkedLink("usr/d/link", to: "1")
                }
            ], into: directory.root)
        for path in directory.names() {
            var status = stat()
            #expect(lstat(directory.root + "/" + path, &status) == 0 && status.st_gid == 0, "\(path)")
            let isSetGroup = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & 0o2000 != 0
            #expect(isSetGroup == (path == "usr/d"), "\(path)")
        }
    }
}

import ApkArchive
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

/// The mode and owner of a directory that is there when the version of its package changes: the new version's, unless a
/// person changed it or another package gives it its mode.
struct DirectoryModeTests {
    /// What a package says of a directory.
    struct Attributes: Sendable, Equatable, CustomStringConvertible {
        var mode: UInt32
        var user: UInt32 = 0
        var group: UInt32 = 0
        var description: String { "\(String(mode, radix: 8)) \(user):\(group)" }

        func add(_ path: String, to tar: inout TarBuilder) {
            var header = tar.header(path + "/", type: "5", mode: Int(mode))
            (header.userID, header.groupID) = (.octal(Int(user)), .octal(Int(group)))
            (header.userName, header.groupName) = ([], [])
            tar.entry(header)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var old = Attributes(mode: 0o755)
        var new: Attributes
        /// What another package says, which is there before and stays.
        var other: (name: String, attributes: Attributes)?
        /// What somebody makes of it in between.
        var between: mode_t?
        var expected: Attributes
    }

    static let cases: [Case] = [
        Case(testDescription: "closed", new: .init(mode: 0o700), expected: .init(mode: 0o700)),
        Case(
            testDescription: "opened", old: .init(mode: 0o700), new: .init(mode: 0o1777), expected: .init(mode: 0o1777)),
        Case(testDescription: "not to be written", new: .init(mode: 0o555), expected: .init(mode: 0o555)),
        Case(testDescription: "hands its group on", new: .init(mode: 0o2775), expected: .init(mode: 0o2775)),
        Case(
            testDescription: "given away", new: .init(mode: 0o755, user: 7, group: 8),
            expected: .init(mode: 0o755, user: 7, group: 8)),
        Case(
            testDescription: "taken back", old: .init(mode: 0o750, user: 7, group: 8), new: .init(mode: 0o755),
            expected: .init(mode: 0o755)),
        Case(
            testDescription: "changed by a person", new: .init(mode: 0o700), between: 0o775,
            expected: .init(mode: 0o775)),
        Case(
            testDescription: "changed by a person, and the package says nothing new", new: .init(mode: 0o755),
            between: 0o700, expected: .init(mode: 0o700)),
        Case(
            testDescription: "another package has it too, and gives no mode", new: .init(mode: 0o700),
            other: ("z", .init(mode: 0o755)), expected: .init(mode: 0o700)),
        Case(
            testDescription: "another package gives the mode", new: .init(mode: 0o700),
            other: ("b", .init(mode: 0o755)), expected: .init(mode: 0o755)),
    ]

    private static func package(_ name: String, _ version: String, _ attributes: Attributes) -> TestPackage {
        TestPackage(name, "\(version)-r0") { tar in
            attributes.add("usr/x", to: &tar)
            tar.checkedFile("usr/x/\(name)", version)
        }
    }

    /// What the root is meant to have; on the disk, where that may hold it.
    private static func found(_ root: String) throws -> Attributes? {
        try RootArchiveTests.entries(RootArchiveTests.archive(root).bytes)["usr/x"].map {
            Attributes(mode: $0.mode, user: $0.userID, group: $0.groupID)
        }
    }

    private static func disk(_ root: String) -> Attributes {
        var status = stat()
        lstat(root + "/usr/x", &status)
        return Attributes(mode: UInt32(status.st_mode & 0o7777), user: status.st_uid, group: status.st_gid)
    }

    /// The same with all rights, and where owners cannot be given or no mode be changed once it is there.
    @Test(arguments: cases, [nil, SystemCall.changeOwner])
    func followsItsPackage(_ example: Case, _ refused: SystemCall?) throws {
        let directory = TestDirectory()
        let system = SystemInterface { $0 == refused ? .error(EPERM) : nil }
        let other = example.other.map { Self.package($0.name, "1.0", $0.attributes) }
        try install(
            [Self.package("p", "1.0", example.old)] + (other.map { [$0] } ?? []), into: directory.root, system: system,
            world: "p")
        if let mode = example.between { chmod(directory.root + "/usr/x", mode) }
        // The directory holds files of both versions, so that its new mode must not come before them.
        try install([Self.package("p", "2.0", example.new)], into: directory.root, system: system, world: "p")
        #expect(try Self.found(directory.root) == example.expected)
        if geteuid() == 0, refused == nil { #expect(Self.disk(directory.root) == example.expected) }
        #expect(directory.text("usr/x/p") == "2.0")
    }

    /// A package that comes anew gives a directory no mode that is there, though it is its owner from now on.
    @Test func aNewOwnerLeavesTheMode() throws {
        let directory = TestDirectory()
        try install([Self.package("p", "1.0", .init(mode: 0o755))], into: directory.root, world: "p")
        try install([Self.package("a", "1.0", .init(mode: 0o700))], into: directory.root, world: "a p")
        #expect(try Self.found(directory.root) == .init(mode: 0o755))
    }

    /// The directory is the one to which links inside the root lead; a link itself gets nothing.
    @Test func isFoundThroughLinks() throws {
        let directory = TestDirectory()
        let layout = TestPackage("layout") { tar in
            tar.directory("usr/x")
            tar.checkedLink("x", to: "usr/x")
        }
        func package(_ version: String, _ mode: Int) -> TestPackage {
            TestPackage("p", version) { tar in
                tar.directory("x/y", mode: mode)
                tar.checkedFile("x/y/file", version)
            }
        }
        try install([layout, package("1.0-r0", 0o755)], into: directory.root, world: "layout p")
        try install([package("2.0-r0", 0o711)], into: directory.root, world: "layout p")
        var status = stat()
        #expect(lstat(directory.root + "/usr/x/y", &status) == 0 && status.st_mode & 0o7777 == 0o711)
        #expect(directory.target("x") == "usr/x")
    }

    /// A superuser's run does not keep the user out who made the root.
    @Test(.enabled(if: geteuid() == 0, "needs the superuser, to work on the root of another user"))
    func theMakerOfTheRootIsNotKeptOut() throws {
        let directory = TestDirectory()
        try install([Self.package("p", "1.0", .init(mode: 0o755))], into: directory.root, world: "p")
        for name in directory.names() + [""] { lchown(directory.root + "/" + name, 1000, 1000) }
        try install([Self.package("p", "2.0", .init(mode: 0o511))], into: directory.root, world: "p")
        #expect(Self.disk(directory.root) == .init(mode: 0o711, user: 1000, group: 1000))
        #expect(try Self.found(directory.root) == .init(mode: 0o511))
    }

    /// Who may give what could not be given before gives it when the package is installed again.
    @Test(.enabled(if: geteuid() == 0, "needs the superuser, who may give directories away"))
    func whatWasWrittenDownIsGivenLater() throws {
        let directory = TestDirectory()
        let package = Self.package("p", "1.0", .init(mode: 0o750, user: 7, group: 8))
        let system = SystemInterface { $0 == .changeOwner ? .error(EPERM) : nil }
        try install([package], into: directory.root, system: system, world: "p")
        #expect(Self.disk(directory.root) == .init(mode: 0o750))
        try install([package], into: directory.root, world: "p")
        #expect(Self.disk(directory.root) == .init(mode: 0o750, user: 7, group: 8))
        #expect(directory.text("lib/apk/db/apkresolve.mtree") == nil)
    }
}

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

/// Row B, "kept on disk when allowed, else as metadata": what the disk may not hold lies beside it, in a file that BSD's
/// tools read too.
struct RootMetadataTests {
    /// Names that would break a line, a word or a keyword.
    static let names = ["plain", "with space", "back\\slash", "#first", "a=b", "caf\u{e9}", "tab\tnew\nline", "\u{7f}"]

    @Test(arguments: names)
    func whatIsWrittenIsRead(_ name: String) throws {
        var node = RootNode(Array("dir/\(name)".utf8), kind: .characterDevice, mode: 0o6751)
        (node.user, node.group) = (4_294_967_294, 7)
        (node.deviceMajor, node.deviceMinor) = (4095, 1_048_575)
        (node.seconds, node.nanoseconds) = (1_700_000_000, 5)
        node.extendedAttributes = [
            .init(name: Array("user.\(name)".utf8), value: Array(0...255)),
            .init(name: Array("user.x".utf8), value: []),
        ]
        var metadata = RootMetadata()
        metadata.set(node, isUnowned: true)
        metadata.set(RootNode(Array("other".utf8), kind: .directory, mode: 0o1777))
        #expect(metadata.text.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) })
        let read = try RootMetadata(parsing: metadata.text, path: [])
        #expect(read == metadata)
        #expect(read[node.path]?.extendedAttributes == node.extendedAttributes)
    }

    @Test(arguments: [
        "dev type=char mode=600 uid=0 gid=0", "./dev type=door mode=600", "./dev mode=600", "./dev type=file mode=99",
        "./dev type=file mode=10000", "./dev type=file uid=root", "./dev type=file gid=-1", "./dev type=char device=1",
        "./dev type=file size=7", "./dev type=file xattr.user.a=0g", "./dev type=file xattr.=00", "./d\\0 type=file",
        "./d\\000 type=file", "./d\\777 type=file", "./dev type=fifo tags=other",
        "./dev type", " ", "./dev type=fifo time=1", "./dev type=fifo time=1.5", "./dev type=fifo time=-1.000000000",
    ])
    func anythingElseIsRefused(_ line: String) {
        let error = #expect(throws: RootError.self) {
            try RootMetadata(parsing: Array("#mtree\n./a type=dir mode=700\n\(line)\n".utf8), path: Array("m".utf8))
        }
        #expect(error?.code == .malformedState)
        #expect(error?.detail == "line 3")
    }

    static let package = TestPackage("a") { tar in
        tar.directory("secret", mode: 0o4510)
        tar.checkedFile("secret/file", "x", mode: 0)
        var device = tar.header("device", type: "4", mode: 0o660)
        (device.deviceMajor, device.deviceMinor) = (.octal(8), .octal(17))
        tar.entry(device)
        tar.entry(tar.header("fifo", type: "6", mode: 0o600))
        var owned = tar.header("owned", mode: 0o6755)
        (owned.userID, owned.groupID, owned.userName, owned.groupName) = (.octal(7), .octal(8), [], [])
        owned.size = .octal(1)
        tar.pax([
            ("APK-TOOLS.checksum.SHA1", Array(TestHash.hex(TestHash.sha1([1])).utf8)), ("SCHILY.xattr.user.a b", [9]),
        ])
        tar.entry(owned, [1])
        tar.hardLink("second", to: "owned")
        var link = tar.header("link", type: "2", mode: 0o777)
        (link.userID, link.groupID, link.userName, link.groupName) = (.octal(7), .octal(8), [], [])
        link.linkName = Array("owned".utf8)
        tar.pax([("APK-TOOLS.checksum.SHA1", Array(TestHash.hex(TestHash.sha1(Array("owned".utf8))).utf8))])
        tar.entry(link)
    }

    /// What a process may be refused, whatever its user: each row makes some calls fail as they do there.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var calls: [SystemCall: Int32]
        /// The paths that are then in the metadata, by a superuser's run.
        var kept: [String]
    }

    static let refusals = [
        Refusal(testDescription: "nothing is refused", calls: [:], kept: []),
        Refusal(testDescription: "a container without CAP_MKNOD", calls: [.makeNode: EPERM], kept: ["device", "fifo"]),
        Refusal(
            testDescription: "a file system without extended attributes", calls: [.setExtendedAttribute: ENOTSUP],
            kept: ["owned", "second"]),
        Refusal(
            testDescription: "a user namespace with one number", calls: [.changeOwner: EINVAL],
            kept: ["link", "owned", "second"]),
        Refusal(
            testDescription: "a container without CAP_CHOWN", calls: [.changeOwner: EPERM],
            kept: ["link", "owned", "second"]),
    ]

    @Test(.enabled(if: geteuid() == 0, "needs the superuser, who may else do it all"), arguments: refusals)
    func whatIsRefusedIsWrittenDown(_ refusal: Refusal) throws {
        let directory = TestDirectory()
        let system = SystemInterface { refusal.calls[$0].map { .error($0) } }
        try install([Self.package], into: directory.root, system: system, world: "a")
        let text = directory.text("lib/apk/db/apkresolve.mtree")
        let metadata = try RootMetadata(parsing: Array((text ?? "").utf8), path: [])
        #expect(metadata.entries.keys.map { String(decoding: $0, as: UTF8.self) }.sorted() == refusal.kept)
        #expect((text == nil) == refusal.kept.isEmpty)
        if let device = metadata[Array("device".utf8)] {
            #expect(device == .init(type: "block", mode: 0o660, user: 0, group: 0, deviceMajor: 8, deviceMinor: 17))
        }
        if let owned = metadata[Array("owned".utf8)] {
            #expect(owned.mode == 0o6755 && owned.user == 7 && owned.group == 8)
            #expect(owned.extendedAttributes == [.init(name: Array("user.a b".utf8), value: [9])])
        }
        // Whoever may do it all puts everything right by installing again, and nothing is left beside.
        try install([Self.package], into: directory.root, world: "a")
        #expect(directory.text("lib/apk/db/apkresolve.mtree") == nil)
        var status = stat()
        #expect(lstat(directory.root + "/owned", &status) == 0)
        #expect(status.st_uid == 7 && status.st_gid == 8 && status.st_mode & 0o7777 == 0o6755 && status.st_nlink == 2)
        #expect(lstat(directory.root + "/device", &status) == 0)
        #expect(status.st_mode & S_IFMT == S_IFBLK && status.st_rdev == 8 << 8 | 17)
        #expect(lstat(directory.root + "/secret", &status) == 0 && status.st_mode & 0o7777 == 0o4510)
        let attribute = try RootFile(
            descriptor: open(directory.root + "/owned", O_RDONLY), system: SystemInterface()
        ).extendedAttributes()
        #expect(attribute == [.init(name: Array("user.a b".utf8), value: [9])])
    }

    private final class ModeChanges: Sendable {
        private let count = Locked(0)
        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    /// Some sandboxes refuse set-id bits: the file comes without them, and they are written down.
    @Test func refusedSetIDBitsAreWrittenDown() throws {
        let directory = TestDirectory()
        let package = TestPackage("a") { $0.checkedFile("tool", "x", mode: 0o4755) }
        let changes = ModeChanges()
        let system = SystemInterface { call in call == .changeMode && changes.next() == 1 ? .error(EPERM) : nil }
        try install([package], into: directory.root, system: system, world: "a")
        #expect(directory.text("lib/apk/db/apkresolve.mtree") == "#mtree\n./tool type=file mode=4755 uid=0 gid=0\n")
        var status = stat()
        #expect(lstat(directory.root + "/tool", &status) == 0 && status.st_mode & 0o7777 == 0o755)
    }

    /// Attributes of what is no file are on no disk, so they lie beside it.
    @Test func attributesOfDirectoriesAndNodesAreKept() throws {
        let directory = TestDirectory()
        let attribute = [("SCHILY.xattr.user.a", Array("v".utf8))]
        try install(
            [
                TestPackage("a") { tar in
                    tar.pax(attribute)
                    tar.directory("usr/d")
                    tar.pax(attribute)
                    tar.entry(tar.header("usr/p", type: "6"))
                }
            ], into: directory.root, world: "a")
        let metadata = try RootState(path: directory.root).metadata
        for path in ["usr/d", "usr/p"] {
            #expect(metadata[Array(path.utf8)]?.extendedAttributes.map(\.value) == [Array("v".utf8)], "\(path)")
        }
    }

    /// A directory that somebody's file keeps has its line still when its package goes.
    @Test func whatStaysKeepsItsLine() throws {
        let directory = TestDirectory()
        try install(
            [
                TestPackage("a") { tar in
                    for name in ["usr/kept", "usr/gone"] {
                        tar.pax([("SCHILY.xattr.user.a", Array("v".utf8))])
                        tar.directory(name)
                    }
                }
            ], into: directory.root, world: "a")
        try directory.make("usr/kept/theirs", "")
        try install([TestPackage](), removing: ["a"], into: directory.root)
        let metadata = try RootState(path: directory.root).metadata
        #expect(metadata[Array("usr/kept".utf8)] != nil)
        #expect(metadata[Array("usr/gone".utf8)] == nil)
    }

    /// A number that the system takes for "nobody": the file stays the superuser's, and must not run as the superuser.
    @Test(.enabled(if: geteuid() == 0, "needs the superuser, whose files could run as the superuser"))
    func aFileWhoseOwnerIsNotToBeHadDoesNotRunAsRoot() throws {
        let directory = TestDirectory()
        try install(
            [
                TestPackage("a") { tar in
                    tar.pax([("uid", Array("4294967295".utf8))])
                    tar.entry(tar.header("usr/tool", mode: 0o4755))
                }
            ], into: directory.root, world: "a")
        var status = stat()
        #expect(lstat(directory.root + "/usr/tool", &status) == 0 && status.st_mode & 0o7777 == 0o755)
        let entry = try RootState(path: directory.root).metadata[Array("usr/tool".utf8)]
        #expect(entry?.mode == 0o4755 && entry?.user == .max)
    }

    /// A package without a database to lie beside may ship what is in the way of the metadata.
    @Test func whatHasNoPlaceIsRefusedFirst() throws {
        let directory = TestDirectory()
        let package = TestPackage("a") { tar in
            tar.pax([("SCHILY.xattr.user.x", [1])])
            tar.directory("usr")
            tar.checkedFile("lib", "no directory")
        }
        let root = try StagingRoot(path: directory.root, creates: true)
        let staged = try root.staged([package.verified()])
        let error = #expect(throws: RootError.self) {
            try root.commit(root.plan(RootChanges(staged.map { .install($0, tag: nil) })))
        }
        #expect(error?.code == .typeConflict && error?.path == Array("lib".utf8) && error?.isResumable == false)
        try root.close()
        #expect(directory.names() == [])
    }
}

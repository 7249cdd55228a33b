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

/// A root on the disk as an archive: as it shall be, whoever made it and whatever the disk could not hold.
struct RootArchiveTests {
    /// The archive of a root that is there.
    static func archive(_ path: String) throws -> (bytes: [UInt8], skipped: [String]) {
        let root = try StagingRoot(path: path)
        defer { try? root.close() }
        var tar = TarWriter(MemorySink())
        let skipped = try root.write(to: &tar)
        try tar.finish()
        return (tar.output.bytes, skipped.map { String(decoding: $0, as: UTF8.self) })
    }

    /// The archive of a root that is never on the disk.
    static func archive(_ packages: [TestPackage], world: String) throws -> [UInt8] {
        let directory = TestDirectory()
        let stage = try Stage(path: directory.path)
        defer { try? stage.remove() }
        let verified = try packages.map { try $0.verified() }
        let staged = try PackageStaging(stage: stage).run(sizes: verified.map(\.fileSize)) { verified[$0] }
        var changes = RootChanges(
            staged.map { .install($0, tag: nil) }, world: World(parsing: Array(world.utf8)))
        changes.architectures = ["x86_64"]
        let plan = try RootPlanner.plan(changes, stage: stage)
        var tar = TarWriter(MemorySink())
        try plan.tree.write(to: &tar, from: stage)
        try tar.finish()
        return tar.output.bytes
    }

    static func entries(_ bytes: [UInt8]) throws -> [String: ArchiveEntry] {
        var reader = TarReader(MemorySource(bytes, name: "root.tar"))
        var entries: [String: ArchiveEntry] = [:]
        while let entry = try reader.next() { entries[String(decoding: entry.path, as: UTF8.self)] = entry }
        return entries
    }

    /// Whatever a process may not do while it makes a root, the archive of it is the same, byte for byte.
    @Test(arguments: RootMetadataTests.refusals)
    func isTheSameWhoeverMadeTheRoot(_ refusal: RootMetadataTests.Refusal) throws {
        let directory = TestDirectory()
        let system = SystemInterface { refusal.calls[$0].map { .error($0) } }
        try install([RootMetadataTests.package], into: directory.root, system: system, world: "a")
        let found = try Self.archive(directory.root)
        #expect(try found.bytes == Self.archive([RootMetadataTests.package], world: "a"))
        #expect(found.skipped == [])
    }

    /// What people did to a root since is in the archive too.
    @Test func isTheRootAsItIsNow() throws {
        let directory = TestDirectory()
        let system = SystemInterface { [.makeNode, .changeOwner].contains($0) ? .error(EPERM) : nil }
        try install([RootMetadataTests.package], into: directory.root, system: system, world: "a")
        try directory.make("mine/file", "more")
        try directory.link("mine/link", to: "file")
        try FileManager.default.removeItem(atPath: directory.root + "/link")
        try directory.make("fifo", "a file now")
        try FileManager.default.removeItem(atPath: directory.root + "/secret")
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: (directory.root + "/mine/s").utf8.prefix(100))
        }
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        defer { close(socket) }
        let (bytes, skipped) = try Self.archive(directory.root)
        let entries = try Self.entries(bytes)
        #expect(skipped == (isBound ? ["mine/s"] : []))
        #expect(entries["mine/file"]?.size == 4)
        #expect(entries["mine/link"]?.linkTarget == Array("file".utf8))
        #expect(entries["link"] == nil)
        #expect(entries["fifo"]?.kind == .regular)
        #expect(entries["device"]?.kind == .blockDevice)
        #expect(entries["owned"]?.userID == 7)
        #expect(entries["second"]?.kind == .hardLink)
        #expect(entries.keys.allSatisfy { !$0.hasPrefix(".apkresolve") && !$0.hasSuffix(".mtree") })
    }

    /// Metadata that somebody wrote does not lead out of the archive, nor below what is no directory.
    @Test(arguments: ["../device", "etc/../../device", "/device", "etc//device", "fifo/device", "missing/device", "."])
    func metadataLeadsNowhere(_ path: String) throws {
        let directory = TestDirectory()
        try install([TestPackage("a") { $0.checkedFile("fifo", "x") }], into: directory.root, world: "a")
        try directory.make(
            "lib/apk/db/apkresolve.mtree", "#mtree\n./\(path) type=char mode=666 uid=0 gid=0 device=native,1,3\n")
        #expect(try Self.entries(Self.archive(directory.root).bytes).values.allSatisfy { $0.kind != .characterDevice })
    }
}

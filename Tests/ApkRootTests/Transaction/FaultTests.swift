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

/// Whatever fails, and whenever a run dies: the root is as it was, or the next run completes it.
struct FaultTests {
    static let old = [
        TestPackage("a") { tar in
            tar.checkedFile("etc/changed", "1")
            tar.checkedFile("usr/bin/tool", "1", mode: 0o755)
            tar.checkedFile("usr/share/old/file", "1")
            tar.checkedLink("usr/share/link", to: "old")
            tar.directory("usr/share/becomes")
            tar.checkedFile("usr/share/becomes/inside", "1")
            tar.directory("usr/share/closes")
        }
    ]
    static let new = [
        TestPackage("a", "2.0-r0") { tar in
            tar.checkedFile("etc/changed", "2")
            tar.checkedFile("usr/bin/tool", "2", mode: 0o4755)
            tar.hardLink("usr/bin/second", to: "usr/bin/tool")
            tar.checkedFile("usr/share/link/file", "2")
            tar.checkedLink("usr/share/becomes", to: "new")
            tar.directory("usr/share/closes", mode: 0o1700)
        },
        TestPackage("b") { tar in
            tar.directory("var", mode: 0o700)
            tar.checkedFile("var/b", String(repeating: "b", count: 300_000))
        },
    ]

    /// The same, verified once: signing and reading keys again would be most of the time.
    static let before = old.compactMap { try? $0.verified() }
    static let after = new.compactMap { try? $0.verified() }

    /// Every call has its turn where a switch asks for it, else a part of them in each run.
    static func turns(_ calls: Range<Int>) -> [Int] {
        let step = ProcessInfo.processInfo.environment["APKRESOLVE_SEEDS"] == nil ? 4 : 1
        return calls.filter { $0 % step == 0 || $0 > calls.upperBound - 40 }
    }

    /// Counts system calls, and makes some of them fail.
    final class Saboteur: Sendable {
        private let count = Atomic<Int>(0)
        private let fault: @Sendable (Int, SystemCall) -> Fault?

        init(_ fault: @escaping @Sendable (Int, SystemCall) -> Fault?) { self.fault = fault }

        var calls: Int { count.load(ordering: .relaxed) }

        var system: SystemInterface {
            SystemInterface { call in
                self.fault(self.count.add(1, ordering: .relaxed).newValue, call)
            }
        }
    }

    /// The root before and after, and how many calls lie between.
    static func reference() throws -> (before: Snapshot, after: Snapshot, calls: Int) {
        let directory = try prepared()
        let before = Snapshot(directory.root)
        let counter = Saboteur { _, _ in nil }
        try install(after, into: directory.root, system: counter.system, world: "a b")
        return (before, Snapshot(directory.root), counter.calls)
    }

    static func prepared() throws -> TestDirectory {
        let directory = TestDirectory()
        try install(before, into: directory.root, world: "a")
        try directory.make("etc/changed", "mine")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
            ofItemAtPath: directory.root + "/etc/changed")
        return directory
    }

    /// Each call in turn fails for want of space, and the process goes on and clears up.
    @Test func anyFailureLeavesTheRootWholeOrResumable() throws {
        let reference = try Self.reference()
        #expect(reference.calls > 60)
        for failing in Self.turns(1..<reference.calls + 1) {
            let directory = try Self.prepared()
            let saboteur = Saboteur { number, _ in number == failing ? .error(ENOSPC) : nil }
            do {
                try install(Self.after, into: directory.root, system: saboteur.system, world: "a b")
            } catch let error as RootError where !error.isResumable {
                let left = Snapshot(directory.root, ignoring: [".apkresolve"])
                // Where all is done but to clear the stage, the root is the new one already.
                #expect(
                    left.differences(from: reference.before).isEmpty || left.differences(from: reference.after).isEmpty,
                    "call \(failing)")
            } catch is RootError {
                // The next run completes it.
            }
            try install(Self.after, into: directory.root, world: "a b")
            #expect(Snapshot(directory.root).differences(from: reference.after).isEmpty, "call \(failing)")
        }
    }

    /// The process dies at each call in turn: nothing of it happens any more.
    @Test func deathAtAnyCallIsRepaired() throws {
        let reference = try Self.reference()
        for last in Self.turns(0..<reference.calls) {
            let directory = try Self.prepared()
            let saboteur = Saboteur { number, _ in number > last ? .error(EIO) : nil }
            #expect(throws: RootError.self) {
                try install(Self.after, into: directory.root, system: saboteur.system, world: "a b")
            }
            let isCommitted = FileManager.default.fileExists(atPath: directory.root + "/.apkresolve/journal")
            if !isCommitted {
                let ignored = Set(directory.names().filter { $0.hasPrefix(".apkresolve") })
                let left = Snapshot(directory.root, ignoring: ignored)
                // At its very end there is nothing left to do but to clear the stage.
                #expect(
                    left.differences(from: reference.before).isEmpty || left.differences(from: reference.after).isEmpty,
                    "call \(last)")
            }
            let root = try StagingRoot(path: directory.root)
            #expect(root.wasResumed == isCommitted)
            try root.close()
            let repaired = Snapshot(directory.root)
            #expect(
                repaired.differences(from: isCommitted ? reference.after : reference.before).isEmpty
                    || repaired.differences(from: reference.after).isEmpty, "call \(last)")
            try install(Self.after, into: directory.root, world: "a b")
            #expect(Snapshot(directory.root).differences(from: reference.after).isEmpty, "call \(last)")
        }
    }

    @Test func shortWritesAndSignalsChangeNothing() throws {
        let reference = try Self.reference()
        let directory = try Self.prepared()
        let state = Locked(SplitMix64(seed: 3))
        let saboteur = Saboteur { _, call in
            let random = state.withLock { $0.next() }
            if random % 3 == 0 { return .error(EINTR) }
            return call == .write ? .short(Int(random >> 8 % 5000) % 5000 + 1) : nil
        }
        try install(Self.after, into: directory.root, system: saboteur.system, world: "a b")
        #expect(Snapshot(directory.root).differences(from: reference.after).isEmpty)
    }

    @Test(.enabled(if: geteuid() != 0, "needs a plain user: nothing is denied to the superuser"))
    func directoryThatMayNotBeChangedIsFoundBeforeAnythingIs() throws {
        let directory = try Self.prepared()
        let before = Snapshot(directory.root)
        chmod(directory.root + "/usr/share", 0o555)
        defer { chmod(directory.root + "/usr/share", 0o755) }
        let error = #expect(throws: RootError.self) { try install(Self.after, into: directory.root, world: "a b") }
        #expect(error?.systemError == EACCES)
        #expect(error?.isResumable == false)
        chmod(directory.root + "/usr/share", 0o755)
        #expect(Snapshot(directory.root).differences(from: before).isEmpty)
    }

    /// A file system that is full in fact.
    @Test(.enabled(if: geteuid() == 0, "needs the superuser, to mount a small file system"))
    func fullDiskLeavesTheRootAsItWas() throws {
        let directory = TestDirectory()
        let place = directory.path + "/small"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        guard run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place) else { return }
        defer { _ = run("umount", place) }
        try install(Self.before, into: place + "/root", world: "a")
        let before = Snapshot(place + "/root")
        let error = #expect(throws: RootError.self) { try install(Self.after, into: place + "/root", world: "a b") }
        #expect(error?.systemError == ENOSPC)
        #expect(Snapshot(place + "/root").differences(from: before).isEmpty)
        _ = run("mount", "-o", "remount,size=4m", place)
        try install(Self.after, into: place + "/root", world: "a b")
    }

    private func run(_ words: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test func onlyOneRunWorksOnARoot() throws {
        let directory = try Self.prepared()
        let first = try StagingRoot(path: directory.root)
        let error = #expect(throws: RootError.self) { try StagingRoot(path: directory.root, waits: false) }
        #expect(error?.code == .locked)
        try first.close()
        withExtendedLifetime(first) {}
    }

    @Test func runsOnOneRootWaitForEachOther() throws {
        let directory = TestDirectory()
        let failures = Locked<[String]>([])
        Workers.run(count: 8, threads: 8) { number in
            do {
                try install(
                    [TestPackage("p\(number)") { $0.checkedFile("usr/share/p\(number)", "\(number)") }],
                    into: directory.root, world: "p\(number)")
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        let text = try #require(FileManager.default.contents(atPath: directory.root + "/lib/apk/db/installed"))
        let database = try InstalledDatabase(parsing: [UInt8](text))
        #expect(database.packages.map(\.name) == (0..<8).map { "p\($0)" })
    }

    /// CVE-2018-1000849's other half, collisions of temporary names: stages in one shared directory never meet, and a
    /// directory that somebody made there in advance is not taken over.
    @Test func stagesInOneDirectoryNeverMeet() throws {
        let directory = TestDirectory()
        let stages = try (0..<20).map { _ in try Stage(path: directory.path) }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(Set(names).count == 20)
        for name in names {
            let mode = try FileManager.default.attributesOfItem(atPath: directory.path + "/" + name)[.posixPermissions]
            #expect(mode as? Int == 0o700)
        }
        for stage in stages { try stage.remove() }
        let isRemoved = Atomic<Bool>(false)
        let parent = try Directory.open(
            path: directory.path,
            system: SystemInterface { call in
                // Somebody is as fast as to make the directory again when it was removed.
                if call == .makeDirectory, isRemoved.load(ordering: .relaxed) { return .error(EEXIST) }
                if call == .unlink { isRemoved.store(true, ordering: .relaxed) }
                return nil
            })
        try parent.makeDirectory(Array("stage".utf8))
        let error = #expect(throws: RootError.self) { try Stage(in: parent, name: Array("stage".utf8)) }
        #expect(error?.systemError == EEXIST)
    }

    /// A run refused for its packages leaves nothing, wherever in the file they were changed.
    @Test func changedPackagesLeaveNothing() throws {
        let directory = try Self.prepared()
        let before = Snapshot(directory.root)
        var random = SplitMix64(seed: 11)
        let keys = KeyRing(keys: [(name: TestKey.first.name, pem: TestKey.first.publicPEM)])
        let good = Self.new[1].builder.build()
        for _ in 0..<200 {
            var bytes = good.bytes
            let place = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 3 {
            case 0: bytes[place] ^= UInt8(1 << (random.next() % 8))
            case 1: bytes.removeSubrange(place...)
            default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            }
            let root = try StagingRoot(path: directory.root)
            do {
                let file = MemoryFile(bytes, name: "b.apk")
                let staged = try PackageStaging(stage: root.stage).run(sizes: [bytes.count]) { _ in
                    try PackageVerifier(keys: keys).verify(file)
                }
                // Only a change that no reader could see is left.
                #expect(staged.count == 1)
            } catch is RootError {
            } catch is ArchiveError {
            }
            try root.close()
            #expect(Snapshot(directory.root).differences(from: before).isEmpty)
        }
    }
}

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

/// Directories that are there and in which a run changes something have the time of the run; others keep theirs. So two
/// equal sequences of runs make equal roots, whatever the clock says.
struct DirectoryTimeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var removing: [String] = []
        var new: (@Sendable (inout TarBuilder) -> Void)?
        /// The directories that get the time of the run, besides those of apk's files.
        var dated: [String]
    }

    private static let old = TestPackage("a") { tar in
        tar.directory("usr")
        tar.directory("usr/empty")
        tar.checkedFile("usr/share/kept", "1")
        tar.checkedFile("usr/lib/replaced", "1")
        tar.checkedFile("usr/var/dropped", "1")
        tar.directory("usr/mine")
        tar.checkedFile("usr/mine/dropped", "1")
    }

    private static let cases: [Case] = [
        Case(
            testDescription: "an upgrade",
            new: { tar in
                tar.directory("usr")
                tar.directory("usr/empty", mode: 0o700)
                tar.directory("usr/share")
                tar.directory("usr/mine")
                tar.checkedFile("usr/lib/replaced", "2")
                tar.directory("usr/new")
                tar.checkedFile("usr/new/below/file", "2")
                tar.checkedFile("top", "2")
            }, dated: ["", "usr", "usr/lib", "usr/mine", "usr/share"]),
        // Where somebody's file lies there stays a directory that the package does not have any more.
        Case(testDescription: "a removal", removing: ["a"], dated: ["usr", "usr/mine"]),
        Case(
            testDescription: "a directory becomes a file",
            new: {
                $0.checkedFile("usr/share/kept", "1")
                $0.checkedFile("usr/var", "2")
            }, dated: ["usr", "usr/mine", "usr/share"]),
        Case(testDescription: "nothing but the database", dated: []),
    ]

    private static let day: time_t = 1_000_000_000

    private static func directories(_ root: String) -> [String: time_t] {
        var times: [String: time_t] = [:]
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        for name in names + [""] where !name.hasPrefix(".apkresolve") {
            var status = stat()
            guard lstat(root + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
            times[name] = status.st_mtim.tv_sec
        }
        return times
    }

    /// What stops a run: nothing; its death, after which the next run completes it; or that no time can be set.
    enum Hindrance: CaseIterable, Sendable { case none, death, refusal }

    @Test(arguments: cases, Hindrance.allCases)
    func haveTheTimeOfTheRun(_ example: Case, _ hindrance: Hindrance) throws {
        let directory = TestDirectory()
        try install([Self.old, TestPackage("b") { $0.directory("opt") }], into: directory.root, world: "a b")
        try directory.make("usr/mine/theirs", "")
        for name in Self.directories(directory.root).keys {
            let times = Array(repeating: timeval(tv_sec: Self.day, tv_usec: 0), count: 2)
            #expect(utimes(directory.root + "/" + name, times) == 0)
        }
        let before = Self.directories(directory.root)
        #expect(before.values.allSatisfy { $0 == Self.day })
        var options = RunOptions()
        options.time = 1_500_000_000
        let root = directory.root
        let system = SystemInterface { call in
            guard FileManager.default.fileExists(atPath: root + "/.apkresolve/journal") else { return nil }
            switch hindrance {
            case .none: return nil
            case .death: return call == .setTimes ? .error(EIO) : nil
            case .refusal: return call == .setTimes ? .error(EPERM) : nil
            }
        }
        let packages = example.new.map { [TestPackage("a", "2.0-r0", content: $0)] } ?? []
        let run = {
            _ = try install(
                packages, removing: example.removing, into: root, options: options, system: system, world: "a b")
        }
        if hindrance == .death {
            #expect(throws: RootError.self) { try run() }
            let resumed = try StagingRoot(path: root)
            #expect(resumed.wasResumed)
            try resumed.close()
        } else {
            try run()
        }
        guard hindrance != .refusal else { return }
        let after = Self.directories(root)
        let dated = before.keys.filter { after[$0] == 1_500_000_000 }
        #expect(dated.sorted() == (example.dated + ["etc/apk", "lib/apk/db"]).sorted())
        #expect(before.keys.allSatisfy { after[$0] ?? Self.day == Self.day || dated.contains($0) })
        #expect(after.allSatisfy { before[$0.key] != nil || $0.value < 1_800_000_000 })
    }

    /// A run that changes nothing leaves no trace in the root directory, in which its stage was.
    @Test func aRunWithoutChangesLeavesTheRootAsItWas() throws {
        let directory = TestDirectory()
        try install([Self.old], into: directory.root, world: "a")
        let before = Self.directories(directory.root)[""]
        usleep(1_100_000)
        try StagingRoot(path: directory.root).close()
        #expect(Self.directories(directory.root)[""] == before)
    }
}

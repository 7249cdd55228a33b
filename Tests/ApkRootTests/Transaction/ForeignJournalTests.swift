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

/// A journal is done with all rights of the process: one that somebody else could write is refused (row C).
struct ForeignJournalTests {
    private static func planted(_ journal: String, stageMode: Int = 0o700) throws -> TestDirectory {
        let directory = TestDirectory()
        try directory.make("file", "mine")
        try directory.make(".apkresolve/journal", journal.replacingOccurrences(of: "|", with: "\0"))
        try FileManager.default.setAttributes(
            [.posixPermissions: stageMode], ofItemAtPath: directory.root + "/.apkresolve")
        return directory
    }

    private static func open(_ directory: TestDirectory) -> RootError? {
        do throws(RootError) {
            try StagingRoot(path: directory.root).close()
            return nil
        } catch {
            return error
        }
    }

    @Test func oneThatOthersCanWriteIsRefused() throws {
        let directory = try Self.planted("x|file|e|", stageMode: 0o777)
        #expect(Self.open(directory)?.code == .badJournal)
        #expect(directory.text("file") == "mine")
    }

    @Test(.enabled(if: geteuid() == 0, "needs the superuser, to give a file away"), arguments: ["", "/journal"])
    func oneOfAnotherUserIsRefused(_ part: String) throws {
        let directory = try Self.planted("x|file|e|")
        #expect(chown(directory.root + "/.apkresolve" + part, 1000, 0) == 0)
        #expect(Self.open(directory)?.code == .badJournal)
        #expect(directory.text("file") == "mine")
    }

    /// Steps that no run writes.
    @Test(arguments: [
        "m|usr|4294967296||0|0|e|", "m|usr|4096||0|0|e|", "a|x|usr|e|", "f|1|a/b|usr|e|", "f|x|a|usr|e|", "f|1||usr|e|",
        "p|1|usr|e|", "x|../file|e|", "f|1|..|usr|e|", "m|usr|-1",
    ])
    func whatCannotBeReadIsRefused(_ journal: String) throws {
        let directory = try Self.planted(journal)
        #expect(Self.open(directory)?.code == .badJournal)
        #expect(directory.text("file") == "mine")
    }

    /// apk knows nothing of a journal: what it did in the meantime is not overwritten.
    @Test(arguments: [false, true]) func aDatabaseThatChangedSinceIsLeft(isChanged: Bool) throws {
        let directory = TestDirectory()
        try install([TestPackage("a") { $0.checkedFile("usr/a", "1") }], into: directory.root, world: "a")
        let journal = directory.root + "/.apkresolve/journal"
        // The run dies as soon as its journal is there.
        let system = SystemInterface { call in
            call == .rename && FileManager.default.fileExists(atPath: journal) ? .error(EIO) : nil
        }
        #expect(throws: RootError.self) {
            try install(
                [TestPackage("a", "2.0-r0") { $0.checkedFile("usr/a", "2") }], into: directory.root,
                system: system, world: "a")
        }
        #expect(FileManager.default.fileExists(atPath: journal))
        if isChanged {
            let text = try #require(directory.text("lib/apk/db/installed"))
            try directory.make("lib/apk/db/installed", text + "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:b\nV:1\n\n")
        }
        let error = Self.open(directory)
        #expect(error?.code == (isChanged ? .databaseChanged : nil))
        #expect(directory.text("usr/a") == (isChanged ? "1" : "2"))
        #expect(directory.text("lib/apk/db/installed")?.contains("P:b") == isChanged)
    }

    /// Nor to where a link leads that has taken the directory's place.
    @Test(arguments: ["file", "link"]) func theModeOfADirectoryIsNotGivenToAFile(_ name: String) throws {
        let directory = try Self.planted("m|\(name)|2541||0|0|e|")
        try directory.link("link", to: "elsewhere")
        try directory.make("elsewhere/file", "")
        #expect(Self.open(directory)?.systemError == ENOTDIR)
        var status = stat()
        for name in ["file", "elsewhere"] {
            #expect(lstat(directory.root + "/" + name, &status) == 0 && status.st_mode & 0o7000 == 0)
        }
    }
}

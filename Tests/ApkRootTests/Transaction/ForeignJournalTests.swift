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

    @Test func theModeOfADirectoryIsNotGivenToAFile() throws {
        let directory = try Self.planted("m|file|2541||0|0|e|")
        #expect(Self.open(directory)?.systemError == ENOTDIR)
        var status = stat()
        #expect(lstat(directory.root + "/file", &status) == 0 && status.st_mode & 0o7000 == 0)
    }
}

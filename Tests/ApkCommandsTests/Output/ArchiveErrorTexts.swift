import ApkArchive
import ApkRepositories
import Testing

@testable import ApkCommands

@Suite("texts of errors of archives and repositories")
struct ArchiveErrorTexts {
    @Test(
        "no option is promised that the command does not have",
        arguments: [
            (
                ArchiveError(
                    .limitExceeded, path: "a.apk", tarOffset: 512, expected: "at most 9 bytes", option: "script"),
                "a.apk: is larger than is accepted at byte 512 of the uncompressed data; expected at most 9 bytes;"
                    + " the library's `ArchiveLimits.script` raises it, and no option does"
            ),
            (
                ArchiveError(
                    .alteredSignatureMember, path: "a.apk", offset: 3, expected: "no comment", option: "allowUntrusted"),
                "a.apk: has a signature segment that no tool wrote at byte 3; expected no comment;"
                    + " `--allow-untrusted` takes it all the same"
            ),
            (
                ArchiveError(.refusedAlgorithm, expected: "a signature stronger than SHA-1", option: "refuseSHA1"),
                "has no signature that is strong enough; expected a signature stronger than SHA-1;"
                    + " the library's `TrustPolicy.refuseSHA1` refuses it"
            ),
            (
                ArchiveError(.badEntryName, path: "a\u{202e}.apk", name: [0x1b, 0xff, 0x0a]),
                "a\\u{202e}.apk: has a name that is not acceptable (\\x1b\\xff\\n)"
            ),
            (
                ArchiveError(
                    .badHardLink, path: "a.apk", tarOffset: 512, name: Array("b".utf8),
                    expected: "an earlier file of the package", found: "c"),
                "a.apk: has a hard link that cannot be made at byte 512 of the uncompressed data (b);"
                    + " expected an earlier file of the package, found c"
            ),
            (
                ArchiveError(.unknownKey, path: "a.apk", name: Array("k\u{1b}[31m".utf8)),
                "a.apk: is signed by a key that is not trusted (k\\x1b[31m); put the key into a directory and name it"
                    + " with `--keys-dir`"
            ),
            (
                ArchiveError(.unknownKey, path: "a.apk", name: Array("k".utf8), found: "keys/k cannot be read"),
                "a.apk: is signed by a key that is not trusted (k): keys/k cannot be read"
            ),
            (
                ArchiveError(.openFailed, path: "a.apk", systemError: 24),
                "a.apk: cannot be opened: Too many open files (raise the limit with `ulimit -n`)"
            ),
        ] as [(ArchiveError, String)])
    func archive(_ error: ArchiveError, _ message: String) {
        #expect(ArchiveErrorText(error).sentence.shown == message)
    }

    @Test(
        "a repository's error in words",
        arguments: [
            (
                RepositoryError(
                    .unreadable, location: "list", cause: ArchiveError(.openFailed, path: "list", systemError: 2)),
                "list: cannot be opened: No such file or directory"
            ),
            (
                RepositoryError(
                    .notIntact, location: "/r/APKINDEX.tar.gz",
                    cause: ArchiveError(.unknownKey, name: [0x6b, 0xff, 0x1b])),
                "/r/APKINDEX.tar.gz: the index is signed by a key that is not trusted (k\\xff\\x1b);"
                    + " put the key into a directory and name it with `--keys-dir`"
            ),
            (
                RepositoryError(.unwritable, location: "/no/lock.json", detail: "No such file or directory"),
                "/no/lock.json: cannot be written: No such file or directory"
            ),
            (
                RepositoryError(
                    .unwritable, location: "/c/x", cause: ArchiveError(.writeFailed, path: "/c/x", systemError: 28)),
                "/c/x: cannot be written: No space left on device"
            ),
            (
                RepositoryError(.noIndex, location: "/r/\u{1b}[2J", detail: "x86_64\n"),
                "/r/\\x1b[2J: there is no index; the repository has x86_64\\n: choose with `--arch`"
            ),
        ] as [(RepositoryError, String)])
    func repository(_ error: RepositoryError, _ message: String) {
        #expect(RepositoryErrorText(error).message(Console(isLive: false)).shown == message)
    }

    @Test("a list of repositories that is no regular file", arguments: ["/dev/zero", "/"])
    func list(_ path: String) {
        let console = Console(isLive: false)
        #expect(ApkResolveCommand.run(["resolve", "a", "--repositories-file", path], console: console) == 2)
        #expect(
            console.errors == "error: `--repositories-file \(path)` is not a regular file; an empty one says that there"
                + " are no repositories\nSee `apkresolve --help`.\n")
    }
}

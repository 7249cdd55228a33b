import ApkArchive
import ApkFormats
import ApkRoot
import Testing

@testable import ApkCommands

/// Every message about a root, word for word, and its exit status.
struct RootErrorTexts {
    static func error(
        _ code: RootError.Code, _ path: String = "etc/file", _ package: String = "b-1.0-r0",
        _ other: String = "a-1.0-r0", detail: String = "", call: String = "", system: Int32? = nil,
        archive: ArchiveError? = nil, format: FormatError? = nil
    ) -> RootError {
        RootError(
            code, path: Array(path.utf8), package: package, otherPackage: other, detail: detail, call: call,
            systemError: system, archive: archive, format: format)
    }

    static let cases: [(RootError, Int32, String)] = [
        (
            error(.fileConflict), 1,
            "b-1.0-r0 would overwrite etc/file of a-1.0-r0, which nothing allows; leave one of them out, or let it with"
                + " `--force-overwrite`"
        ),
        (
            error(.typeConflict), 1,
            "etc/file is one kind of file in b-1.0-r0 and another in a-1.0-r0; they do not fit together"
        ),
        (
            error(.pathThroughLink, detail: "etc"), 5,
            "b-1.0-r0: etc/file leads through the link etc of a-1.0-r0, out of the root or to no directory; nothing was"
                + " written"
        ),
        (
            error(.tooManyLinks), 5,
            "b-1.0-r0: etc/file leads through more than 40 symbolic links, which may be a circle"
        ),
        (
            error(.pathThroughLink, "lib/apk/db", "", "", detail: "lib"), 5,
            "apk's files: lib/apk/db leads through the link lib of the root, out of the root or to no directory; nothing"
                + " was written"
        ),
        (
            error(.tooManyLinks, "etc/apk", "", ""), 5,
            "apk's files: etc/apk leads through more than 40 symbolic links, which may be a circle"
        ),
        (
            error(.typeConflict, "usr/x", "a-1", ""), 1,
            "usr/x is one kind of file in a-1 and another in the root; they do not fit together"
        ),
        (
            error(.systemFailure, ".apkresolve", "", "", call: "openat", system: 20), 4,
            ".apkresolve: openat failed: Not a directory; something else has the name of this program's private"
                + " directory: remove it"
        ),
        (
            error(.badHardLink, detail: "/etc/passwd"), 5,
            "b-1.0-r0: etc/file is a hard link to `/etc/passwd`, which is no earlier file of the package"
        ),
        (
            error(.reservedPath, "lib/apk/db/installed"), 5,
            "b-1.0-r0: ships lib/apk/db/installed, which is not a package's to have"
        ),
        (
            error(.scriptNeedsYou, detail: "post-install: sed …"), 1,
            "b-1.0-r0: a script does what only running it can do (post-install: sed …); without `--strict-scripts` it"
                + " would be recorded and named"
        ),
        (
            error(.rootChanged, "etc", "", "", detail: "a directory"), 4,
            "etc: was changed by somebody else during the run; expected a directory"
        ),
        (
            error(.noRoot, "/nowhere", "", "", system: 2), 4,
            "/nowhere: cannot be opened as a root: No such file or directory; is the path right? `apkresolve install` makes"
                + " a root"
        ),
        (
            error(.noRoot, "/usr/root", "", "", call: "mkdirat", system: 13), 4,
            "/usr/root: cannot be opened as a root: Permission denied; name a directory that you may change"
        ),
        (
            error(.noRoot, "/etc/passwd", "", "", call: "openat", system: 20), 4,
            "/etc/passwd: cannot be opened as a root: Not a directory; a root is a directory"
        ),
        (error(.locked, "/root", "", ""), 4, "/root: another run works on this root; wait for it to end"),
        (
            error(.systemFailure, "usr/bin", "", "", call: "mkdirat", system: 28), 4,
            "usr/bin: mkdirat failed: No space left on device; make room and run again"
        ),
        (
            error(.systemFailure, "etc/hosts", "", "", call: "renameat", system: 16), 4,
            "etc/hosts: renameat failed: Device or resource busy; something is mounted on it: unmount that, or name another"
                + " root with `--root`"
        ),
        (
            error(.systemFailure, "etc/hosts", "", "", call: "renameat", system: 1), 4,
            "etc/hosts: renameat failed: Operation not permitted; it must not be replaced, whoever asks: `lsattr` shows why,"
                + " and `chattr -ia` allows it"
        ),
        (
            error(.systemFailure, ".apkresolve", "", "", call: "mkdirat", system: 13), 4,
            ".apkresolve: mkdirat failed: Permission denied; run as a user who may change it, or name another root with"
                + " `--root`"
        ),
        (
            error(.systemFailure, "usr", "", "", call: "faccessat", system: 30), 4,
            "usr: faccessat failed: Read-only file system; mount the file system for writing, or name another root with"
                + " `--root`"
        ),
        (
            error(.systemFailure, "/tmp/.apkresolve-1", "", "", call: "mkdirat", system: 13), 4,
            "/tmp/.apkresolve-1: mkdirat failed: Permission denied; run as a user who may change it, or name another"
                + " directory with TMPDIR"
        ),
        (
            error(.databaseChanged, "lib/apk/db/installed", "", ""), 5,
            "lib/apk/db/installed: was changed by another program before an interrupted run was completed, which cannot be"
                + " done any more; remove the directory .apkresolve in the root, and do that run again"
        ),
        (
            error(.badJournal, ".apkresolve/journal", "", ""), 5,
            ".apkresolve/journal: the journal of an interrupted run cannot be read; if nothing else knows of it, remove"
                + " the directory and run `apkresolve fix`"
        ),
        (
            error(.malformedState, "lib/apk/db/scripts.tar", "", "", detail: "an archive that ends inside a script"), 5,
            "lib/apk/db/scripts.tar: cannot be read: an archive that ends inside a script"
        ),
        (
            error(.typeConflict, "etc", "", ""), 1,
            "etc is one kind of file among apk's files and another in the root; they do not fit together"
        ),
        (
            error(
                .systemFailure, "usr", "", "", archive: ArchiveError(.writeFailed, path: "/dev/full", systemError: 28)),
            4,
            "/dev/full: cannot be written: No space left on device; make room and run again"
        ),
        (error(.systemFailure, "a", "", "", archive: ArchiveError(.badTarNumber)), 4, "a: bad-tar-number"),
        (
            error(.systemFailure, "usr/bin", "", "", call: "openat", system: 24), 4,
            "usr/bin: openat failed: Too many open files (raise the limit with `ulimit -n`)"
        ),
        (
            error(
                .malformedState, "lib/apk/db/scripts.tar.gz", "", "",
                archive: ArchiveError(.truncatedGzip, path: "lib/apk/db/scripts.tar.gz", offset: 9)), 5,
            "lib/apk/db/scripts.tar.gz: ends too early at byte 9"
        ),
        (
            error(.badPackage, "", archive: ArchiveError(.badOwnerName, name: [0x75, 0xff])), 5,
            "b-1.0-r0: bad-owner-name (u\\xff)"
        ),
        (
            error(.badPackage, "", format: FormatError(.invalidName, text: "..", expected: "a name in a directory")), 5,
            "b-1.0-r0: invalid-name in `..`; expected a name in a directory"
        ),
        (
            error(.rootChanged, "etc/a\n\u{1b}[31m", "", "", detail: "a file"), 4,
            "etc/a\\n\\x1b[31m: was changed by somebody else during the run; expected a file"
        ),
        (error(.interrupted, "", "", ""), 130, "interrupted; the root is as it was"),
    ]

    @Test(arguments: cases)
    func says(_ error: RootError, _ status: Int32, _ message: String) {
        let text = RootErrorText(error)
        #expect(text.message(Console(isLive: false)).shown == message)
        #expect(text.status == status)
        var resumable = error
        resumable.isResumable = true
        #expect(
            RootErrorText(resumable).message(Console(isLive: false)).shown == message
                + "\nThe root is half-way to its new state; run again to complete it, when the cause is gone.")
    }
}

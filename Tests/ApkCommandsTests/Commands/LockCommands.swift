import ApkCommands
import Foundation
import Testing

/// `lock`, `--locked` and `diff` on the fixture repositories: what they print, write and how they exit.
@Suite struct LockCommands {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("lock-\(UUID().uuidString)")
    private var lock: String { directory.appendingPathComponent("apk.lock.json").path }
    private let fixtures = checkout.appendingPathComponent("Fixtures").path

    init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

    private func run(
        _ arguments: [String], edge: Bool = false, architecture: String = "x86_64"
    ) -> (output: String, errors: String, status: Int32) {
        var common = ["-X", fixtures + "/repository", "--keys-dir", fixtures + "/keys", "--arch", architecture]
        if edge { common += ["-X", fixtures + "/edge"] }
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(arguments + common, console: console)
        let hide = { (text: String) in text.replacingOccurrences(of: lock, with: "LOCK") }
        return (hide(console.output), hide(console.errors), status)
    }

    @Test func aLockAnswersItsRequestsAndSaysWhenItNoLongerDoes() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(run(["lock", "nodejs", "-o", lock]) == ("LOCK: 18 packages\n", "", 0))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: lock))
        #expect(run(["lock", "-o", lock]) == ("LOCK: 18 packages, nothing changed\n", "", 0))
        #expect(try Data(contentsOf: URL(fileURLWithPath: lock)) == bytes)
        let locked = run(["resolve", "--lock", lock, "--locked", "--closure"])
        #expect(locked == run(["nodejs", "--closure"]))
        let stale = run(["nodejs", "nginx", "--lock", lock, "--locked"])
        #expect(stale.output == "" && stale.status == 1)
        #expect(
            stale.errors == """
                error: LOCK no longer answers the requests
                  - `nginx` is asked for and not in the lock
                a new lock would change
                  + nginx  1.24.0-r16  +92 KiB
                  + pcre   8.45-r3     +20 KiB
                try: `apkresolve lock nodejs nginx` writes it anew

                """)
        let json = run(["nodejs", "nginx", "--lock", lock, "--locked", "--format", "json"])
        #expect(json.status == 1 && json.output.contains("\"code\": \"stale-lock\""))
        let loose = run(["nodejs", "nginx", "--lock", lock, "--closure"])
        #expect(loose.status == 0 && loose.output.split(separator: "\n").count == 20)
        #expect(loose.errors.hasPrefix("note: LOCK no longer answers the requests: `nginx` is asked for"))
        let missing = run(["--locked", "--lock", lock], architecture: "aarch64")
        #expect(missing.status == 4)
        #expect(
            missing.errors
                == "error: LOCK: the lock has no section for aarch64, only for x86_64; `apkresolve lock --arch aarch64 REQUEST…` adds one\n"
        )
    }

    @Test func aLockHoldsOneSectionForEachArchitecture() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(run(["lock", "musl", "-o", lock]).status == 0)
        #expect(run(["lock", "zlib", "-o", lock], architecture: "aarch64").status == 0)
        #expect(run(["--lock", lock, "--locked", "--closure"]).output == "musl-1.2.4_git20230717-r4\n")
        #expect(
            run(["--lock", lock, "--locked", "--closure"], architecture: "aarch64").output.hasSuffix("zlib-1.3.1-r0\n"))
    }

    @Test func anUpdateTakesOnlyWhatItIsToldTo() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let requests = ["lock", "hello-plain", "counter-engine", "-o", lock]
        #expect(run(requests).output == "LOCK: 3 packages\n")
        #expect(run(["lock", "-o", lock], edge: true).output == "LOCK: 3 packages, nothing changed\n")
        #expect(run(["lock", "-o", lock, "--locked"], edge: true) == ("LOCK answers the requests\n", "", 0))
        #expect(
            run(["lock", "-o", lock, "--update", "hello-plain"], edge: true).output == """
                ~ hello-plain  2.1-r0 -> 3.0-r0  -19 KiB
                LOCK: 3 packages, 0 added, 0 removed, 1 changed, -19 KiB installed, 700 B to download

                """)
        // The mirror goes back in time: what is locked is gone, and the index is older.
        let back = run(["lock", "-o", lock, "--locked"])
        #expect(back.status == 1)
        #expect(back.errors.contains("  - the repositories replaced hello-plain-3.0-r0 by hello-plain-2.1-r0\n"))
        #expect(
            run(["lock", "-o", lock, "--update", "zlib"], edge: true).errors
                == "error: lock --update: `zlib` is not in LOCK (x86_64)\nSee `apkresolve --help`.\n")
    }

    @Test func anOlderIndexIsSaidAloud() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(run(["lock", "musl", "-o", lock]).status == 0)
        var text = try String(contentsOfFile: lock, encoding: .utf8)
        let digest = try #require(text.range(of: "\"sha256\": \""))
        text.replaceSubrange(digest.upperBound..<text.index(digest.upperBound, offsetBy: 2), with: "00")
        text = text.replacingOccurrences(of: "\"newestBuild\": 1704067200", with: "\"newestBuild\": 1704672000")
        try text.write(toFile: lock, atomically: true, encoding: .utf8)
        let (output, errors, status) = run(["--lock", lock, "--locked", "--closure"])
        #expect(status == 0 && output == "musl-1.2.4_git20230717-r4\n")
        #expect(errors.contains("serves an older index than the lock's: its newest package was built 7 days earlier"))
    }

    /// What is said when a lock was edited, or when the repositories no longer have what it pins: each row changes a text.
    @Test(
        arguments: [
            (
                [("\"name\": \"zlib\"", "\"name\": \"zlibx\"")], [],
                "no repository has zlibx-1.3.1-r0 any more"
            ),
            (
                [("\"checksum\": \"Q1", "\"checksum\": \"Q1AA")], [],
                "musl-1.2.4_git20230717-r4 was built anew: the repositories have other bytes under this name"
            ),
            ([], ["--no-install-if"], "it was made without `--no-install-if`"),
        ] as [([(String, String)], [String], String)])
    func aStaleLockSaysWhy(_ edits: [(String, String)], _ options: [String], _ reason: String) throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(run(["lock", "zlib", "-o", lock]).status == 0)
        var text = try String(contentsOfFile: lock, encoding: .utf8)
        for (old, new) in edits {
            let place = try #require(text.range(of: old))
            // A changed checksum keeps its length.
            let end = text.index(place.upperBound, offsetBy: new.count - old.count)
            text.replaceSubrange(place.lowerBound..<(old.hasSuffix("Q1") ? end : place.upperBound), with: new)
        }
        try text.write(toFile: lock, atomically: true, encoding: .utf8)
        let (output, errors, status) = run(["--lock", lock, "--locked"] + options)
        #expect(output == "" && status == 1)
        #expect(errors.hasPrefix("error: LOCK no longer answers the requests\n  - \(reason)\n"), "\(errors)")
    }

    @Test func rootsAreComparedByTheirDatabases() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let record = { (name: String, version: String, size: Int) in
            "C:Q1/J2XyarXzv/9NRbDDLNXhkiMJ5Y=\nP:\(name)\nV:\(version)\nA:x86_64\nS:100\nI:\(size)\n\n"
        }
        for (root, database, text) in [
            ("old", "lib/apk/db", record("a", "1-r0", 4096) + record("b", "1-r0", 8192)),
            ("new", "usr/lib/apk/db", record("b", "2-r0", 20480) + record("c", "1-r0", 1000)),
        ] {
            let place = directory.appendingPathComponent("\(root)/\(database)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try text.write(to: place.appendingPathComponent("installed"), atomically: true, encoding: .utf8)
        }
        let (old, new) = (directory.path + "/old", directory.path + "/new")
        #expect(run(["diff", old, old]) == ("no differences\n", "", 0))
        #expect(
            run(["diff", old, new])
                == (
                    """
                    - a  1-r0          -4096 B
                    + c  1-r0          +1000 B
                    ~ b  1-r0 -> 2-r0  +12 KiB
                    1 added, 1 removed, 1 changed, +9192 B installed, 200 B to download

                    """, "", 1
                ))
        #expect(run(["diff", old, directory.path]).status == 4)
    }

    @Test func aDamagedLockNamesItsPlace() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        try "{\n\"schema\": 1,\n]".write(toFile: lock, atomically: true, encoding: .utf8)
        #expect(
            run(["--lock", lock, "--locked"])
                == ("", "error: LOCK:3: invalid-json in `]`; expected a key in quotes\n", 5))
        #expect(run(["--lock", lock + ".none", "--locked"]).status == 4)
    }

    @Test func closuresLocksAndAnswersAreCompared() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = { (name: String) in directory.appendingPathComponent(name).path }
        try run(["nodejs", "--closure"]).output.write(toFile: file("a"), atomically: true, encoding: .utf8)
        try run(["nodejs", "nginx", "--format", "json"]).output.write(
            toFile: file("b"), atomically: true, encoding: .utf8)
        #expect(run(["lock", "nodejs", "-o", lock]).status == 0)
        #expect(run(["diff", file("a"), lock]) == ("no differences\n", "", 0))
        #expect(
            run(["diff", lock, file("b")])
                == (
                    """
                    + nginx  1.24.0-r16  +92 KiB
                    + pcre   8.45-r3     +20 KiB
                    2 added, 0 removed, 0 changed, +112 KiB installed, 3900 B to download

                    """, "", 1
                ))
        let json = run(["diff", file("b"), lock, "--format", "json"])
        #expect(json.status == 1 && json.output.contains("\"installedGrowth\": -114688"))
        try "musl\n".write(toFile: file("c"), atomically: true, encoding: .utf8)
        let broken = run(["diff", file("a"), file("c")])
        #expect(broken.status == 5)
        #expect(
            broken.errors.hasSuffix("c:1: invalid-value in `musl`; expected NAME-VERSION, such as `--closure` prints\n")
        )
    }
}

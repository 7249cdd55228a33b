import ApkCommands
import ApkFormats
import Foundation
import Testing

/// The command on the fixture repository: what it prints and how it exits.
@Suite struct FixtureCommands {
    private func run(_ arguments: String...) -> (output: String, errors: String, status: Int32) {
        let fixtures = checkout.appendingPathComponent("Fixtures").path
        let common = ["-X", fixtures + "/repository", "--keys-dir", fixtures + "/keys", "--arch", "x86_64"]
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(common + arguments, console: console)
        return (console.output, console.errors, status)
    }

    @Test func theClosureOfNodejsHasEighteenPackages() {
        let (output, errors, status) = run("nodejs", "--closure")
        #expect(output.split(separator: "\n").count == 18)
        #expect(errors == "" && status == 0)
    }

    @Test func aVerbAsARequestStandsBehindTheDashes() {
        #expect(run("resolve", "nodejs", "--format=names").output == run("nodejs", "--closure").output)
        let (_, errors, status) = run("--", "why")
        #expect(status == 1 && errors.contains("the request `why` asks for `why`"))
    }

    @Test func jsonHoldsTheContractsFields() throws {
        let (output, _, status) = run("nodejs", "--format", "json", "--stats")
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect(status == 0 && document["schema"] as? Int == 1)
        #expect((document["packages"] as? [[String: Any]])?.count == 18)
        #expect((document["totals"] as? [String: Int])?["packages"] == 18)
        #expect(document["stats"] != nil)
        let repository = (document["repositories"] as? [[String: Any]])?.first
        #expect(repository?["packages"] as? Int == 58)
        #expect(repository?["signedBy"] as? String == "apkresolve-test-only.rsa.pub")
    }

    /// More lines than are answered at once, by however many threads.
    @Test func aBatchAnswersInTheOrderOfItsLines() throws {
        let file = NSTemporaryDirectory() + "apkresolve-batch-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        func batch(_ lines: [String]) throws -> [Substring] {
            try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: file))
            let (output, errors, status) = run("resolve", "--batch", file)
            #expect(errors == "" && status == 0)
            return output.split(separator: "\n")
        }
        let lines = ["nodejs", "musl", "no-such-package", "counter", "nodejs musl", "=="]
        let alone = try lines.flatMap { try batch([$0]) }
        #expect(alone.count == lines.count && Set(alone).count == lines.count)
        // What is written once for all answers is what one answer says.
        for (line, answer) in zip(lines, alone).prefix(2) {
            let document = run("resolve", line, "--format", "json").output
            #expect(try JSON(parsing: Array(document.utf8)).line == answer)
        }
        let numbers = (0..<700).map { $0 * 5 % lines.count }
        #expect(try batch(numbers.map { lines[$0] }) == numbers.map { alone[$0] })
    }

    @Test func apksTranscript() {
        let lines = run("nodejs", "--format", "apk").output.split(separator: "\n")
        #expect(lines.first == "( 1/18) Installing musl (1.2.4_git20230717-r4)")
        #expect(lines.last == "OK: 484 KiB in 18 packages")
    }

    @Test func whatGoesFurtherThanApkIsSaid() {
        let (output, errors, status) = run("counter", "--closure")
        #expect(output.contains("counter-1.4-r0\n") && status == 0)
        #expect(
            errors == """
                note: apk finds no answer here; this one goes further:
                note:   counter-1.4-r0 instead of 2.0-r0, which does not fit

                """)
        #expect(run("counter", "--policy", "apk").status == 1)
    }

    /// Every message that a user of these verbs can meet, word for word.
    @Test(
        arguments: [
            (
                ["nodejs2"], 1,
                """
                error: no set of packages meets `nodejs2`
                because
                  - the request `nodejs2` asks for `nodejs2`, and no package has that name
                try: did you mean `nodejs` instead of `nodejs2`? That gives 18 packages

                """
            ),
            (
                ["nodejs>=99"], 1,
                """
                error: no set of packages meets `nodejs>=99`
                because
                  - the request `nodejs>=99` asks for `nodejs>=99`, and there is only nodejs-20.12.1-r0, nodejs-current-21.7.2-r0
                try: ask for `nodejs` instead of `nodejs>=99`: that gives 18 packages

                """
            ),
            (
                ["zlib", "!musl"], 1,
                """
                error: no set of packages meets `zlib`, `!musl`
                because
                  - the request `!musl` excludes `musl`, that is musl-1.2.4_git20230717-r4
                  - the request `zlib` asks for `zlib` (zlib-1.3.1-r0)
                  - zlib-1.3.1-r0 depends on `so:libc.musl-x86_64.so.1`, that is musl-1.2.4_git20230717-r4
                try: leave out `!musl`: the rest gives 2 packages
                try: leave out `zlib`: the rest gives 0 packages

                """
            ),
            (["a b"], 2, "error: `a b` is no request; the form is [!]name[@tag][{=,<,>,<=,>=,~}version]\n"),
            (["zlib@edge"], 1, "error: `zlib@edge`: no repository has this tag; name one with `-X '@tag DIR'`\n"),
            (
                ["--formt", "json"], 2,
                "error: unknown option `--formt`; did you mean `--format`?\nSee `apkresolve --help`.\n"
            ),
            (
                ["--format", "xml", "a"], 2,
                "error: `--format xml` is not one of names, table, json, apk, tree\nSee `apkresolve --help`.\n"
            ),
            (
                ["why", "zlib"], 2,
                "error: why: say for which requests: `why zlib --for nodejs`\nSee `apkresolve --help`.\n"
            ),
            (
                ["verify"], 2,
                "error: verify: name at least one package or index file\nSee `apkresolve --help`.\n"
            ),
            (
                ["extract", "a.apk", "--root", "r", "--format", "tar"], 2,
                "error: `--root` does not go with `--format tar`\nSee `apkresolve --help`.\n"
            ),
            (
                ["zlib", "-X", "https://user:secret@example.org/alpine", "--offline", "--no-cache"], 4,
                "error: the index of https://user:*@example.org/alpine is not in the cache, and `--offline` fetches nothing; run once without it, or name the cache that has it with `--cache-dir`\n"
            ),
        ] as [([String], Int32, String)])
    func message(_ arguments: [String], _ status: Int32, _ text: String) {
        let fixtures = checkout.appendingPathComponent("Fixtures").path
        let common = ["-X", fixtures + "/repository", "--keys-dir", fixtures + "/keys", "--arch", "x86_64"]
        let console = Console(isLive: false)
        #expect(ApkResolveCommand.run(arguments + common, console: console) == status)
        #expect(console.errors == text)
        #expect(console.output == "")
    }

    @Test func anUntrustedIndexExitsWithThree() {
        let fixtures = checkout.appendingPathComponent("Fixtures").path
        let console = Console(isLive: false)
        let arguments = ["zlib", "-X", fixtures + "/repository", "--arch", "x86_64", "--keys-dir", fixtures + "/edge"]
        #expect(ApkResolveCommand.run(arguments, console: console) == 3)
        #expect(console.errors.contains("a key that is not trusted"))
    }

    @Test func whyFollowsTheEdges() {
        #expect(
            run("why", "zlib", "--for", "nodejs").output == """
                nodejs-20.12.1-r0  request asks for nodejs
                  zlib-1.3.1-r0  nodejs depends on so:libz.so.1

                """)
        #expect(run("why", "nginx", "--for", "nodejs").status == 1)
    }

    @Test func checkNamesWhatCannotBeInstalled() {
        let (output, _, status) = run("index", "check")
        #expect(
            output == """
                counter-2.0-r0 cannot be installed
                  - counter-2.0-r0 depends on `counter-engine>=3`, and there is only counter-engine-2.5-r1
                58 packages checked, 1 cannot be installed

                """)
        #expect(status == 1)
    }

    @Test func everyOptionIsInTheHelp() {
        let console = Console(isLive: false)
        #expect(ApkResolveCommand.run(["--help"], console: console) == 0)
        for option in ["--closure", "--policy", "--batch", "--keys-dir", "--root", "--all"] {
            #expect(console.output.contains(option))
        }
    }
}

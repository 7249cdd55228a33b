import ApkCommands
import Foundation
import Testing

/// `--minimize`, `--alternatives`, `--sizes` and `why` on the fixture repository, word for word.
@Suite struct MinimumCommands {
    private func run(_ arguments: [String]) -> (output: String, errors: String, status: Int32) {
        let fixtures = checkout.appendingPathComponent("Fixtures").path
        let common = ["-X", fixtures + "/repository", "--keys-dir", fixtures + "/keys", "--arch", "x86_64"]
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(common + arguments, console: console)
        return (console.output, console.errors, status)
    }

    private func json(_ arguments: [String]) throws -> [String: Any] {
        let output = run(arguments + ["--format", "json"]).output
        return try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    @Test func theTableEndsWithTheProof() {
        let (output, errors, status) = run(["nodejs", "--minimize", "size"])
        #expect(errors == "" && status == 0)
        #expect(
            output.hasSuffix(
                """
                17 packages, 24 KiB to download, 412 KiB installed
                412 KiB installed, proved to be the least of all valid answers; 72 KiB less than apk's own answer:
                  nodejs-current instead of nodejs for `nodejs`
                  dash-binsh instead of busybox-binsh for `/bin/sh`

                """))
    }

    @Test func theClosureStaysAListAndTheProofIsANote() {
        let (output, errors, status) = run(["nodejs", "--minimize=packages", "--closure"])
        #expect(output.split(separator: "\n").count == 17 && status == 0)
        #expect(
            errors == """
                note: 17 packages, proved to be the least of all valid answers; 1 package less than apk's own answer:
                note:   dash-binsh instead of busybox-binsh for `/bin/sh`

                """)
        #expect(run(["nodejs", "--minimize=packages", "--closure", "-q"]).errors == "")
    }

    @Test func whereApkHasNoAnswerTheComparisonIsWithOurs() {
        let (output, _, _) = run(["hello-app", "--minimize", "download"])
        #expect(
            output.hasSuffix(
                "3889 B to download, proved to be the least of all valid answers; the answer without `--minimize` has no more\n"
            ))
    }

    @Test(arguments: ["packages", "size", "download"])
    func jsonHoldsTheOptimum(_ objective: String) throws {
        let document = try json(["nodejs", "--minimize", objective])
        let optimum = try #require(document["optimum"] as? [String: Any])
        let total = ["packages": "packages", "size": "installedSize", "download": "downloadSize"]
        let totals = try #require(document["totals"] as? [String: Int])
        #expect(optimum["objective"] as? String == objective)
        #expect(optimum["value"] as? Int == total[objective].flatMap { totals[$0] })
        #expect(optimum["lowerBound"] as? Int == optimum["value"] as? Int)
        #expect(optimum["proved"] as? Bool == true)
        #expect(try json(["nodejs"])["optimum"] == nil)
    }

    @Test func withoutInstallIfTheLeastIsLess() throws {
        func value(_ arguments: [String]) throws -> Int {
            try #require((try json(arguments)["optimum"] as? [String: Any])?["value"] as? Int)
        }
        let requests = ["busybox", "libssl3", "--minimize", "packages"]
        #expect(try value(requests) == (try value(requests + ["--no-install-if"])) + 1)
    }

    @Test func withoutStepsTheBestFoundComesWithABound() {
        let (output, _, status) = run(["nodejs", "--minimize", "size", "--step-budget", "200000"])
        #expect(status == 0 && output.contains("proved"))
        let (short, _, _) = run(["nodejs", "--minimize", "size", "--step-budget", "3000"])
        #expect(short.contains("is the best found, and no valid answer has less than") || short.contains("proved"))
    }

    @Test func alternativesWithTheirCost() throws {
        #expect(
            run(["nodejs", "--alternatives", "5", "--closure"]).output.hasSuffix(
                """
                nodejs-20.12.1-r0

                INSTALLED  DOWNLOAD  PACKAGES  ALTERNATIVE               INSTEAD OF                FOR
                  -64 KiB   -2649 B        -1  dash-binsh-0.5.12-r2      busybox-binsh-1.36.1-r19  /bin/sh
                  -8192 B    -136 B        +0  nodejs-current-21.7.2-r0  nodejs-20.12.1-r0         nodejs
                     +0 B      +7 B        +0  icu-data-full-74.1-r0     icu-data-en-74.1-r0       icu-data

                """))
        let list = try #require(try json(["nodejs", "--alternatives", "1"])["alternatives"] as? [[String: Any]])
        #expect(list.count == 1 && list.first?["installedSize"] as? Int == -65_536)
        #expect((list.first?["exchange"] as? [String: String])?["to"] == "dash-binsh-0.5.12-r2")
        #expect(
            run(["musl", "--alternatives", "3"]).output.hasSuffix(
                "\nno other choice: every package is the only one that fits\n"))
    }

    @Test func whatWouldGoWithAPackage() throws {
        let lines = run(["nodejs", "--sizes"]).output.split(separator: "\n").map(String.init)
        #expect(
            Array(lines.prefix(5)) == [
                "PACKAGE          INSTALLED    FREES  PACKAGES  WHAT KEEPS IT",
                "nodejs              28 KiB  484 KiB        18  requested",
                "ca-certificates     92 KiB   92 KiB         1  nodejs",
                "busybox-binsh       8192 B   84 KiB         3  ca-certificates, icu-data-en, nodejs",
                "busybox             60 KiB   76 KiB         2  busybox-binsh",
            ])
        #expect(
            lines.contains(
                "ssl_client          16 KiB   16 KiB         1  busybox, libssl3; all of them go with busybox"))
        let packages = try #require(try json(["nodejs", "--sizes"])["packages"] as? [[String: Any]])
        let shell = try #require(packages.first { $0["name"] as? String == "busybox-binsh" })
        let exclusive = try #require(shell["exclusive"] as? [String: Any])
        #expect(exclusive["names"] as? [String] == ["busybox", "busybox-binsh", "ssl_client"])
        #expect(shell["goesWith"] as? String == "nodejs")
    }

    /// Why something is not in the set, word for word.
    @Test(
        arguments: [
            (
                ["dash-binsh", "--for", "nodejs"],
                """
                dash-binsh is not in the set
                  ca-certificates asks for `/bin/sh`, and busybox-binsh stands for that: its provider_priority is 100, that of dash-binsh is 60
                  asked for, it would add 2 packages (dash, dash-binsh) and take away 3 packages (busybox, busybox-binsh, ssl_client): 64 KiB less installed

                """
            ),
            (
                ["nginx", "--for", "nodejs"],
                """
                nginx is not in the set
                  nothing in the set asks for it, nor does any other package
                  asked for, it would add 2 packages (pcre, nginx): 112 KiB more installed

                """
            ),
            (
                ["busybox-suid", "--for", "nodejs"],
                """
                busybox-suid is not in the set
                  nothing in the set asks for it; what would: alpine-base
                  asked for, it would add busybox-suid: 12 KiB more installed

                """
            ),
            (
                ["nodejs-doc", "--for", "nodejs"],
                """
                nodejs-doc is not in the set
                  nodejs-doc comes in by its install_if only, and lacks `docs`
                  nothing in the set asks for it, nor does any other package
                  asked for, it would add nodejs-doc: 24 KiB more installed

                """
            ),
            (
                ["ngnix", "--for", "nodejs"],
                """
                ngnix is not in the set
                  no package has that name or provides it; similar names: nginx

                """
            ),
            (
                ["counter", "--for", "nodejs", "!counter-engine"],
                """
                counter is not in the set
                  nothing in the set asks for it, nor does any other package
                  it cannot be in the set, because
                    - the request `counter` asks for `counter`, that is counter-1.4-r0, counter-2.0-r0
                    - the request `!counter-engine` excludes `counter-engine`, that is counter-engine-2.5-r1
                    - counter-1.4-r0 depends on `counter-engine>=2` (counter-engine-2.5-r1)
                    - counter-2.0-r0 depends on `counter-engine>=3`, and there is only counter-engine-2.5-r1
                  try: leave out `counter`: the rest gives 18 packages
                  try: leave out `!counter-engine`: the rest gives 20 packages

                """
            ),
            (
                ["hello-fancy", "--for", "hello-app", "--minimize", "size"],
                """
                hello-fancy is not in the set
                  hello-app asks for `greeter`, and hello-plain stands for that: that gives the least size
                  asked for, it would add 2 packages (zlib, hello-fancy) and take away hello-plain: 24 KiB more installed

                """
            ),
        ] as [([String], String)])
    func absence(_ arguments: [String], _ text: String) {
        let (output, _, status) = run(["why"] + arguments)
        #expect(output == text)
        #expect(status == 1)
    }

    @Test func everyChainTheShortestFirst() throws {
        let (output, errors, status) = run(["why", "ssl_client", "--for", "nodejs", "--all"])
        #expect(errors == "" && status == 0)
        #expect(
            output.hasPrefix(
                """
                nodejs-20.12.1-r0  request asks for nodejs
                  libssl3-3.1.5-r0  nodejs depends on so:libssl.so.3
                    ssl_client-1.36.1-r19  libssl3 completes install_if libssl3

                """))
        let document = try json(["why", "musl", "--for", "nodejs", "--all"])
        let why = try #require((document["why"] as? [[String: Any]])?.first)
        let chains = try #require(why["chains"] as? [[[String: Any]]])
        #expect(why["complete"] as? Bool == true)
        #expect(chains.map(\.count) == chains.map(\.count).sorted() && chains.count > 20)
        #expect(chains.first?.last?["requirement"] as? String == "so:libc.musl-x86_64.so.1")
        #expect(
            (chains.first?.last?["source"] as? String)?.contains("Fixtures/repository") == true)
        #expect(chains.first?.first?["source"] as? String == "request")
    }
}

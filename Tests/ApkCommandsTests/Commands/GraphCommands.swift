import ApkCommands
import Foundation
import Testing

/// `graph` on the fixture repository, in all its forms.
@Suite struct GraphCommands {
    private func run(_ arguments: String...) -> (output: String, errors: String, status: Int32) {
        let fixtures = checkout.appendingPathComponent("Fixtures").path
        let common = ["-X", fixtures + "/repository", "--keys-dir", fixtures + "/keys", "--arch", "x86_64"]
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(["graph"] + arguments + common, console: console)
        return (console.output, console.errors, status)
    }

    @Test func aTreeIsWhatOneGetsFirst() {
        let (output, errors, status) = run("zlib")
        #expect(output == "zlib-1.3.1-r0\n└─ musl-1.2.4_git20230717-r4  [so:libc.musl-x86_64.so.1]\n")
        #expect(errors == "" && status == 0)
    }

    @Test func jsonHasPackagesAndEdges() {
        #expect(
            run("zlib", "!busybox", "--format", "json").output == """
                {
                  "schema": 1,
                  "requests": ["zlib", "!busybox"],
                  "packages": [
                    {"name": "musl", "version": "1.2.4_git20230717-r4", "downloadSize": 1254, "installedSize": 12288, "exclusivePackages": 1, "exclusiveInstalledSize": 12288, "role": "dependency"},
                    {"name": "zlib", "version": "1.3.1-r0", "downloadSize": 1245, "installedSize": 12288, "exclusivePackages": 2, "exclusiveInstalledSize": 24576, "role": "requested"}
                  ],
                  "edges": [
                    {
                      "request": 0,
                      "to": 1,
                      "kind": "name",
                      "requirements": ["zlib"]
                    },
                    {
                      "package": 1,
                      "to": 0,
                      "kind": "provided",
                      "requirements": ["so:libc.musl-x86_64.so.1"]
                    }
                  ]
                }

                """)
    }

    @Test func picturesShowEveryPackage() {
        let (svg, _, status) = run("nodejs", "--format", "svg")
        #expect(status == 0 && svg.hasPrefix("<?xml") && svg.hasSuffix("</svg>\n"))
        #expect(svg.components(separatedBy: "data-package=").count == 19)
        #expect(svg == run("nodejs", "--format", "svg").output)
        let page = run("nodejs", "--format", "html").output
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("needed by nodejs (so:libz.so.1)"))
        #expect(run("nodejs", "--format", "dot").output.hasPrefix("digraph packages {\n"))
    }

    @Test func whatHasNoAnswerHasNoPicture() {
        let (output, errors, status) = run("nodejs2", "--format", "svg")
        #expect(output == "" && status == 1 && errors.hasPrefix("error: no set of packages meets `nodejs2`"))
        #expect(run().status == 2)
    }
}
